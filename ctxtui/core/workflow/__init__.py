"""What happens next: pure decisions and the steps of each session type."""
