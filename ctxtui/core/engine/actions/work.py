"""What an action is given and what it brings back: values, the adapters without the store, and a stop handle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeAlias

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import AttemptOutcome, Usage
from ctxtui.core.domain.component import Component
from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Interaction, Result
from ctxtui.core.domain.plan import LadderLimits
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.run_state import ChildState, child_state
from ctxtui.core.domain.session import Session
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.ports.agents import Agents
from ctxtui.core.ports.executors import Executor
from ctxtui.core.ports.stop import Stop
from ctxtui.core.ports.validation import Ladder
from ctxtui.core.ports.workspaces import Workspace, Workspaces


@dataclass(frozen=True, slots=True)
class Tools:
    """The adapters that actions use; `turns_dir` holds a folder for every agent turn.

    `end_strays` ends test processes that another process has left in a worktree, and gives how many there were.
    """

    workspaces: Workspaces
    build_ladder: Callable[[Sequence[str], LadderLimits], Ladder]
    agents: Agents
    executor: Executor
    now: Callable[[], datetime]
    turns_dir: Path
    end_strays: Callable[[Path], int] = lambda _worktree: 0


@dataclass(frozen=True, slots=True)
class Proved:
    """The tests of an earlier run, and the question that they answer."""

    run_id: str
    reuse_key: str
    root: str
    base: str
    files: tuple[AcceptedFile, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One command with all that it takes to carry it out.

    `attempt` counts the session's attempts and `time_limit` is in seconds. `siblings` are some of the run's other
    components, for the first command only. `recorded` is how many numbered events of each launch of this turn are
    stored already. `is_taken_over` is true when another process may have begun it.
    """

    run_id: str
    plan: RunPlan
    session: Session
    interaction: Interaction
    slot: str = ""
    attempt: int = 1
    time_limit: float = 0.0
    siblings: tuple[str, ...] = ()
    proved: tuple[Proved, ...] = ()
    recorded: Mapping[str, int] = field(default_factory=dict)
    is_taken_over: bool = False

    @property
    def component(self) -> Component:
        if self.session.component is None:
            raise StepError("Component not found")
        return self.session.component

    @property
    def state(self) -> ChildState:
        return child_state(self.session.state)


class Reporter(Protocol):
    """Hears of what happens while an action works."""

    def events(self, events: Sequence[Event]) -> None: ...

    def verdict(self, verdict: RungVerdict) -> None: ...

    def used(self, usage: Usage) -> None:
        """What an agent had used when it was told to stop: no result of its turn will tell it."""
        ...

    def kept(self, files: Sequence[AcceptedFile]) -> None:
        """The child's own files are in the object store, as they are judged from here on."""
        ...


@dataclass(frozen=True, slots=True)
class Done:
    """What an action brings back.

    `outcome` is what becomes of the session's attempt, None leaves it as it is. `files` are those that were accepted,
    `written` the child's own as a turn left them, `verdict` that of the last rung that was climbed.
    """

    result: Result
    outcome: AttemptOutcome | None = None
    conversation: str | None = None
    usage: Usage | None = None
    files: tuple[AcceptedFile, ...] | None = None
    written: tuple[AcceptedFile, ...] = ()
    verdict: RungVerdict | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """An order with everything at hand to carry it out."""

    tools: Tools
    workspace: Workspace
    order: Order
    stop: Stop
    report: Reporter

    def note(self, text: str, kind: EventKind = EventKind.NOTE) -> None:
        self.report.events([Event(kind, self.tools.now(), text)])

    @property
    def worktree(self) -> Path:
        return self.workspace.path(self.order.slot)


Action: TypeAlias = Callable[[Work], Done]
