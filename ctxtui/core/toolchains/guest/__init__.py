"""What runs inside the project's own interpreter: needs the standard library, pytest, and no newer syntax than 3.8.

The folder is not on the import path of the tests: `__main__` loads it under the name `ctxtui_guest`.
"""
