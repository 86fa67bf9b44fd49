"""What is in the kitchen, what runs out, and what to buy."""

__version__ = "0.4.0"
