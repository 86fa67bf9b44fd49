"""How a language is discovered and tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.test_naming import TestNaming
from ctxtui.core.ports.stop import Stop


@dataclass(frozen=True, slots=True)
class DiscoveryOptions:
    """What a person may say about a package: `priorities` and `exclude` are keyed by component name or glob."""

    interpreter: str = ""
    tests_dir: str = ""
    exclude: tuple[str, ...] = ()
    priorities: Mapping[str, int] = field(default_factory=dict)
    specs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pytest_plugins: tuple[str, ...] = ()
    pass_env: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Package:
    """A package found in a repository. Paths are POSIX, relative to the repository root.

    One that `is_module_folder` is no package: its modules are imported by their plain names.
    `context` is the component of the package itself, with one child component per module; `left_out` says why a
    module gets none, by path. `import_roots` go on the path to import the package; `test_root` is where new tests go.
    `project_name` is what its distribution is called; `test_pattern` is the name of a new test file, `*` its subject;
    `existing_tests` are the project's test files, those about planned modules first; `own_tests` those about each
    module, by its name; `sizes` are lines by module. `checkout` is where the person works, which may hold more.
    `is_borrowed` when the interpreter is the one this program runs in, because the project has no environment, or one
    `without_pytest`, whose interpreter that is;
    `environment` differs once anything is installed there or a variable of `pass_env` has another value, and is empty
    where that cannot be told. `pass_env` are variables of the person's shell that tests and imports are given.
    """

    name: str
    path: str
    context: Component
    import_roots: tuple[str, ...]
    test_root: str
    interpreter: Path
    left_out: Mapping[str, str] = field(default_factory=dict)
    pytest_plugins: tuple[str, ...] = ()
    pass_env: tuple[str, ...] = ()
    similar_tests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    project_name: str = ""
    test_pattern: str = "test_*.py"
    existing_tests: tuple[str, ...] = ()
    own_tests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    naming: TestNaming = field(default_factory=TestNaming)
    checkout: Path = Path()
    is_borrowed: bool = False
    without_pytest: Path | None = None
    environment: str = ""
    is_module_folder: bool = False

    @property
    def prefix(self) -> str:
        """What all its modules' dotted names begin with; empty for a folder of modules, each of which stands alone."""
        return "" if self.is_module_folder else self.name


LEFT_BEHIND = frozenset({"stop", "put_back", "mutants", "replaced"})
"""Fields of a test run that are for this process only."""


