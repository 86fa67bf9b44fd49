"""The owner's side: gives children's commands to places, follows them, and brings home what came of them."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from ctxtui.core.domain.errors import CtxtuiError, NotFoundError
from ctxtui.core.domain.lease import Lease
from ctxtui.core.domain.plan import ExecutorPlan
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.engine.actions.work import Done, Order, Work
from ctxtui.core.engine.remote.wire import (
    Assignment,
    Berth,
    Contents,
    EventsCame,
    FilesCame,
    Opening,
    Progress,
    Report,
    UsageCame,
    VerdictReached,
)
from ctxtui.core.ports.agents import AgentHealth
from ctxtui.core.ports.sites import ClusterError, Place, PlaceLostError, Sites
from ctxtui.core.ports.stop import StoppedError
from ctxtui.core.ports.workspaces import Workspace

NEWS_SECONDS = 1.0
"""How long a place waits for news before it answers."""
STOP_SECONDS = 5
"""How many answers work that was told to stop may take to end."""
WAIT_SECONDS = 0.5
LOST_SECONDS = 120.0
"""How long a place that was lost gets nothing while there are others."""
PLACE = "place"
"""The key under which a result says where it was reached."""
WORKER = "worker"
"""The key under which it says that to people."""


class UnknownRunError(NotFoundError):
    """The place's process has never heard of the run: it was started after the run was brought there."""


