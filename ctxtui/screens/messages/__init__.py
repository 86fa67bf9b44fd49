"""What was told since the start."""
