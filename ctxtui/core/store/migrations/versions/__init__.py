"""The revisions; a new one is one file, and its id becomes `HEAD` in `upgrading.py`."""
