"""Runs the module in a contained process under the project's interpreter and records what it does."""
