"""What happened in any run, by its words."""
