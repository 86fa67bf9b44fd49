"""At a place: carries out assignments of runs that are owned elsewhere, and keeps what came of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.errors import CtxtuiError, LeaseError
from ctxtui.core.domain.event import Event
from ctxtui.core.domain.interaction import Action
from ctxtui.core.domain.run_state import files_from
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.engine.actions.ask_agent import ask_agent
from ctxtui.core.engine.actions.judge import judge
from ctxtui.core.engine.actions.work import Action as ActionFunction
from ctxtui.core.engine.actions.work import Done, Tools, Work
from ctxtui.core.engine.actions.worktree import lay_out, prepare_worktree
from ctxtui.core.engine.remote.wire import (
    Assignment,
    Contents,
    EventsCame,
    FilesCame,
    Progress,
    Report,
    UsageCame,
    VerdictReached,
)
from ctxtui.core.ports.stop import Stop
from ctxtui.core.ports.workspaces import Workspace
from ctxtui.core.workflow import state

ACTIONS: Mapping[Action, ActionFunction] = {
    Action.PREPARE_WORKTREE: prepare_worktree,
    Action.ASK_AGENT: ask_agent,
    Action.JUDGE_TESTS: judge,
}
LINGER_SECONDS = 0.2
"""How long news wait for company: an answer costs the owner more than what it holds."""
FORSAKEN_SECONDS = 900.0
"""Work that no owner has asked about for so long is ended: nobody will come for it."""


@dataclass(slots=True)
class _Assigned:
    """One assignment under way or done; reports up to `acknowledged` were stored by an owner."""

    slot: str
    workspace: Workspace
    stop: Stop
    changed: threading.Condition = field(default_factory=threading.Condition)
    reports: list[Report] = field(default_factory=list)
    acknowledged: int = 0
    outcome: Done | BaseException | None = None
    contents: Contents = field(default_factory=dict)
    asked_at: float = field(default_factory=time.monotonic)

    def events(self, events: Sequence[Event]) -> None:
        self._add(EventsCame(tuple(events)))

    def verdict(self, verdict: RungVerdict) -> None:
        self._add(VerdictReached(verdict))

    def used(self, usage: Usage) -> None:
        self._add(UsageCame(usage))

    def kept(self, files: Sequence[AcceptedFile]) -> None:
        self._add(FilesCame(tuple(files), {file.digest: self.workspace.read(file) for file in files}))

    def end(self, outcome: Done | BaseException, contents: Contents) -> None:
        with self.changed:
            self.outcome, self.contents = outcome, contents
            self.changed.notify_all()

    def _add(self, report: Report) -> None:
        with self.changed:
            self.reports.append(report)
            self.changed.notify_all()


@dataclass(slots=True)
class Site:
    """One run at one place. Safe to use from threads; `root` and `python` are this place's own."""

    tools: Tools
    workspace: Workspace
    root: Path
    python: str
    token: int
    _works: dict[str, _Assigned] = field(default_factory=dict)
    _holders: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, token: int) -> None:
        """Raises LeaseError for an owner that has lost the run to another one."""
        with self._lock:
            if token < self.token:
                raise LeaseError("The run is owned by another process now; this one must let go of it.")
            self.token = token

    def begin(self, assignment: Assignment, start: Callable[[Callable[[], None]], None]) -> None:
        """Begun before, by an owner before or after a lost answer: then it goes on as it is.

        What was done in that worktree before is stored by now, and nobody will ask for it again.
        """
        slot = assignment.order.slot
        with self._lock:
            if assignment.key in self._works:
                return
            self._works = {key: one for key, one in self._works.items() if one.slot != slot or one.outcome is None}
            assigned = _Assigned(slot, self.workspace, Stop())
            self._works[assignment.key] = assigned
        start(lambda: self._carry_out(assignment, assigned))

    def progress(self, key: str, after: int | None, seconds: float) -> Progress:
        """Waits for news at most that long. `after` acknowledges reports; None asks for those that nobody stored."""
        with self._lock:
            self._end_forsaken()
            assigned = self._works.get(key)
        if assigned is None:
            return Progress(is_known=False)
        assigned.asked_at = time.monotonic()
        with assigned.changed:
            assigned.acknowledged = assigned.acknowledged if after is None else max(after, assigned.acknowledged)
            seen = assigned.acknowledged
            assigned.changed.wait_for(lambda: len(assigned.reports) > seen or assigned.outcome is not None, seconds)
            assigned.changed.wait_for(lambda: assigned.outcome is not None, LINGER_SECONDS)
            news = tuple(assigned.reports[seen:])
            return Progress(news, seen + len(news), assigned.outcome, assigned.contents)

    def stop(self, key: str) -> None:
        if assigned := self._works.get(key):
            assigned.stop.set()

    def clear(self, slot: str) -> None:
        """Ends what still works in a worktree, and clears it."""
        for assigned in self._in(slot):
            assigned.stop.set()
        for assigned in self._in(slot):
            with assigned.changed:
                assigned.changed.wait_for(lambda one=assigned: one.outcome is not None)  # type: ignore[misc]
        with self._lock:
            self._works = {key: one for key, one in self._works.items() if one.slot != slot}
        self.workspace.release(slot)

    def holds(self, slot: str) -> bool:
        return self.workspace.is_checked_out(slot)

    def _in(self, slot: str) -> list[_Assigned]:
        with self._lock:
            return [assigned for assigned in self._works.values() if assigned.slot == slot]

    def _end_forsaken(self) -> None:
        limit = time.monotonic() - FORSAKEN_SECONDS
        for assigned in self._works.values():
            if assigned.outcome is None and assigned.asked_at < limit:
                assigned.stop.set()

    def _carry_out(self, assignment: Assignment, assigned: _Assigned) -> None:
        outcome: Done | BaseException
        contents: Contents = {}
        try:
            work = self._work(assignment, assigned)
            self._lay_out(work)
            outcome = ACTIONS[assignment.action](work)
            contents = self._judged(outcome)
        except BaseException as error:  # noqa: BLE001 - a thread's boundary: the owner must hear of it
            outcome = error
        assigned.end(_portable(outcome), contents)

    def _lay_out(self, work: Work) -> None:
        """A slot that an owner before gave to a child of which nothing is stored may be another one's by now."""
        slot, session_id = work.order.slot, work.order.session.id
        is_another = self._holders.get(slot, session_id) != session_id
        if is_another or not self.workspace.is_checked_out(slot):
            lay_out(work)
        self._holders[slot] = session_id

    def _work(self, assignment: Assignment, assigned: _Assigned) -> Work:
        plan = replace(assignment.order.plan, root=str(self.root), interpreter=self.python)
        order = replace(assignment.order, plan=plan, proved=())
        for file in order.state.candidate:
            self.workspace.take_in(file.digest, assignment.contents[file.digest])
        return Work(self.tools, self.workspace, order, assigned.stop, assigned)

    def _judged(self, done: Done) -> Contents:
        files = (*done.written, *files_from(done.result.data.get(state.CANDIDATE, ())))
        return {file.digest: self.workspace.read(file) for file in files}


def _portable(outcome: Done | BaseException) -> Done | BaseException:
    """An error as it can be understood elsewhere: one of ours as it is, any other by its words."""
    if isinstance(outcome, Done | CtxtuiError) or type(outcome).__module__.startswith("ctxtui."):
        return outcome
    return CtxtuiError(f"{type(outcome).__name__}: {outcome}")
