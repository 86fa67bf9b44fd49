"""What the screens need besides the store: small doors that the program's start fills in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from ctxtui.core.domain.scope import Scope

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow, Store
    from ctxtui.core.ports.toolchains import ToolchainCheck


Clock: TypeAlias = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class RunWish:
    """What a person typed into the form of a new run."""

    target: str
    agent: str
    jobs: int


@dataclass(frozen=True, slots=True)
class PlanModule:
    """One module of a plan; `note` says what is special about it, such as tests that exist already."""

    name: str
    source_path: str
    test_path: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanView:
    """What a run would do, before anything is changed. `cost` is a band in words, empty when it costs nothing."""

    wish: RunWish
    package: str
    branch: str
    modules: tuple[PlanModule, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)
    cost: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileTexts:
    """A test file before the session and now; `is_accepted` tells a proved file from one still being written."""

    path: str
    before: str
    after: str
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class RunRef:
    """Which run of which scope."""

    scope: Scope
    run_id: str


class Launcher(Protocol):
    """Use cases that are not requests to a running run. Every method may block: screens call them on workers."""

    def plan(self, wish: RunWish) -> PlanView:
        """Raises CtxtuiError in one sentence; changes nothing."""
        ...

    def start(self, plan: PlanView) -> RunRef:
        """Starts a runner that outlives this program."""
        ...

    def resume(self, run: RunRef) -> None:
        """Starts a runner for a run that nobody owns. Raises LeaseError when somebody does."""
        ...

    def doctor(self) -> tuple[ToolchainCheck, ...]: ...

    def diff(self, run: RunRef, session_id: str) -> tuple[FileTexts, ...]:
        """The session's test files: accepted ones, else those in its working area."""
        ...


class Services(Protocol):
    """Everything the screens are given; the store opens when it is first asked for, on a worker."""

    @property
    def launcher(self) -> Launcher: ...

    @property
    def account(self) -> str:
        """Whose runs Home lists."""
        ...

    @property
    def requested_by(self) -> str:
        """Who asks, as requests and the history name it."""
        ...

    @property
    def agent_names(self) -> tuple[str, ...]: ...

    @property
    def default_wish(self) -> RunWish:
        """What the form of a new run starts with."""
        ...

    def glance(self) -> tuple[RunRow, ...]:
        """Home's rows for the first frame, read quickly; empty when there is no database yet."""
        ...

    def open_store(self) -> Store: ...


@dataclass(frozen=True, slots=True)
class HomeStart:
    """Open the list of runs."""


@dataclass(frozen=True, slots=True)
class RunStart:
    """Open one run."""

    run: RunRef


@dataclass(frozen=True, slots=True)
class UiSettings:
    """How the interface looks and behaves. `theme` empty follows the terminal; `keymap` maps key ids to keys."""

    theme: str = ""
    keymap: Mapping[str, str] = field(default_factory=dict)
    notify: bool = True
    follow: bool = True
