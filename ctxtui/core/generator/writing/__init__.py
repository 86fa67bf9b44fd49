"""Writes the chosen cases as a test file that reads as if written by hand."""