@dataclass(frozen=True, slots=True)
class TestRun:
    """A test run in a worktree. `package_name` is empty for a folder of modules that stand alone.

    `seed` None keeps the file's own order; `measure` names source files to cover; `left_out` are tests not to run.

    `timeout` and `test_timeout` are in seconds. `stop_at_first` ends the run with the first test that fails;
    `import_only` names modules to import instead of running any test, `import_each` ones to try to import after
    collection, without an effect on the run. `days_ahead` sets the clock of the tests. `stop` ends the run from
    outside: it travels with every copy of a template, so that whoever judges can be stopped down to the running tests.
    `mutants` are tried on the file `source` instead of a plain run, for `mutation_seconds` at most; `replaced` is
    content that takes the place of that file's. `put_back` restores the worktree when a run changed or deleted files of
    it. pytest is started in the project's folder, or `elsewhere`, in that of the tests; `runs_anywhere` says that the
    project's own tests do not mind. `tolerated` are paths that a run leaves whatever its tests do; `canaries` are
    paths that a person's checkout has and a commit lacks; `checkout` is where that is: with it, no
    test may change anything there or at home. `pass_env` are variables of this process that it gets.
    """

    __test__ = False

    worktree: Path
    files: tuple[str, ...]
    package_name: str
    import_roots: tuple[str, ...]
    interpreter: Path
    seed: int | None = None
    days_ahead: int = 0
    hash_seed: int = 0
    collect_only: bool = False
    measure: tuple[str, ...] = ()
    timeout: float = 120.0
    test_timeout: float = 20.0
    pytest_plugins: tuple[str, ...] = ()
    pass_env: tuple[str, ...] = ()
    block_network: bool = True
    stop_at_first: bool = False
    left_out: tuple[str, ...] = ()
    import_only: tuple[str, ...] = ()
    import_each: tuple[str, ...] = ()
    source: str = ""
    mutants: tuple[ChangedSource, ...] = ()
    replaced: bytes = b""
    mutation_seconds: float = 0.0
    naming: TestNaming = field(default_factory=TestNaming)
    tolerated: tuple[str, ...] = ()
    runs_anywhere: bool = False
    elsewhere: bool = False
    canaries: tuple[str, ...] = ()
    checkout: str = ""
    stop: Stop = field(default_factory=Stop, compare=False, repr=False)
    put_back: Callable[[], object] | None = field(default=None, compare=False, repr=False)

    def as_data(self) -> dict[str, Any]:
        """What JSON can hold of it, for another process; handles and mutants stay behind."""
        data = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in LEFT_BEHIND}
        places = {"worktree": str(self.worktree), "interpreter": str(self.interpreter)}
        return {**data, **places, "naming": asdict(self.naming)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> TestRun:
        known: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        naming = TestNaming(**{kind: tuple(patterns) for kind, patterns in data["naming"].items()})
        places = {"worktree": Path(data["worktree"]), "interpreter": Path(data["interpreter"])}
        return cls(**{**known, **places, "naming": naming})


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
class ChangedSource:
    """A mutant: the whole changed file, and the first line of the statement that was changed."""

    line: int
    content: bytes


class MutantOutcome(StrEnum):
    """`unswitched` changes show in a fresh import only, and take a run of their own."""

    NOTICED = "noticed"
    SURVIVED = "survived"
    UNSWITCHED = "unswitched"


class Blame(StrEnum):
    """Whose code did something to a file: that of tests, of what they import, or of conftest.py and plugins."""

    TESTS = "tests"
    IMPORT = "import"
    CONFTEST = "conftest"


@dataclass(frozen=True, slots=True)
class Touch:
    """A file written, made or deleted outside of the run's own folder, as `act` says; `test` is a node id or empty.

    `path` is relative to the worktree, or absolute when it lies elsewhere.
    """

    path: str
    act: str
    blame: Blame
    test: str = ""


@dataclass(frozen=True, slots=True)
class TestReport:
    """What a test run showed.

    `imported` are the package's modules it loaded, `deselected` the tests that the project's own options left out;
    `surroundings` says in what a run with a seed differs from others, `machine_places` are folders that another machine
    has elsewhere. `unimportable` says why modules of `import_each` could not be imported, `not_found_plainly` what
    the project's own pytest would not find, `lacks_django_settings` whether none are set then. `duration` and `cpu` are
    in seconds, `cpu` 0 where it is not known.
    """

    __test__ = False

    end: RunEnd
    cases: tuple[TestCase, ...] = ()
    duration: float = 0.0
    message: str = ""
    output_tail: str = ""
    imported: tuple[str, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    touched: tuple[Touch, ...] = ()
    deselected: tuple[str, ...] = ()
    unimportable: tuple[tuple[str, str], ...] = ()
    not_found_plainly: tuple[str, ...] = ()
    lacks_django_settings: bool = False
    mutants: Mapping[int, MutantOutcome] = field(default_factory=dict)
    cpu: float = 0.0
    surroundings: str = ""
    machine_places: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a trial in a worktree showed before anything was started.

    `left_out` says by path why planned modules cannot be tested here, `tolerated` are files that any run leaves,
    `tests` is how many tests each existing file has; `runs_anywhere` when it matters to none in which folder pytest
    is started.
    """

    checks: tuple[ToolchainCheck, ...]
    notes: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    tolerated: tuple[str, ...] = ()
    tests: Mapping[str, int] = field(default_factory=dict)
    runs_anywhere: bool = False

    @property
    def is_fit(self) -> bool:
        """Whether a run may be started."""
        return all(check.is_good for check in self.checks)


class Rehearsals(Protocol):
    """Rehearsals that are known from before, by a key of all that decides how they go."""

    def recall(self, key: str) -> Rehearsal | None: ...

    def keep(self, key: str, rehearsal: Rehearsal) -> None:
        """Where it cannot be kept, it is made again."""
        ...


class TestRunner(Protocol):
    """Runs tests; the part of a toolchain that the verdict ladder needs."""

    def run(self, test_run: TestRun) -> TestReport:
        """Raises StoppedError within a second after `test_run.stop` was set, with nothing left running."""
        ...


@dataclass(frozen=True, slots=True)
class PackageChoice:
    """A package that a repository has; `modules` counts its Python files."""

    name: str
    path: str
    modules: int


class Toolchain(TestRunner, Protocol):
    """A language's tools."""

    @property
    def name(self) -> str: ...

    def packages(self, root: Path) -> tuple[PackageChoice, ...]:
        """The packages of a repository, to choose one from; nothing of them is imported."""
        ...

    def discover(self, root: Path, target: str, options: DiscoveryOptions) -> Package:
        """Finds a package by folder or dotted name. Raises ToolchainError in one sentence."""
        ...

    def rehearse(self, tree: Path, package: Package) -> Rehearsal:
        """Whether tests of the package run in that worktree as they do for the project itself."""
        ...

    def end_strays(self, worktree: Path) -> int:
        """Ends test processes in a worktree that another process has started; gives how many there were."""
        ...
