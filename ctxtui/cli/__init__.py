"""Words typed, turned into use cases."""
