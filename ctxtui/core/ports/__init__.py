"""What the core needs from outside, as small protocols owned by who needs them."""
