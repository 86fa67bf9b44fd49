"""Is the result any good: the verdict ladder."""
