"""What a plan says of where new tests go, and of the tests that a project has."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from ctxtui.core.toolchains.existing_tests import ExistingTest
from ctxtui.core.toolchains.module_selection import HOLDS_TESTS, TEST_FOLDER, Selection
from ctxtui.core.toolchains.package_location import Location
from ctxtui.core.toolchains.source_tree import INIT, SourceTree, is_test_file, is_written_as_test, join
from ctxtui.core.toolchains.test_layout import Layout, Style


def unnamed_tests(tree: SourceTree, location: Location, selection: Selection) -> str:
    """Tests in the package or beside it: a file, or a folder of files.

    Where pytest finds none, it has no name for these.
    """
    folders = (path for path, reason in selection.left_out.items() if reason == TEST_FOLDER)
    filled = (path for path in folders if any(not file.endswith(INIT) for file in tree.below(path.rstrip("/"))))
    files = (path for path, reason in selection.left_out.items() if reason == HOLDS_TESTS)
    return next(chain(files, filled, _outside_tests(tree, location)), "")


def _outside_tests(tree: SourceTree, location: Location) -> Iterator[str]:
    beside = (join(location.project, name) for name in tree.files(location.project) if is_test_file(name))
    within = (path for path in tree.below(location.project) if tree.is_within_tests(path))
    for path in chain(beside, within):
        if path.endswith(".py") and is_written_as_test((tree.root / path).read_bytes()):
            yield path


def layout_note(layout: Layout, tests: tuple[ExistingTest, ...], other: str) -> str:
    none = (
        f"pytest finds no tests of the project: it has no name for {other}"
        if other
        else "the project has no test files yet"
    )
    if not tests:
        reason = none
    elif count := sum(_lies_so(test, layout) for test in tests):
        share = f"{count} of the {len(tests)}" if count < len(tests) else f"the {count}"
        reason = f"as {share} existing test files do" if len(tests) > 1 else "as the one existing test file does"
    else:
        first, *others = (test.path for test in tests)
        elsewhere = f"the {len(tests)} existing test files lie elsewhere, as {first} does"
        reason = elsewhere if others else f"the one existing test file lies elsewhere: {first}"
    where = "beside the code" if layout.style is Style.BESIDE else f"{layout.style.value} in {layout.root}"
    return f"tests: {where}, named {layout.pattern} ({reason})"


def _lies_so(test: ExistingTest, layout: Layout) -> bool:
    if layout.style is Style.FLAT:
        return test.folder == layout.root
    return layout.root == "." or test.path.startswith(f"{layout.root}/")
