"""The tests a project has already: where they are, which module each is about, and what it imports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from ctxtui.core.domain.test_naming import PYTEST_NAMING
from ctxtui.core.toolchains.package_location import Location, top_of
from ctxtui.core.toolchains.source_tree import SourceTree, is_test_file, join

IMPORT = re.compile(
    r"^\s*(?:from\s+([\w.]+)\s+import\s+(\([^)]*\)|[^\n#]*)"
    r"|import\s+([\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w. ]+)*))",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, eq=False)
class ExistingTest:
    """`subject` is the file's name without what marks it as a test; `imports` are dotted names, resolved no further."""

    path: str
    subject: str
    imports: frozenset[str]
    text: str
    modified_at: float

    @property
    def folder(self) -> str:
        return str(PurePosixPath(self.path).parent)


def patterns_of(location: Location) -> tuple[str, ...]:
    """File name patterns that pytest collects in this project, those with one place for the module's name."""
    named = (pattern for pattern in location.settings.pytest.python_files if "/" not in pattern)
    given = tuple(pattern for pattern in named if pattern.count("*") == 1 and pattern.endswith(".py"))
    return given or PYTEST_NAMING.files


def subject_of(name: str, patterns: tuple[str, ...]) -> str:
    """`test_words.py` is about `words`; empty when the name is not a test's."""
    for pattern in patterns:
        before, _, after = pattern.partition("*")
        if fnmatchcase(name, pattern) and len(name) > len(before) + len(after):
            return name[len(before) : len(name) - len(after)]
    return ""


def _test_definition(location: Location) -> re.Pattern[str]:
    """What begins a test in this project, as pytest takes its patterns: a word alone is a beginning."""
    pytest = location.settings.pytest
    functions = "|".join(map(_as_word, pytest.functions or PYTEST_NAMING.functions))
    classes = "|".join((r"\w*Test", *map(_as_word, pytest.classes)))
    return re.compile(rf"^\s*(?:async\s+)?def (?:{functions})|^\s*class (?:{classes})", re.MULTILINE)


def _as_word(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", r"\w*").replace(r"\?", r"\w")


def find_existing_tests(tree: SourceTree, location: Location, tests_dir: str) -> tuple[ExistingTest, ...]:
    """Test files of the project around a package, and of the repository when the project has none of its own."""
    found = tuple(_tests_below(tree, location, location.project, tests_dir))
    return found or tuple(_tests_below(tree, location, ".", tests_dir))


def _tests_below(tree: SourceTree, location: Location, folder: str, tests_dir: str) -> Iterator[ExistingTest]:
    patterns, definition = patterns_of(location), _test_definition(location)
    places = set(location.settings.pytest.test_places(tree.root))
    if tests_dir:
        places.add(tests_dir.strip("/"))
    top = top_of(tree, location)
    for place, names in tree.folders.items():
        if folder not in {".", place} and not place.startswith(folder + "/"):
            continue
        is_for_tests = tree.is_within_tests(place) or any(
            place == path or place.startswith(path + "/") for path in places
        )
        is_beside_code = place in {location.folder, top, location.project} or place.startswith(top + "/")
        # Where a project names its tests in its own way, that name alone says what a file is.
        is_named = patterns != PYTEST_NAMING.files and any(subject_of(name, patterns) for name in names)
        # Without `testpaths`, pytest looks everywhere.
        if places and not (is_for_tests or is_beside_code or is_named):
            continue
        for name in names:
            if _is_ignored(join(place, name), location):
                continue
            if subject_of(name, patterns) or (is_for_tests and is_test_file(name)):
                subject = subject_of(name, patterns) or name.removesuffix(".py")
                yield from _read(tree, join(place, name), subject, definition)


def _is_ignored(path: str, location: Location) -> bool:
    """Whether the project tells pytest to pass a file by: one that is named to it would be run all the same."""
    options = location.settings.pytest.options
    places = [str(PurePosixPath(location.project) / place) for place in options.values_of("--ignore")]
    globs = [str(PurePosixPath(location.project) / glob) for glob in options.values_of("--ignore-glob")]
    return any(path == place or path.startswith(place + "/") for place in places) or any(
        fnmatchcase(path, glob) for glob in globs
    )


def _read(tree: SourceTree, path: str, subject: str, definition: re.Pattern[str]) -> Iterator[ExistingTest]:
    file = tree.root / path
    text = file.read_text("utf-8", "replace")
    if definition.search(text):
        yield ExistingTest(path, subject, frozenset(_imported(text)), text, file.stat().st_mtime)


def _imported(text: str) -> Iterator[str]:
    for source, names, plain in IMPORT.findall(text):
        if source:
            yield source
            for name in re.findall(r"\w+(?=\s*(?:,|$|\)|\s+as\b))", names.strip("()")):
                yield f"{source}.{name}"
        for part in plain.split(","):
            if part.strip():
                yield part.split()[0]
