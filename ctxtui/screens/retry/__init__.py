"""The sheet from which a retry is asked."""
