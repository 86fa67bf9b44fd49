"""Who writes the tests."""
