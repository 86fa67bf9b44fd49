"""The pieces that screens are made of, one per file."""
