"""The states of a run and of its children as values, and the one codec between them and the stored maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.plan import Spent
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.trouble import Trouble

if TYPE_CHECKING:
    from ctxtui.core.domain.json import JsonMap


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why a run waits for a user: `components` names those that have to be decided about, each with its reason.

    `is_all_of_children` where what the children's own states tell is all of the message.
    """

    message: str
    step: str = ""
    components: tuple[Mapping[str, str], ...] = ()
    since: str = ""
    trouble: str = ""
    is_agent: bool = False
    is_all_of_children: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """Trouble that every child would meet: nothing new is started until a user has helped."""

    trouble: Trouble
    reason: str


@dataclass(frozen=True, slots=True)
class RunState:
    """A parent session's state; the fields are the keys of the stored map.

    `branch_name` is written once by Initialize and read by everybody else. Failures up to the interaction
    `loop_from` no longer count: a user let the loop turn anew. `granted` is what was spent up to the last time a user
    let a run go on that had used up its budget; `granted_day` is the day on which that was done.
    `workers` are those of the run's cluster, as they were seen last. `rested` are the seconds of its steps in which
    nobody worked on them, since the run had no owner.
    """

    plan: RunPlan | None = None
    branch_name: str = ""
    waiting: Waiting | None = None
    blocked: Blocked | None = None
    paused: bool = False
    jobs: int = 0
    loop_from: int = 0
    granted: Spent = field(default_factory=Spent)
    granted_day: str = ""
    error: str | None = None
    commit: str = ""
    pushed_to: str = ""
    pull_request: str = ""
    workers: tuple[Mapping[str, Any], ...] = ()
    rested: float = 0.0

    def waits(self, waiting: Waiting) -> RunState:
        return replace(self, waiting=waiting)

    def sees(self, workers: tuple[Mapping[str, Any], ...]) -> RunState:
        return replace(self, workers=workers)


@dataclass(frozen=True, slots=True)
class ChildState:
    """A child session's state; the fields are the keys of the stored map.

    `slot` is the worktree that holds the child's work, `candidate` the files of its last judged attempt, `files` the
    accepted ones, `contenders` those of tries that may still be bettered. Attempts up to `attempts_from` were before a
    user's retry; `goes_first` is set by such a retry. `worker` says where its last step was taken; empty: on the
    owner's machine. `late_usage` is what turns used that were ended before they had a result to tell it. `rested` are,
    by the number of an attempt, the seconds of it in which nobody worked on it, since the run had no owner.
    """

    slot: str | None = None
    last_slot: str = ""
    candidate: tuple[AcceptedFile, ...] = ()
    files: tuple[AcceptedFile, ...] = ()
    contenders: tuple[Mapping[str, Any], ...] = ()
    note: str | None = None
    failure: Mapping[str, str] | None = None
    skipped: Mapping[str, str] | None = None
    waiting: Mapping[str, Any] | None = None
    conversation: Mapping[str, Any] | None = None
    cooldown_until: str | None = None
    reuse_key: str = ""
    loop_from: int = 0
    attempts_from: int = 0
    goes_first: bool = False
    worker: str = ""
    late_usage: Usage = field(default_factory=Usage)
    rested: Mapping[str, float] = field(default_factory=dict)

    def rests(self, attempt: int, seconds: float) -> ChildState:
        so_far = self.rested.get(str(attempt), 0.0)
        return replace(self, rested={**self.rested, str(attempt): so_far + seconds})


def run_state(stored: JsonMap) -> RunState:
    """Reads a parent's stored map; keys that are missing or None get their default."""
    values = _known(RunState, stored)
    if "plan" in values:
        values["plan"] = RunPlan.from_state(values["plan"])
    if "waiting" in values:
        values["waiting"] = Waiting(**_known(Waiting, values["waiting"]))
    if "blocked" in values:
        values["blocked"] = Blocked(Trouble(values["blocked"]["trouble"]), values["blocked"]["reason"])
    if "granted" in values:
        values["granted"] = Spent(**values["granted"])
    values["workers"] = tuple(values.get("workers", ()))
    return RunState(**values)


def child_state(stored: JsonMap) -> ChildState:
    """Reads a child's stored map; keys that are missing or None get their default."""
    values = _known(ChildState, stored)
    for key in ("candidate", "files"):
        values[key] = files_from(values.get(key))
    if "late_usage" in values:
        values["late_usage"] = Usage(**values["late_usage"])
    return ChildState(**values)


def changes(before: RunState | ChildState, after: RunState | ChildState) -> dict[str, Any]:
    """What has to be merged into the stored map to make one state of the other."""
    names = (item.name for item in fields(before))
    changed = [name for name in names if getattr(before, name) != getattr(after, name)]
    return {name: _plain(getattr(after, name)) for name in changed}


def files_from(stored: object) -> tuple[AcceptedFile, ...]:
    """The files that a session's state keeps as maps."""
    return tuple(AcceptedFile(**item) for item in stored) if isinstance(stored, list | tuple) else ()


def until(state: ChildState) -> datetime | None:
    """When the child's agent may be asked again, if it has to wait for that."""
    return datetime.fromisoformat(state.cooldown_until) if state.cooldown_until else None


def worker_of(stored: JsonMap) -> str:
    """Where a child's last step was taken, of its stored map; empty: on the owner's machine."""
    return str(stored.get("worker") or "")


def _plain(value: object) -> object:
    """Of a field's value, what can be stored."""
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _known(of: type[Any], stored: JsonMap) -> dict[str, Any]:
    names = {item.name for item in fields(of)}
    return {key: value for key, value in stored.items() if key in names and value is not None}
