"""What the screens have done for them outside the store: plans, starts, working areas, test files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.domain.request import Request, RequestKind
    from ctxtui.core.ports.toolchains import ToolchainCheck
    from ctxtui.screens.services import RunRef


@dataclass(frozen=True, slots=True)
class RunWish:
    """What was typed into the form of a new run; None leaves a setting as it is."""

    target: str
    agent: str | None = None
    jobs: int | None = None
    attempts: int | None = None
    budget: float | None = None
    is_fresh: bool = False
    is_partial: bool = False
    is_pushed: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: `value` is what is typed for it, `told` what to know of it, or why it cannot be used.

    `brief` says that in a word or two, for its row.
    """

    value: str
    name: str
    told: str = ""
    is_usable: bool = True
    brief: str = ""


@dataclass(frozen=True, slots=True)
class PlanModule:
    """One module of a plan. `covered` is the share in percent that present tests reached when that was recorded."""

    name: str
    source_path: str
    test_path: str
    lines: int = 0
    covered: float | None = None


@dataclass(frozen=True, slots=True)
class PlanView:
    """What a run would do, before anything is changed. `cost` is a band in words, empty when it costs nothing."""

    wish: RunWish
    package: str
    branch: str
    modules: tuple[PlanModule, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)
    cost: str = ""
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    jobs: int = 1
    agent: str = ""


@dataclass(frozen=True, slots=True)
class FileTexts:
    """A test file before the session and now; `is_accepted` tells a proved file from one still being written."""

    path: str
    before: str
    after: str
    is_accepted: bool
    session_id: str = ""
    component: str = ""


@dataclass(frozen=True, slots=True)
class WorkingArea:
    """A worktree, and how a session's tests are run there by hand: a command, and what its environment needs.

    `own` names one that was made for the user alone; it is empty where the session itself works there.
    """

    module: str
    folder: Path
    test_path: str
    test_command: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)
    own: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """An agent's conversation about a component: the command that opens it, and the working area it belongs in."""

    argv: tuple[str, ...]
    area: WorkingArea


@dataclass(frozen=True, slots=True)
class SourceText:
    """A module's own code."""

    path: str
    text: str


class Launcher(Protocol):
    """Use cases that are not requests to a running run. Every method may block: screens call them on workers."""

    def plan(self, wish: RunWish) -> PlanView:
        """Raises CtxtuiError in one sentence; changes nothing."""
        ...

    def packages(self) -> tuple[Choice, ...]:
        """The packages of the repository that the program was started in."""
        ...

    def agents(self) -> tuple[Choice, ...]:
        """Every agent, and why one cannot be used; calls no model."""
        ...

    def start(self, plan: PlanView, leave_out: tuple[str, ...] = ()) -> RunRef:
        """Starts a runner that outlives this program, for the plan's modules but those named."""
        ...

    def resume(self, run: RunRef) -> None:
        """Lets a run that nobody owns go on: a paused one is paused no more."""
        ...

    def attend(self, run: RunRef) -> None:
        """Starts a runner for a run that nobody owns, to answer what was asked of it, and for nothing else.

        Blocks until it has taken the run up. Raises CtxtuiError with what it said when it could not.
        """
        ...

    def source(self, run: RunRef, session_id: str) -> SourceText:
        """The code of the session's component, as the run was started with it. Raises CtxtuiError."""
        ...

    def working_area(self, run: RunRef, session_id: str) -> WorkingArea:
        """Where a session works, or an area of the user's own with its tests as they are. Raises CtxtuiError."""
        ...

    def leave(self, run: RunRef, area: WorkingArea) -> None:
        """Removes an area that was the user's own."""
        ...

    def conversation(self, run: RunRef, session_id: str) -> Conversation:
        """How the agent's conversation about a component is opened. Raises CtxtuiError where it cannot be, and why."""
        ...

    def changed_files(self, run: RunRef, session_id: str, folder: Path) -> Sequence[JsonMap]:
        """The component's files as they stand in the folder, for a retry's `files`; empty where none has changed."""
        ...

    def changed_texts(self, run: RunRef, session_id: str, texts: Mapping[str, str]) -> Sequence[JsonMap]:
        """The component's files with these texts, by path, for a retry's `files`."""
        ...

    def needs_note(self, run: RunRef, session_ids: Sequence[str]) -> tuple[str, ...]:
        """Those of the sessions whose retry would be refused without a note: it would tell the agent nothing new."""
        ...

    def ask(self, run: RunRef, kind: RequestKind) -> Request:
        """Asks something of a whole run and waits for the answer. Raises CtxtuiError where none comes."""
        ...

    def size(self, run: RunRef) -> int:
        """Bytes of the run's working areas."""
        ...

    def remove(self, run: RunRef) -> None:
        """Removes the working areas of a run that has ended, and takes it off the list of runs."""
        ...

    def doctor(self) -> tuple[ToolchainCheck, ...]: ...

    def diff(self, run: RunRef, session_id: str) -> tuple[FileTexts, ...]:
        """The session's test files: accepted ones, else those in its working area; those of every session of a run."""
        ...
