"""The keys and signs."""
