"""From the tree to Parquet: building, and what proves and compares what was built."""
