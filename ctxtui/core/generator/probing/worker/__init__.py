"""The probing worker: runs under the project's own Python, imports nothing but the standard library and the project."""
