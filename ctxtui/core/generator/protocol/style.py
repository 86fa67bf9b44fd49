"""How a project wants its tests written, as far as it says so."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 88


@dataclass(frozen=True, slots=True)
class Style:
    """`functions` and `classes` are pytest's patterns for what it collects; `width` is the longest line.

    A project `is_unittest` whose tests are all methods of `unittest.TestCase`; `test_cases` is how it calls those.
    Its tests either import names, or the module that they name them by.
    """

    functions: tuple[str, ...] = ("test",)
    classes: tuple[str, ...] = ("Test",)
    width: int = WIDTH
    is_single_quoted: bool = False
    is_unittest: bool = False
    test_cases: str = "Test*"
    names_modules: bool = False

    def function_name(self, words: str) -> str:
        """A name that pytest collects: `test_words`, or as the project's pattern has it."""
        pattern = "test" if self.is_unittest else _preferred(self.functions, "test")
        if "*" in pattern:
            return pattern.replace("*", words, 1).replace("*", "")
        return f"{pattern.rstrip('_')}_{words}"

    def class_name(self, words: str) -> str:
        """A name that pytest collects: `TestWords`, or as the project's pattern has it."""
        pattern = self.test_cases if self.is_unittest else _preferred(self.classes, "Test")
        return pattern.replace("*", words, 1).replace("*", "") if "*" in pattern else pattern + words

    def is_collected(self, name: str) -> bool:
        """Whether pytest would take an imported function or class of that name for a test."""
        return any(
            fnmatch.fnmatchcase(name, pattern if "*" in pattern else f"{pattern}*")
            for pattern in (*self.functions, *self.classes)
        )


def _preferred(patterns: Sequence[str], usual: str) -> str:
    """The usual pattern where it is among them, else the first."""
    return next((pattern for pattern in patterns if pattern.rstrip("_*") == usual), patterns[0] if patterns else usual)
