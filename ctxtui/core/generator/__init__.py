"""The embedded agent: writes characterisation tests for a Python module by watching what the module does."""
