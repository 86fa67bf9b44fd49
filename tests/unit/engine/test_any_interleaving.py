"""Whatever is asked, ends, fails or is killed in whatever order: what must hold of a run holds all the time."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.domain.interaction import Action
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.store.encoding import from_json, to_json
from ctxtui.core.workflow import state
from tests.doubles.engine_room import BUSY, FAILS, PASSES, PUSH_REFUSED, SCOPE, TROUBLE, EngineRoom, broken_together

NAMES = ("alpha", "beta", "gamma")
UNDER_WAY = (AttemptOutcome.RUNNING, AttemptOutcome.VALIDATING)
KINDS = st.sampled_from(
    [
        *(RequestKind.RETRY, RequestKind.SKIP, RequestKind.CANCEL, RequestKind.PAUSE, RequestKind.RESUME),
        *(RequestKind.FINALIZE, RequestKind.JOBS, RequestKind.MODE, RequestKind.STEP),
    ]
)
OUTCOMES = {
    Action.ASK_AGENT: (None, TROUBLE, BUSY),
    Action.JUDGE_TESTS: (None, PASSES, FAILS, ToolchainError("no interpreter"), KeyError("oops")),
    Action.RUN_CHILDREN: (None, ToolchainError("no interpreter"), "broken"),
    Action.COMMIT_RESULT: (None, PUSH_REFUSED),
}


def _told(session: Session) -> object:
    """What matters of a session, as JSON tells it."""
    steps = [(step.id, step.seq, to_json(step.command.metadata), step.is_pending) for step in session.interactions]
    results = [step.result and (step.result.status, step.result.message) for step in session.interactions]
    stored = from_json(to_json(session.state))
    return session.status, session.agent, session.retry, session.execution_mode, stored, steps, results


class AnyInterleaving(RuleBasedStateMachine):
    """A run, its owner, and a user who asks anything at any time."""

    @initialize(partial=st.booleans(), attempts=st.integers(1, 3), jobs=st.integers(1, 2), ahead=st.integers(0, 1))
    def start(self, partial: bool, attempts: int, jobs: int, ahead: int) -> None:
        self._folder = tempfile.TemporaryDirectory()
        plan = {"is_partial": partial, "retry": RetryPolicy(max_attempts=attempts), "jobs": jobs, "ahead": ahead}
        self.room = EngineRoom(Path(self._folder.name), NAMES, plan).open()
        self.granted: list[Request] = []
        self.ended = SessionStatus.ACTIVE

    def teardown(self) -> None:
        if hasattr(self, "room"):
            self.room.store.close()
            self._folder.cleanup()

    @rule(which=st.integers(0, 5), how=st.integers(0, 4))
    @precondition(lambda self: self.room.busy)
    def an_action_ends(self, which: int, how: int) -> None:
        name = self.room.busy[which % len(self.room.busy)]
        action = self.room.doing(name)
        outcomes = OUTCOMES.get(action, (None,)) if action is not None else (None,)
        outcome = outcomes[how % len(outcomes)]
        self.room.end(name, broken_together(self.room.session("alpha")) if outcome == "broken" else outcome)

    @rule(kind=KINDS, name=st.sampled_from([*NAMES, "run"]), number=st.integers(1, 4))
    def somebody_asks(self, kind: RequestKind, name: str, number: int) -> None:
        has_children = bool(self.room.session().children)
        arguments = {"note": f"note {number}", "jobs": number, "mode": ("auto", "manual")[number % 2]}
        request = self.room.ask(kind, name if has_children else "run", **arguments)
        if request.is_granted:
            self.granted.append(request)

    @rule()
    def time_passes(self) -> None:
        self.room.clock.now = self.room.clock.now.replace(year=self.room.clock.now.year + 1)
        self.room.tick()

    @rule()
    def the_owner_is_killed(self) -> None:
        self.room.kill()
        self.room.open()

    @rule()
    def the_owner_is_interrupted(self) -> None:
        self.room.interrupt()
        self.room.open()

    @invariant()
    def a_run_that_has_ended_stays_as_it_is(self) -> None:
        status = self.room.status()
        if self.ended in (SessionStatus.COMPLETE, SessionStatus.CANCELLED):
            assert status is self.ended
        self.ended = status

    @invariant()
    def a_settled_child_has_nothing_under_way(self) -> None:
        for name in self._names():
            child = self.room.session(name)
            attempts = self.room.attempts(name)
            if child.status is not SessionStatus.ACTIVE:
                assert child.pending is None
                assert not any(outcome in UNDER_WAY for outcome in attempts)
            assert sum(outcome in UNDER_WAY for outcome in attempts) <= 1

    @invariant()
    def what_the_owner_remembers_is_what_is_stored(self) -> None:
        book = self.room.course.book
        for child in self.room.session().children:
            assert _told(book.child(child.id)) == _told(child)
            if known := book.known.get(child.id):
                assert _told(known.session) == _told(self.room.session(self.room.name_of(child.id)))
                assert known.tries.count == len(self.room.attempts(self.room.name_of(child.id)))
                outcomes = self.room.attempts(self.room.name_of(child.id))
                assert known.tries.is_open == bool(outcomes and outcomes[-1] in UNDER_WAY)

    @invariant()
    def no_worktree_belongs_to_two(self) -> None:
        slots = [self.room.session(name).state.get(state.SLOT) for name in self._names()]
        held = [slot for slot in slots if slot]
        assert len(held) == len(set(held))

    @invariant()
    def every_commit_holds_all_that_was_accepted(self) -> None:
        run = self.room.session()
        if run.status is SessionStatus.COMPLETE:
            passed = [child for child in run.children if child.status is SessionStatus.COMPLETE]
            wanted = sorted(file["path"] for child in passed for file in child.state[state.FILES])
            assert run.state[state.COMMITTED_FILES] == wanted
            assert not any(child.status is SessionStatus.ACTIVE for child in run.children)
            assert self.room.committed[-1] == wanted

    @invariant()
    def what_was_granted_is_so(self) -> None:
        for request in self.granted[-1:]:
            name = self.room.name_of(request.session_id)
            if request.kind is RequestKind.SKIP:
                assert self.room.session(name).is_skipped or self._was_called_back(request)
            if request.kind is RequestKind.CANCEL and name == "run":
                assert self.room.status() is SessionStatus.CANCELLED

    @invariant()
    def nobody_waits_twice(self) -> None:
        book = self.room.course.book
        assert not book.under_way & book.resting.keys()
        assert not any(child_id in book.queue for child_id in book.resting)

    @invariant()
    def the_run_does_not_hang(self) -> None:
        """While it goes on by itself, something is under way, or it waits for somebody or for time to pass."""
        run, book = self.room.session(), self.room.course.book
        if run.status is not SessionStatus.ACTIVE or self.room.busy or self.room.is_over:
            return
        assert run.state.get(state.PAUSED) or book.cooling

    def _was_called_back(self, request: Request) -> bool:
        return any(later.session_id == request.session_id for later in self.granted if later is not request)

    def _names(self) -> list[str]:
        return [child.name.removeprefix("shop.") for child in self.room.store.sessions.load(SCOPE, "run").children]


AnyInterleaving.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestAnyInterleaving = AnyInterleaving.TestCase
