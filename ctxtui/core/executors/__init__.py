"""Where a turn runs."""
