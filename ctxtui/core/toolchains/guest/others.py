"""Passes by what lies beside the test files of a run, before pytest makes anything of it."""

from __future__ import annotations

import os
from typing import Iterator, List, Optional


class Others:
    """`files` are the test files, as absolute paths; with none, everything is looked at."""

    def __init__(self, files: List[str]) -> None:
        self.files = frozenset(os.path.normpath(file) for file in files)
        self.above = frozenset(folder for file in self.files for folder in _above(file))

    def is_passed_by(self, path: str) -> Optional[bool]:
        """A file of the run is looked at whatever the project leaves out: it was named, itself or by its folder."""
        return path not in self.files and path not in self.above if self.files else None


def _above(file: str) -> Iterator[str]:
    folder = os.path.dirname(file)
    while folder != os.path.dirname(folder):
        yield folder
        folder = os.path.dirname(folder)
