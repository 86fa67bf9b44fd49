"""Colours: the themes, the choice among them, and what the terminal says of its own."""
