"""What things are: frozen values from the standard library only, shared by every other part."""
