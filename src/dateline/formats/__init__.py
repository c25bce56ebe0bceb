"""Other forms of the same labels: a sub-package each, found by `dateline.formats.registry`."""
