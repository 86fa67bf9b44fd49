"""Makes it happen: runs, scheduling, recovery and requests."""
