"""A round of the parent: its children made, run on background workers within the jobs limit, and judged together."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.interaction import Command, Interaction, Result, ResultStatus
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.domain.verdict import RungOutcome
from ctxtui.core.engine.control import Control, StopKind, StoppedError, StopReason
from ctxtui.core.engine.driver import Done, Driver
from ctxtui.core.engine.judging import test_run
from ctxtui.core.engine.run import ASSEMBLED, Run
from ctxtui.core.engine.settling import fail, forgive_trouble, leave_out, reactivate
from ctxtui.core.engine.worktrees import files_from
from ctxtui.core.ports.validation import Assembly
from ctxtui.core.workflow import state
from ctxtui.core.workflow.context_testing.spawn import specs_in
from ctxtui.core.workflow.registry import orchestrator_of

WAKE_SECONDS = 0.2
MOST_WORKERS = 256


@dataclass(slots=True)
class _Pool:
    """The children of one round: which wait, which are under way, and what went wrong in the engine itself."""

    waiting: list[str]
    running: set[str] = field(default_factory=set)
    error: BaseException | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class RoundHandler:
    """Carries out RUN_CHILDREN; `driver` drives the children."""

    run: Run
    driver: Driver

    def __call__(self, session: Session, interaction: Interaction, control: Control) -> Done:
        sessions = self.run.parts.store.sessions
        spawned = sessions.spawn(self.run.scope, session.id, specs_in(interaction.command))
        for item in interaction.command.metadata.get("reactivate", ()):
            reactivate(self.run, item["session_id"], item["evidence"], cause=interaction.id, by="parent validation")
        data: dict[str, Any] = {
            "not_created": dict(spawned.failures),
            "disappeared": list(interaction.command.metadata.get("disappeared", ())),
        }
        parent = sessions.load(self.run.scope, session.id)
        for child in parent.children:
            if child.status is SessionStatus.ACTIVE and child.state.get(state.SLOT):
                self.run.slots.hold(child.id, str(child.state[state.SLOT]))
        self._run_children(_in_command_order(parent, interaction.command), control)
        if self.run.blocked_reason:
            reason = f"The agent {session.agent} cannot go on: {self.run.blocked_reason}"
            return Done(Result(ResultStatus.ERROR, reason, {**data, "is_interrupted": True, "agent_blocked": True}))
        return self._judged(session.id, interaction, data, control)

    def _run_children(self, waiting: list[str], control: Control) -> None:
        """Returns when every child has settled; raises StoppedError when the run is told to stop before that."""
        pool = _Pool(waiting)
        with ThreadPoolExecutor(MOST_WORKERS, thread_name_prefix="child") as workers:
            try:
                while self._has_work(pool):
                    control.check()
                    self._start_some(pool, workers)
                    self.run.changed.wait(WAKE_SECONDS)
                    self.run.changed.clear()
            except StoppedError as stopped:
                self.run.stop_children(stopped.reason)
                raise
            except BaseException:
                self.run.stop_children(StopReason(StopKind.INTERRUPT, "engine"))
                raise

    def _has_work(self, pool: _Pool) -> bool:
        called_back = self.run.take_called_back()
        with pool.lock:
            if pool.error is not None:
                raise pool.error
            known = {*pool.running, *pool.waiting}
            pool.waiting += [child for child in sorted(called_back) if child not in known]
            if self.run.blocked_reason:
                pool.waiting.clear()
            return bool(pool.waiting or pool.running)

    def _start_some(self, pool: _Pool, workers: ThreadPoolExecutor) -> None:
        with pool.lock:
            while pool.waiting and len(pool.running) < self._most_at_once() and not self.run.is_paused:
                child = pool.waiting.pop(0)
                pool.running.add(child)
                workers.submit(self._work, pool, child)

    def _most_at_once(self) -> int:
        """The jobs asked for, within what the agent bears."""
        settings = self.run.settings
        return min(self.run.jobs, settings.agent_jobs.get(settings.agent, self.run.jobs))

    def _work(self, pool: _Pool, session_id: str) -> None:
        try:
            self._drive_child(session_id)
        except StoppedError:
            # An interrupt: the command stays pending, and whoever takes the run over goes on with it.
            pass
        except BaseException as error:  # noqa: BLE001 - a task's boundary; the scheduler raises it again
            with pool.lock:
                pool.error = error
        finally:
            with pool.lock:
                pool.running.discard(session_id)
            self.run.changed.set()

    def _drive_child(self, session_id: str) -> None:
        with self.run.working_on(session_id) as control:
            try:
                forgive_trouble(self.run, session_id)
                wait = self.driver.drive(session_id, control)
                if wait is not None and not self.run.blocked_reason:
                    fail(self.run, session_id, wait.reason)
            except StoppedError as stopped:
                if stopped.reason.kind is StopKind.INTERRUPT:
                    raise
                leave_out(self.run, session_id, stopped.reason)
            except StepError as error:
                fail(self.run, session_id, str(error))
        if not self.run.blocked_reason:
            slot = self.run.slots.give_back(session_id)
            if slot is not None:
                self.run.workspace.release(slot)

    def _judged(self, run_id: str, interaction: Interaction, data: dict[str, Any], control: Control) -> Done:
        """What the engine finds out for the step to judge: files, the run together, attempts left."""
        control.check()
        parent = self.run.parts.store.sessions.load(self.run.scope, run_id)
        complete = [child for child in parent.children if child.status is SessionStatus.COMPLETE]
        missing = {child.id: paths for child in complete if (paths := self._missing(child))}
        data["missing_files"] = missing
        whole = [child for child in complete if child.id not in missing]
        if whole:
            self.run.note(run_id, interaction.id, f"running the tests of {len(whole)} components together")
            data["together"] = self._together(whole)
            self.run.note(run_id, interaction.id, f"together: {data['together']['summary']}", EventKind.RUNG)
        data["attempts_left"] = {
            child.id: self._attempts_left(child.id) for child in complete if _is_at_fault(child, data)
        }
        status = ResultStatus.ERROR if missing or _failed_together(data) else ResultStatus.OK
        return Done(Result(status, "", data))

    def _missing(self, child: Session) -> list[str]:
        files = files_from(child.state.get(state.FILES))
        if not files and child.component:
            return [child.component.test_path]
        return [file.path for file in files if not self.run.workspace.has(file)]

    def _together(self, children: list[Session]) -> dict[str, Any]:
        files = {file.path: (file, child) for child in children for file in files_from(child.state.get(state.FILES))}
        tree = self.run.workspace.checkout(ASSEMBLED, [file for file, _child in files.values()])
        owners = {
            path: child.component.id
            for path, (_file, child) in files.items()
            if child.component and path.endswith(".py") and not path.endswith("__init__.py")
        }
        assembly = Assembly(
            worktree=tree,
            test_run=test_run(self.run, tree, tuple(sorted(owners))),
            owners=owners,
            names={child.component.id: child.name for child in children if child.component},
        )
        settings = self.run.settings
        verdict = self.run.parts.build_ladder(settings.rungs, settings.ladder).together.judge(assembly)
        return asdict(verdict) | {"outcome": str(verdict.outcome)}

    def _attempts_left(self, session_id: str) -> int:
        child = self.run.parts.store.sessions.load(self.run.scope, session_id)
        return orchestrator_of(child.type).turns_left(child, "run_tests")


def _in_command_order(parent: Session, command: Command) -> list[str]:
    """The active children in the order the command names them."""
    active = {child.id for child in parent.children if child.status is SessionStatus.ACTIVE}
    return [child_id for child_id in command.metadata["child_session_ids"] if child_id in active]


def _failed_together(data: dict[str, Any]) -> bool:
    return bool(data.get("together")) and data["together"]["outcome"] == RungOutcome.FAILED


def _is_at_fault(child: Session, data: dict[str, Any]) -> bool:
    if child.id in data["missing_files"]:
        return True
    component_id = child.component.id if child.component else ""
    return _failed_together(data) and any(
        evidence["component_id"] == component_id for evidence in data["together"]["evidence"]
    )
