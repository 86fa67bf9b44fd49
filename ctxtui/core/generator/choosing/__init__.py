"""Chooses which recorded cases become tests, and which never come back."""
