"""Existing tests that show an agent how this project tests a module like the one at hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from ctxtui.core.toolchains.existing_tests import ExistingTest
from ctxtui.core.toolchains.module_selection import Module
from ctxtui.core.toolchains.test_layout import plain_name

MOST = 3
SAME_SUBJECT = 8
IMPORTS_IT = 6
SAME_FOLDER_NAME = 2
SHARED_IMPORT = 1
MOST_SHARED = 3


def similar_tests(module: Module, tests: Sequence[ExistingTest], package: str) -> tuple[str, ...]:
    """Nearest first: tests of the module itself, of its neighbours, then of what imports the same; newest on a tie."""
    scored = [(_nearness(module, test, package), test.modified_at, test.path) for test in tests]
    ranked = sorted(scored, key=lambda entry: (-entry[0], -entry[1], entry[2]))
    return tuple(path for score, _, path in ranked[:MOST] if score > 0)


def _nearness(module: Module, test: ExistingTest, package: str) -> int:
    score = SAME_SUBJECT if test.subject.strip("_") == plain_name(module) else 0
    if module.name in test.imports:
        score += IMPORTS_IT
    parent = PurePosixPath(module.path).parent.name
    if parent in PurePosixPath(test.path).parts:
        score += SAME_FOLDER_NAME
    used = {target for level, target, _ in module.survey.imports if not level}
    score += SHARED_IMPORT * min(MOST_SHARED, len(used & test.imports))
    if any(name == package or name.startswith(package + ".") for name in test.imports):
        score += SHARED_IMPORT
    return score
