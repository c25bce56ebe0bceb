"""Other forms of the same labels, one module each."""
