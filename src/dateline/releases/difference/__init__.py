"""What differs between two versions by meaning, as a stream."""
