"""Agreement between passes, and their adjudication."""
