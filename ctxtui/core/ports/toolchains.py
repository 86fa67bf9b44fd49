"""How a language is discovered and tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from ctxtui.core.domain.component import Component


@dataclass(frozen=True, slots=True)
class DiscoveryOptions:
    """What a person may say about a package: `priorities` and `exclude` are keyed by component name or glob."""

    interpreter: str = ""
    tests_dir: str = ""
    exclude: tuple[str, ...] = ()
    priorities: Mapping[str, int] = field(default_factory=dict)
    specs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pytest_plugins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Package:
    """A package found in a repository. Paths are POSIX, relative to the repository root.

    `context` is the component of the package itself, with one child component per module; `left_out` says why a
    module gets none, by path. `import_roots` go on the path to import the package; `test_root` is where new tests go.
    """

    name: str
    path: str
    context: Component
    import_roots: tuple[str, ...]
    test_root: str
    interpreter: Path
    left_out: Mapping[str, str] = field(default_factory=dict)
    pytest_plugins: tuple[str, ...] = ()
    similar_tests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TestRun:
    """A test run in a worktree. `seed` None keeps the file's own order; `measure` names source files to cover.

    `timeout` and `test_timeout` are in seconds. `stop_at_first` ends the run with the first test that fails;
    `import_only` names modules to import instead of running any test.
    """

    __test__ = False

    worktree: Path
    files: tuple[str, ...]
    package_name: str
    import_roots: tuple[str, ...]
    interpreter: Path
    seed: int | None = None
    hash_seed: int = 0
    collect_only: bool = False
    measure: tuple[str, ...] = ()
    timeout: float = 120.0
    test_timeout: float = 20.0
    pytest_plugins: tuple[str, ...] = ()
    block_network: bool = True
    stop_at_first: bool = False
    import_only: tuple[str, ...] = ()


class TestOutcome(StrEnum):
    __test__ = False

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class TestCase:
    """`id` is the pytest node id, `file` the file it stands in, `detail` the end of its traceback."""

    __test__ = False

    id: str
    file: str
    outcome: TestOutcome
    message: str = ""
    detail: str = ""


class RunEnd(StrEnum):
    """How a test run as a whole ended."""

    PASSED = "passed"
    FAILED = "failed"
    NO_TESTS = "no_tests"
    COLLECTION_ERROR = "collection_error"
    FOREIGN_IMPORT = "foreign_import"
    TIMEOUT = "timeout"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Line and branch coverage of one file.

    `percent` is 0-100, `missing` and `reached` are line numbers; `missing_branches` are the ways from one line to
    another that were not taken, a negative line being the end of the function.
    """

    path: str
    percent: float
    missing: tuple[int, ...] = ()
    reached: tuple[int, ...] = ()
    missing_branches: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TestReport:
    """What a test run showed. `imported` are the package's modules it loaded; `duration` is in seconds."""

    __test__ = False

    end: RunEnd
    cases: tuple[TestCase, ...] = ()
    duration: float = 0.0
    message: str = ""
    output_tail: str = ""
    imported: tuple[str, ...] = ()
    coverage: tuple[Coverage, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolchainCheck:
    """One thing `doctor` looked at."""

    name: str
    is_good: bool
    finding: str
    remedy: str = ""

    @property
    def sentence(self) -> str:
        """What was found and what to do about it, each with its full stop."""
        return " ".join(
            part if part.endswith((".", "?")) else f"{part}." for part in (self.finding, self.remedy) if part
        )


class TestRunner(Protocol):
    """Runs tests; the part of a toolchain that the verdict ladder needs."""

    def run(self, test_run: TestRun) -> TestReport: ...


class Toolchain(TestRunner, Protocol):
    """A language's tools."""

    @property
    def name(self) -> str: ...

    def discover(self, root: Path, target: str, options: DiscoveryOptions) -> Package:
        """Finds a package by folder or dotted name. Raises ToolchainError in one sentence."""
        ...

    def check(self, root: Path, package: Package) -> tuple[ToolchainCheck, ...]:
        """Whether the interpreter has a test runner and imports the package from the given tree."""
        ...
