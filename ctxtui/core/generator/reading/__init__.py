"""Reads the project's own words: doctests, tests, call sites, README, and the evidence of earlier attempts."""
