"""Reads how a project wants its tests written, from its settings where they say so, else from its own tests."""

from __future__ import annotations

import configparser
import fnmatch
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from ctxtui.core.generator.protocol.style import WIDTH, Style
from ctxtui.core.generator.reading.surroundings import project_of, pytest_settings, toml_at

NARROWEST, WIDEST = 72, 120
_TABLES = (
    ("ruff.toml", ("line-length",)),
    (".ruff.toml", ("line-length",)),
    ("pyproject.toml", ("tool", "ruff", "line-length")),
    ("pyproject.toml", ("tool", "black", "line-length")),
)
_INI = (("setup.cfg", "flake8"), ("tox.ini", "flake8"), (".flake8", "flake8"))
_QUOTING = (
    ("ruff.toml", ("format", "quote-style")),
    (".ruff.toml", ("format", "quote-style")),
    ("pyproject.toml", ("tool", "ruff", "format", "quote-style")),
)
_FORMATTERS = (
    ("ruff.toml", ("format",)),
    ("pyproject.toml", ("tool", "ruff", "format")),
    ("pyproject.toml", ("tool", "black")),
)
MOST_FILES = 60
FEWEST_TEXTS = 20
_SINGLE = re.compile(r"(?<!['\w])'[^'\"\n]+'(?!')")
_DOUBLE = re.compile(r'(?<!["\w])"[^"\'\n]+"(?!")')
_TEST_CASE = re.compile(r"^class (\w+)\((?:\w+\.)?TestCase\b", re.MULTILINE)
_NAMINGS = ("Test*", "*TestCase", "*Tests", "*Test")
_PYTEST = re.compile(r"^(?:import pytest|from pytest|(?:async )?def test)", re.MULTILINE)


def style_of(worktree: Path, test_path: str = "", package: str = "") -> Style:
    """The style of the tests that are there beside the one at this path."""
    settings = pytest_settings(project_of(worktree, test_path))
    tests = [text for path, text in _tests(worktree) if path != worktree / test_path]
    return Style(
        functions=_patterns(settings.get("python_functions")) or ("test",),
        classes=_patterns(settings.get("python_classes")) or ("Test",),
        width=next(_widths(worktree), WIDTH),
        is_single_quoted=_is_single_quoted(worktree, tests),
        is_unittest=any(map(_TEST_CASE.search, tests)) and not any(map(_PYTEST.search, tests)),
        names_modules=_names_modules(package, tests),
        test_cases=_naming([name for text in tests for name in _TEST_CASE.findall(text)]),
    )


def _tests(worktree: Path) -> Iterator[tuple[Path, str]]:
    """The project's test files, by the usual names in the usual places."""
    found = (
        path
        for pattern in ("test*.py", "*_test.py", "test*/**/*.py", "*/test*/**/*.py")
        for path in sorted(worktree.glob(pattern))
        if path.is_file()
    )
    for path in islice(dict.fromkeys(found), MOST_FILES):
        yield path, path.read_text(encoding="utf-8", errors="replace")


def _names_modules(package: str, tests: Sequence[str]) -> bool:
    """Whether `import package` is more usual in tests than `from package import name`."""
    if not package:
        return False
    whole = re.compile(rf"^import {re.escape(package)}(?:\.\w+)*$", re.MULTILINE)
    names = re.compile(rf"^from {re.escape(package)}(?:\.\w+)* import ", re.MULTILINE)
    return sum(len(whole.findall(text)) - len(names.findall(text)) for text in tests) > 0


def _naming(test_cases: Sequence[str]) -> str:
    """How most test cases are called: `Test*` or, say, `*Tests`."""
    counted = Counter(
        next((pattern for pattern in _NAMINGS if fnmatch.fnmatchcase(name, pattern)), "Test*") for name in test_cases
    )
    return max(counted, key=counted.__getitem__, default="Test*")


def _is_single_quoted(worktree: Path, tests: Sequence[str]) -> bool:
    """As the formatter is told to; without one, as most texts are written."""
    told = next((value for name, keys in _QUOTING if (value := toml_at(worktree / name, keys))), None)
    if told is not None:
        return bool(told == "single")
    if any(toml_at(worktree / name, keys) is not None for name, keys in _FORMATTERS):
        return False
    single, double = (sum(len(pattern.findall(text)) for text in tests) for pattern in (_SINGLE, _DOUBLE))
    return single >= FEWEST_TEXTS and single > 2 * double


def _patterns(value: object) -> tuple[str, ...]:
    words = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(str(word) for word in words if re.fullmatch(r"[\w*]+", str(word)))


def _widths(worktree: Path) -> Iterator[int]:
    found: list[Any] = [toml_at(worktree / name, keys) for name, keys in _TABLES]
    for name, section in _INI:
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read(worktree / name, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError, OSError):
            continue
        found.append(parser.get(section, "max-line-length", fallback=""))
    for value in found:
        if str(value).isdigit():
            yield min(max(int(value), NARROWEST), WIDEST)
