"""One of several things, chosen from a list."""