@dataclass(slots=True)
class RemoteHands:
    """Safe to use from threads. A slot stays at one place, since the child's worktree is there, until it is cleared.

    At each place there may be worktrees for `ahead` children more than have their agents at work there.
    """

    sites: Sites
    workspace: Workspace
    berth: Berth
    snapshot: bytes
    executor: ExecutorPlan = field(default_factory=ExecutorPlan)
    ahead: int = 0
    _agents: dict[tuple[str, str], str] = field(default_factory=dict)
    _placed: dict[str, str] = field(default_factory=dict)
    _lost: dict[str, float] = field(default_factory=dict)
    _looked: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _opening: threading.Lock = field(default_factory=threading.Lock)
    _seen: tuple[Place, ...] = ()

    @classmethod
    def of(cls, sites: Sites, workspace: Workspace, plan: RunPlan, settings: bytes, lease: Lease) -> RemoteHands:
        snapshot = workspace.snapshot()
        executor = plan.executor
        berth = Berth(
            run_id=lease.run_id,
            base=plan.base,
            snapshot=hashlib.sha256(snapshot).hexdigest(),
            token=lease.token,
            settings=settings,
            python=executor.python or plan.interpreter,
            setup=executor.setup,
        )
        return cls(sites, workspace, berth, snapshot, executor, plan.ahead)

    def carry_out(self, work: Work) -> Done:
        """Raises StoppedError when told to stop, or when the place was lost: the command is then given away anew."""
        place = self._place_for(work)
        try:
            return self._carried_out(place, work)
        except PlaceLostError:
            with self._lock:
                self._placed.pop(work.order.slot, None)
                self._lost[place] = time.monotonic()
            work.note(f"the worker {place} was lost; what it was doing starts again at another one")
            raise StoppedError from None

    def lay_out(self, work: Work) -> None:
        """The worktree itself is laid out at the place, before the first command there."""
        self._place_for(work)

    def clear(self, slot: str) -> None:
        """A place that is gone, or was started anew, has nothing to clear."""
        place = self._placed.get(slot)
        if place is not None:
            with suppress(PlaceLostError, UnknownRunError):
                self.sites.call(place, "clear", self.berth.run_id, self.berth.token, slot)
        with self._lock:
            self._placed.pop(slot, None)

    def workers(self) -> tuple[Place, ...]:
        """Those of the cluster as they were last seen, whether they can be used or not; nobody is asked."""
        return self._seen

    def close(self) -> None:
        self.sites.close()

    def _carried_out(self, place: str, work: Work) -> Done:
        order = work.order
        contents = {file.digest: self.workspace.read(file) for file in order.state.candidate}
        assignment = Assignment(order.interaction.command.action, _as_sent(order), contents)
        progress = self._followed(place, assignment, work)
        self._take_in(progress.contents)
        outcome = progress.outcome
        if isinstance(outcome, Done):
            data = {**outcome.result.data, PLACE: place, WORKER: self._shown(place)}
            told = replace(outcome.result, data=data)
            return replace(outcome, result=told)
        if outcome is None:
            raise StoppedError
        raise outcome

    def _followed(self, place: str, assignment: Assignment, work: Work) -> Progress:
        """Until it has ended, or did not end in time after it was told to."""
        key, left = assignment.key, STOP_SECONDS
        progress: Progress = self._call(work, place, "begin", assignment, NEWS_SECONDS)
        while True:
            if not progress.is_known:
                raise PlaceLostError(f"The worker {place} was started anew.")
            for report in progress.reports:
                self._pass_on(report, work, place)
            if progress.outcome is not None:
                return progress
            self._look()
            if work.stop.is_abandoned:
                raise StoppedError
            if work.stop.is_set:
                self._call(work, place, "stop", key)
                left -= 1
                if left < 0:
                    return progress
            progress = self._call(work, place, "progress", key, progress.number, NEWS_SECONDS)

    def _look(self) -> None:
        """Keeps an eye on the workers while all of them are busy; a scheduler that is away for a while ends nothing."""
        with suppress(CtxtuiError):
            self._seen = self.sites.places()

    def _pass_on(self, report: Report, work: Work, place: str) -> None:
        match report:
            case EventsCame(events):
                work.report.events([replace(event, data={**event.data, PLACE: place}) for event in events])
            case VerdictReached(verdict):
                work.report.verdict(verdict)
            case UsageCame(usage):
                work.report.used(usage)
            case FilesCame(files, contents):
                self._take_in(contents)
                work.report.kept(files)

    def _take_in(self, contents: Contents) -> None:
        for digest, content in contents.items():
            self.workspace.take_in(digest, content)

    def _place_for(self, work: Work) -> str:
        """The slot's place, or the one with most room; waits for one to come or to become free."""
        is_told = False
        while True:
            work.stop.check()
            usable, why = self._usable(work.order.session.agent)
            if usable:
                with self._lock:
                    place, why = self._chosen(work.order.slot, usable)
                if place:
                    return place
            if not is_told:
                work.note(why)
                is_told = True
            work.stop.wait(WAIT_SECONDS)

    def _usable(self, agent: str) -> tuple[list[Place], str]:
        """The places where the agent can work, or why there is none now."""
        try:
            self._seen = self.sites.places()
        except CtxtuiError as error:
            return [], str(error)
        there = [place for place in self._seen if not place.problem]
        problems = {place.name: self._problem_of(agent, place) for place in there}
        usable = [place for place in there if not problems[place.name]]
        # One that fell silent may stay on the scheduler's list for minutes, with all its room.
        since = time.monotonic() - LOST_SECONDS
        usable = [place for place in usable if self._lost.get(place.name, since) <= since] or usable
        if there and not usable:
            told = "; ".join(f"{place.shown}: {problems[place.name]}" for place in there)
            return [], f"waits for a worker: none can ask {agent} ({told})"
        return usable, "" if usable else "waits for a worker: none is there that can be used"

    def _problem_of(self, agent: str, place: Place) -> str:
        """What keeps the agent from working there; asked once."""
        key = (place.name, agent)
        if key not in self._agents:
            try:
                self._agents[key] = self.sites.call(place.name, "check_agent", self.berth.settings, agent)[1]
            except PlaceLostError as error:
                return str(error)
        return self._agents[key]

    def _shown(self, place: str) -> str:
        return next((one.shown for one in self._seen if one.name == place), place)

    def _chosen(self, slot: str, usable: Sequence[Place]) -> tuple[str, str]:
        """A place, or why there is none now."""
        names = {place.name for place in usable}
        if (held := self._placed.get(slot, "")) in names:
            return held, ""
        if slot not in self._looked:
            # An owner before may have placed it; from now on, this one knows.
            self._looked.add(slot)
            if held := next((place.name for place in usable if self._is_at(place, slot)), ""):
                self._placed[slot] = held
                return held, ""
        taken = Counter(self._placed.values())
        free = {place.name: self.executor.seats_at(place.slots) + self.ahead - taken[place.name] for place in usable}
        best = max(free, key=lambda name: free[name])
        if free[best] <= 0:
            return "", "waits for a worker: all are busy"
        self._placed[slot] = best
        return best, ""

    def _is_at(self, place: Place, slot: str) -> bool:
        """Whether a child's worktree is there already, from before this process owned the run."""
        try:
            return bool(self.sites.call(place.name, "holds", self.berth.run_id, self.berth.token, slot))
        except (UnknownRunError, PlaceLostError):
            return False

    def _call(self, work: Work, place: str, operation: str, *values: Any) -> Any:  # noqa: ANN401 - as the operation has it
        try:
            return self.sites.call(place, operation, self.berth.run_id, self.berth.token, *values)
        except UnknownRunError:
            self._open(work, place)
            return self.sites.call(place, operation, self.berth.run_id, self.berth.token, *values)

    def _open(self, work: Work, place: str) -> None:
        """Brings the run to a place and waits until the project's environment is there, however long that takes."""
        is_told = False
        while self._opened(place) is Opening.PREPARING:
            if not is_told:
                work.note(f"the worker {self._shown(place)} makes the project's environment")
                is_told = True
            work.stop.wait(WAIT_SECONDS)
            work.stop.check()

    def _opened(self, place: str) -> Opening:
        """The base commit goes there as content, once for everybody."""
        with self._opening:
            opening: Opening = self.sites.call(place, "open", self.berth)
            if opening is Opening.MISSING:
                opening = self.sites.call(place, "unpack", self.berth, self.snapshot)
            return opening


def _as_sent(order: Order) -> Order:
    """Without what the plan knows of the other components: a run may have thousands."""
    mine = {name: paths for name, paths in order.plan.similar_tests.items() if name == order.session.name}
    return replace(order, plan=replace(order.plan, similar_tests=mine))


def agent_health(sites: Sites, settings: bytes, agent: str) -> AgentHealth:
    """Whether the agent can work at one of the places at least. Raises CtxtuiError when no place can be used."""
    problems: list[str] = []
    for place in usable_places(sites):
        version, problem = sites.call(place.name, "check_agent", settings, agent)
        if not problem:
            return AgentHealth(agent, is_installed=True, version=version)
        problems.append(f"{place.host}: {problem}")
    return AgentHealth(agent, is_installed=False, problem=f"No worker can ask {agent}: {'; '.join(problems)}")


def usable_places(sites: Sites) -> tuple[Place, ...]:
    """Raises CtxtuiError in one sentence when no place can be used."""
    places = sites.places()
    usable = tuple(place for place in places if not place.problem)
    if not usable:
        problems = "; ".join(sorted({place.problem for place in places})) or "it has no workers"
        raise ClusterError(f"No worker can be used: {problems}.")
    return usable
