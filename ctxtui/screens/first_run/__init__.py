"""What to do first, and what this machine has."""
