"""Use cases put together for the command line and the screens."""
