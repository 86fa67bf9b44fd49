"""The screen of everything that happened in a session."""
