"""What a command prints: data on standard output, narration on standard error."""
