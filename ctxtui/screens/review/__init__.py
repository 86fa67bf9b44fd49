"""The tests that a run wrote, to be read and judged."""
