"""The screen of a run over time."""
