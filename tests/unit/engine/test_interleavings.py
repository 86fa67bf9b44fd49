"""Single interleavings, forced at named points and by hand: who is killed, late or woken when, and what follows."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.errors import ExitCode, LeaseError, RepositoryError, StoreError
from ctxtui.core.domain.interaction import Action, Result, ResultStatus
from ctxtui.core.domain.request import RequestKind
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.engine.actions.work import Done
from ctxtui.core.engine.messages import RequestCame, TaskKind, Tick
from ctxtui.core.engine.owner import STALE_SECONDS, Ownership
from ctxtui.core.ports.points import visited_by
from tests.doubles.engine_room import FAILS, SCOPE, EngineRoom

COMPLETE, FAILED, CANCELLED = SessionStatus.COMPLETE, SessionStatus.FAILED, SessionStatus.CANCELLED
HUNG = Done(Result(ResultStatus.WARNING, "no sign of life", {"trouble": "hung"}), AttemptOutcome.VALIDATING)
Make = Callable[..., EngineRoom]


class Killed(BaseException):
    """Stands for `kill -9`: nothing after the named point is done by that owner."""


class KillAt:
    def __init__(self, point: str, nth: int) -> None:
        self._point, self._left = point, nth

    def __call__(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                raise Killed


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[EngineRoom] = []

    def room(*names: str, **plan: Any) -> EngineRoom:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(EngineRoom(folder, names or ("alpha", "beta"), plan))
        return made[-1]

    yield room
    for one in made:
        one.store.close()


def to_its_end(room: EngineRoom) -> None:
    """As whoever takes the run up next: what was asked is answered first, then everything ends well."""
    room.open()
    for request in room.store.requests.open(SCOPE, room.run_id):
        room.loop.handle(RequestCame(request))
    room.finish()


def outcome_of(room: EngineRoom) -> list[object]:
    children = [(name, room.status(name), room.steps(name), room.attempts(name)) for name in room.names]
    return [room.status(), room.steps(), sorted(room.committed[-1]), children]


@pytest.mark.parametrize("point", ["before_store", "stored", "result_came", "result_stored"])
def test_killed_at_any_named_point_a_run_ends_as_if_it_had_not_been(make: Make, point: str):
    undisturbed = make().open()
    undisturbed.finish()
    for nth in (2, 9, 17):
        room = make()
        with visited_by(KillAt(point, nth)):
            try:
                room.open()
                room.finish()
            except Killed:
                room.kill()
        to_its_end(room)
        assert outcome_of(room) == outcome_of(undisturbed), nth


@pytest.mark.parametrize("point", ["before_answer", "before_store", "stored", "answered"])
@pytest.mark.parametrize("kind", [RequestKind.SKIP, RequestKind.CANCEL, RequestKind.RETRY, RequestKind.FINALIZE])
def test_killed_while_a_request_is_answered_it_has_its_effect_once(make: Make, kind: RequestKind, point: str):
    room = make().open()
    room.end("run")
    while room.status("alpha") is not COMPLETE:
        room.end("alpha")
    name = {RequestKind.FINALIZE: "run", RequestKind.CANCEL: "beta"}.get(kind, "alpha")
    request = room.request(kind, name, note="more")
    with visited_by(KillAt(point, 1)), pytest.raises(Killed):
        room.loop.handle(RequestCame(request))
    is_granted = room.store.requests.get(SCOPE, request.id).is_granted
    assert bool(is_granted) == (point in {"stored", "answered"})
    room.kill()
    to_its_end(room)
    assert room.store.requests.get(SCOPE, request.id).is_granted
    assert room.session("alpha").is_skipped == (kind is RequestKind.SKIP)
    assert (room.status("beta") is CANCELLED) == (kind in {RequestKind.CANCEL, RequestKind.FINALIZE})
    assert room.attempts("alpha").count(AttemptOutcome.PASSED) == (2 if kind is RequestKind.RETRY else 1)


@pytest.mark.parametrize("point", ["before_answer", "stored", "answered"])
def test_a_run_cancelled_as_its_owner_is_killed_is_cancelled(make: Make, point: str):
    room = make().open()
    room.end("run")
    request = room.request(RequestKind.CANCEL)
    with visited_by(KillAt(point, 1)), pytest.raises(Killed):
        room.loop.handle(RequestCame(request))
    room.kill()
    to_its_end(room)
    assert room.status() is CANCELLED
    assert room.committed == []


def test_a_granted_stop_survives_ctrl_c(make: Make):
    room = make().open()
    room.end("run")
    room.until("alpha", Action.JUDGE_TESTS)
    assert room.ask(RequestKind.CANCEL, "alpha").is_granted
    room.interrupt()
    to_its_end(room)
    assert room.status("alpha") is CANCELLED
    assert not room.session("alpha").is_skipped


def test_an_owner_that_was_stopped_and_wakes_up_writes_nothing_more(make: Make):
    room = make().open()
    room.end("run")
    room.until("alpha", Action.JUDGE_TESTS)
    former = room.loop
    (task,) = (task for task in former.book.tasks.values() if task.session_id == room.id_of("alpha"))
    room.open()
    before = outcome_so_far(room)
    with pytest.raises(LeaseError):
        former.handle(RequestCame(room.request(RequestKind.SKIP, "alpha")))
    assert outcome_so_far(room) == before
    assert not task.stop.is_set  # the heartbeat tells it that the run is somebody else's; see the next test


def outcome_so_far(room: EngineRoom) -> list[object]:
    return [(name, room.status(name), room.steps(name), room.attempts(name)) for name in room.names]


class Leases:
    """A lease store whose heartbeat does what a test says."""

    def __init__(self, *happenings: BaseException | None) -> None:
        self._happenings = iter(happenings)
        self.beats = 0

    def heartbeat(self, _scope: object, _lease: object) -> None:
        self.beats += 1
        happening = next(self._happenings)
        if happening is not None:
            raise happening


def kept(leases: Leases, monkeypatch: pytest.MonkeyPatch) -> tuple[Ownership, list[BaseException]]:
    """An owner whose heart has beaten until something ended it."""
    monkeypatch.setattr("ctxtui.core.engine.owner.BEAT_SECONDS", 0.0)
    told: list[BaseException] = []
    has_ended = threading.Event()

    def lost(error: BaseException) -> None:
        told.append(error)
        has_ended.set()

    ownership = Ownership(SimpleNamespace(store=SimpleNamespace(leases=leases)), SCOPE, None, clock=lambda: 0.0)
    ownership.keep(lost)
    assert has_ended.wait(60)
    ownership.finish()
    return ownership, told


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), KeyError("oops")])
def test_whatever_ends_the_heartbeat_is_told_to_the_run(monkeypatch: pytest.MonkeyPatch, error: Exception):
    ownership, told = kept(Leases(None, error), monkeypatch)
    assert told == [error]
    assert not ownership.is_lost()


def test_a_locked_store_ends_no_heartbeat_and_a_lost_lease_does(monkeypatch: pytest.MonkeyPatch):
    leases, gone = Leases(StoreError("locked"), None, LeaseError("taken")), []
    ownership, gone = kept(leases, monkeypatch)
    assert leases.beats == 3
    assert isinstance(gone[0], LeaseError)
    assert ownership.is_lost()


def test_an_owner_that_slept_past_its_lease_touches_nothing_before_the_next_heartbeat(make: Make):
    room = make().open()
    room.end("run")
    now = [0.0]
    room.ownership.clock = lambda: now[0]
    (task, *_) = room.course.book.tasks.values()
    now[0] = STALE_SECONDS + 1
    assert task.stop.is_abandoned
    busy = room.busy
    room.tick()
    assert room.busy == busy


def test_a_failed_checkout_is_not_taken_for_a_worktree(make: Make, monkeypatch: pytest.MonkeyPatch):
    room = make("alpha").open()
    made: list[str] = []
    whole = room.worktrees.checkout

    def checkout(slot: str, files: Any = ()) -> Path:
        made.append(slot)
        if len(made) == 1:
            raise RepositoryError("Cannot make the worktree slot-01: No space left on device.")
        return whole(slot, files)

    monkeypatch.setattr(room.worktrees, "checkout", checkout)
    room.end("run")
    room.end("alpha")
    assert [task.kind for task in room.course.book.tasks.values()] == [TaskKind.LAY_OUT]
    room.finish()
    assert made == ["slot-01", "slot-01"]
    assert room.status() is COMPLETE


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_finalizing_with_many_queued_as_slots_become_free_ends_the_run(make: Make, steps: int):
    room = make("alpha", "beta", "delta", "gamma", jobs=2).open()
    room.end("run")
    while room.status("alpha") is not COMPLETE:
        room.end("alpha")
    for _step in range(steps):
        room.end(room.busy[0])
    assert room.ask(RequestKind.FINALIZE).is_granted
    room.finish()
    assert room.status() is COMPLETE
    assert room.committed == [["tests/test_alpha.py"]]
    assert all(room.session(name).is_skipped for name in ("beta", "delta", "gamma"))
    assert room.exit_code is ExitCode.FAILED_COMPONENTS


def test_what_a_hung_turn_wrote_is_judged_after_a_retry_too(make: Make):
    room = make("alpha", retry=RetryPolicy(max_attempts=1)).open()
    room.end("run")
    room.until("alpha", Action.ASK_AGENT)
    room.end("alpha", HUNG)
    assert room.doing("alpha") is Action.JUDGE_TESTS
    room.end("alpha", FAILS)
    assert room.status("alpha") is FAILED
    room.finish()
    assert room.ask(RequestKind.RETRY, "alpha", note="three is right").is_granted
    room.end("alpha")  # the worktree, with what was judged before
    assert room.doing("alpha") is Action.ASK_AGENT
    room.end("alpha", HUNG)
    assert room.doing("alpha") is Action.JUDGE_TESTS
    room.finish()
    assert room.status() is COMPLETE


def test_a_child_skipped_as_its_first_step_begins_leaves_the_round_alone(make: Make):
    room = make(jobs=1).open()
    room.end("run")
    request = room.request(RequestKind.SKIP, "beta")
    while room.status("alpha") is not COMPLETE or room.busy == ["alpha"]:
        room.end("alpha")
    assert room.busy == ["beta"]  # its turn came between the asking and the answer
    room.loop.handle(RequestCame(request))
    room.finish()
    assert room.session("beta").is_skipped
    assert room.steps().count("spawn_component_testing_sessions") == 1
    assert room.committed == [["tests/test_alpha.py"]]


def test_what_is_asked_while_everything_is_judged_together_counts(make: Make):
    room = make().open()
    while room.doing("run") is not Action.RUN_CHILDREN or room.busy != ["run"]:
        room.end(room.busy[0])
    assert room.ask(RequestKind.RETRY, "alpha", note="more").is_granted
    room.finish()
    assert room.attempts("alpha") == [AttemptOutcome.PASSED, AttemptOutcome.PASSED]
    assert room.status() is COMPLETE
    assert len(room.committed) == 1


def test_the_owner_looks_again_before_it_starts_anything_while_its_lease_is_in_doubt(make: Make):
    room = make("alpha", "beta", "gamma", jobs=1).open()
    room.end("run")
    now = [0.0]
    room.ownership.clock = lambda: now[0]
    now[0] = STALE_SECONDS + 1
    room.loop.handle(Tick())
    assert room.busy == ["alpha"]
