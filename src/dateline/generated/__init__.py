"""Files made from the scheme, the tree and the releases; committed, and checked to be fresh."""
