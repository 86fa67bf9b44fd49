"""Existing tests that show an agent how this project tests a module like the one at hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from ctxtui.core.toolchains.existing_tests import ExistingTest
from ctxtui.core.toolchains.module_selection import Module
from ctxtui.core.toolchains.test_file_names import plain_name

MOST = 3
SAME_SUBJECT = 8
IMPORTS_IT = 6
SAME_FOLDER_NAME = 2
SHARED_IMPORT = 1
TELLING = 100
"""A trait that more tests share than this tells nothing about any of them."""


class SimilarTests:
    """Indexed once, so that asking for each of thousands of modules stays cheap."""

    def __init__(self, tests: Iterable[ExistingTest], package: str) -> None:
        self._by_subject: dict[str, list[ExistingTest]] = defaultdict(list)
        self._by_import: dict[str, list[ExistingTest]] = defaultdict(list)
        self._by_folder: dict[str, list[ExistingTest]] = defaultdict(list)
        self._of_package: list[ExistingTest] = []
        for test in tests:
            self._by_subject[test.subject.strip("_")].append(test)
            for name in test.imports:
                self._by_import[name].append(test)
            for part in PurePosixPath(test.folder).parts:
                self._by_folder[part].append(test)
            if any(name == package or name.startswith(package + ".") for name in test.imports):
                self._of_package.append(test)
        self._of_package.sort(key=lambda test: (-test.modified_at, test.path))

    def of(self, module: Module) -> tuple[str, ...]:
        """Nearest first: the module's own tests, its neighbours', then what imports the same; newest on a tie."""
        score: Counter[ExistingTest] = Counter()
        traits = [
            (SAME_SUBJECT, self._by_subject.get(plain_name(module), [])),
            (IMPORTS_IT, self._by_import.get(module.name, [])),
            (SAME_FOLDER_NAME, self._by_folder.get(PurePosixPath(module.path).parent.name, [])),
            *((SHARED_IMPORT, self._by_import.get(target, [])) for target in _absolute_imports(module)),
        ]
        for weight, tests in traits:
            if len(tests) <= TELLING:
                for test in tests:
                    score[test] += weight
        ranked = sorted(score, key=lambda test: (-score[test], -test.modified_at, test.path))
        paths = [test.path for test in (*ranked[:MOST], *self._of_package[:MOST])]
        return tuple(dict.fromkeys(paths))[:MOST]


def _absolute_imports(module: Module) -> set[str]:
    return {target for level, target, _ in module.survey.imports if not level}
