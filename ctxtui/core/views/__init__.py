"""What viewers see of a run: read from the store's rows, and no part of what makes a run go on."""
