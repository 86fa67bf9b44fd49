"""How a language is discovered and tested."""
