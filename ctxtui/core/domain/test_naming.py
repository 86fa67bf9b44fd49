"""How a project calls its tests: what its pytest collects."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class TestNaming:
    """Patterns of what pytest collects: files, functions and classes; a word alone is a beginning.

    The defaults are pytest's own.
    """

    __test__ = False

    files: tuple[str, ...] = ("test_*.py", "*_test.py")
    functions: tuple[str, ...] = ("test",)
    classes: tuple[str, ...] = ("Test",)

    def takes_file(self, path: str) -> bool:
        """A pattern with a folder in it is held against the path, any other against the file's name."""
        name = PurePosixPath(path).name
        return any(fnmatchcase(path if "/" in pattern else name, pattern) for pattern in self.files)


PYTEST_NAMING = TestNaming()
