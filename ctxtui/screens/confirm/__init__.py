"""A question before something is lost."""
