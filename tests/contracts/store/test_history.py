"""Commands, results, attempts, rungs, files and events."""

from __future__ import annotations

import pytest

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import AttemptEnd, AttemptOutcome, AttemptStart, Usage
from ctxtui.core.domain.errors import ConflictError, NotFoundError
from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.session import SessionStatus, SessionUpdates
from ctxtui.core.domain.verdict import Evidence, RungOutcome, RungVerdict
from tests.contracts.store.conftest import NOTHING, OK, OURS, START, Made, command, message

ALPHA = "run-1-alpha"


def test_a_command_is_stored_pending_and_its_result_completes_it(made: Made) -> None:
    step = made.store.history.begin(OURS, ALPHA, "one", command(prompt="write tests"))
    assert (step.seq, step.is_pending) == (1, True)
    made.clock.pass_seconds(2)
    made.store.history.finish(OURS, "one", OK, SessionUpdates(state={"tests": 3}))
    (stored,) = made.store.history.interactions(OURS, ALPHA)
    assert stored.command == step.command
    assert stored.result == OK
    assert stored.completed_at == made.clock.now
    assert made.store.sessions.load(OURS, ALPHA).state == {"tests": 3}


def test_a_second_command_cannot_begin_beside_a_pending_one(made: Made) -> None:
    made.begin("alpha")
    with pytest.raises(ConflictError, match="generate_tests under way"):
        made.begin("alpha", 2)


def test_a_command_cannot_begin_in_a_session_that_ended(made: Made) -> None:
    cancelled = SessionUpdates(SessionStatus.CANCELLED)
    made.store.sessions.change(OURS, ALPHA, SessionStatus.ACTIVE, cancelled, by="ana", reason="")
    with pytest.raises(ConflictError, match="is cancelled"):
        made.begin("alpha")


def test_a_taken_interaction_or_attempt_id_is_a_conflict_and_stores_nothing(made: Made) -> None:
    made.begin("alpha", attempt=True)
    with pytest.raises(ConflictError, match="interaction step-alpha-1 already"):
        made.store.history.begin(OURS, "run-1-beta", "step-alpha-1", command())
    with pytest.raises(ConflictError, match="attempt attempt-alpha-1 already"):
        made.store.history.begin(OURS, "run-1-beta", "two", command(), AttemptStart("attempt-alpha-1", ""))
    assert made.store.history.interactions(OURS, "run-1-beta") == ()


def test_an_attempt_keeps_the_agent_that_was_asked_for_it(made: Made) -> None:
    step = made.begin("alpha", attempt=True)
    made.store.history.finish(OURS, step, OK, NOTHING)
    made.store.sessions.change(
        OURS, ALPHA, SessionStatus.ACTIVE, SessionUpdates(agent="opus"), by="ana", reason="better"
    )
    made.begin("alpha", 2, attempt=True)
    (row,) = (row for row in made.store.feed.changes(OURS, "run-1").rows if row.id == ALPHA)
    first, second = row.attempts
    assert second.agent == row.agent == "opus"
    assert first.agent not in {"", "opus"}


def test_a_result_is_stored_once(made: Made) -> None:
    step = made.begin("alpha")
    made.store.history.finish(OURS, step, OK, NOTHING)
    with pytest.raises(ConflictError, match="has a result already: ok"):
        made.store.history.finish(OURS, step, OK, SessionUpdates(state={"late": True}))
    assert made.store.sessions.load(OURS, ALPHA).state == {}


def test_a_late_result_is_kept_but_does_not_revive_an_ended_session(made: Made) -> None:
    step = made.begin("alpha")
    cancelled = SessionUpdates(SessionStatus.CANCELLED)
    made.store.sessions.change(OURS, ALPHA, SessionStatus.ACTIVE, cancelled, by="ana", reason="stop")
    made.store.history.finish(OURS, step, OK, SessionUpdates(SessionStatus.COMPLETE))
    loaded = made.store.sessions.load(OURS, ALPHA)
    assert loaded.status is SessionStatus.CANCELLED
    assert loaded.interactions[0].result == OK
    assert "late result" in made.store.history.events(OURS, ALPHA)[-1].event.text


def test_result_status_attempt_and_files_are_stored_together_or_not_at_all(made: Made) -> None:
    step = made.begin("alpha", attempt=True)
    files = (AcceptedFile("tests/test_a.py", "d1"), AcceptedFile("tests/conftest.py", "d2", "100755", 7))
    with pytest.raises(NotFoundError, match="no attempt unknown"):
        made.store.history.finish(OURS, step, OK, NOTHING, AttemptEnd("unknown", AttemptOutcome.PASSED), files)
    assert made.store.history.files(OURS, ALPHA) == ()
    assert made.store.history.interactions(OURS, ALPHA)[0].is_pending
    end = AttemptEnd("attempt-alpha-1", AttemptOutcome.PASSED, "talk-1", Usage(10, 20, 0, 0.5, "m"))
    made.store.history.finish(OURS, step, OK, SessionUpdates(SessionStatus.COMPLETE), end, files)
    assert made.store.history.files(OURS, ALPHA) == files
    (attempt,) = made.store.history.attempts(OURS, ALPHA)
    assert (attempt.outcome, attempt.conversation, attempt.ended_at) == (AttemptOutcome.PASSED, "talk-1", START)
    assert attempt.usage == Usage(10, 20, 0, 0.5, "m")
    assert made.store.sessions.load(OURS, ALPHA).status is SessionStatus.COMPLETE


def test_new_files_take_the_place_of_earlier_ones_and_none_leaves_them(made: Made) -> None:
    for n, files in enumerate(([AcceptedFile("a", "1")], None, [AcceptedFile("b", "2")], []), start=1):
        made.store.history.finish(OURS, made.begin("alpha", n), OK, NOTHING, None, files)
        kept = {1: "a", 2: "a", 3: "b"}.get(n)
        assert [file.path for file in made.store.history.files(OURS, ALPHA)] == ([kept] if kept else [])


def test_attempts_count_from_one_within_their_session(made: Made) -> None:
    for n in (1, 2):
        made.store.history.finish(OURS, made.begin("alpha", n, attempt=True), OK, NOTHING)
    made.begin("beta", attempt=True)
    assert [attempt.n for attempt in made.store.history.attempts(OURS, ALPHA)] == [1, 2]
    assert [attempt.n for attempt in made.store.history.attempts(OURS, "run-1-beta")] == [1]


def test_an_attempt_ends_once(made: Made) -> None:
    made.begin("alpha", attempt=True)
    update = made.store.history.update_attempt
    update(OURS, AttemptEnd("attempt-alpha-1", AttemptOutcome.VALIDATING, "talk"))
    update(OURS, AttemptEnd("attempt-alpha-1", AttemptOutcome.LOST))
    with pytest.raises(ConflictError, match="ended already: lost"):
        update(OURS, AttemptEnd("attempt-alpha-1", AttemptOutcome.PASSED))
    (attempt,) = made.store.history.attempts(OURS, ALPHA)
    assert (attempt.outcome, attempt.conversation) == (AttemptOutcome.LOST, "talk")


def test_a_finish_cannot_end_the_attempt_of_another_session(made: Made) -> None:
    step = made.begin("alpha")
    made.begin("beta", attempt=True)
    with pytest.raises(NotFoundError, match="no attempt attempt-beta-1 in session run-1-alpha"):
        made.store.history.finish(OURS, step, OK, NOTHING, AttemptEnd("attempt-beta-1", AttemptOutcome.PASSED))


def test_the_last_verdict_of_a_rung_counts(made: Made) -> None:
    made.begin("alpha", attempt=True)
    evidence = (Evidence("assertion", "1 != 2", "tests/t.py", "t::x", "detail", "c"),)
    verdicts = (
        RungVerdict(Rung.FENCE, RungOutcome.PASSED, "clean"),
        RungVerdict(Rung.PASSES, RungOutcome.FAILED, "1 failed", evidence, 0.5, {"tests": 4}),
        RungVerdict(Rung.FENCE, RungOutcome.SKIPPED, "not again"),
    )
    for verdict in verdicts:
        made.store.history.rung(OURS, "attempt-alpha-1", verdict)
    (attempt,) = made.store.history.attempts(OURS, ALPHA)
    assert attempt.rungs == (verdicts[2], verdicts[1])


def test_events_come_back_in_order_by_page_and_from_the_end(made: Made) -> None:
    made.store.history.record(OURS, ALPHA, "", [message(f"line {n}") for n in range(10)])
    step = made.begin("alpha")
    made.store.history.record(OURS, ALPHA, step, [message("last", EventKind.OUTPUT)])
    made.store.history.finish(OURS, step, OK, NOTHING)
    events = made.store.history.events
    first = events(OURS, ALPHA, limit=4)
    assert [stored.event.text for stored in first] == ["line 0", "line 1", "line 2", "line 3"]
    assert [stored.event.text for stored in events(OURS, ALPHA, first[-1].id, 2)] == ["line 4", "line 5"]
    newest = events(OURS, ALPHA, limit=2, newest=True)
    assert [stored.event.text for stored in newest] == ["line 9", "last"]
    assert newest[-1].interaction_id == step


def test_events_recorded_before_a_finish_are_there_when_it_is(made: Made) -> None:
    step = made.begin("alpha")
    made.store.history.record(OURS, ALPHA, step, [message(str(n), EventKind.OUTPUT) for n in range(5000)])
    made.store.history.finish(OURS, step, OK, NOTHING)
    assert len(made.store.history.events(OURS, ALPHA, limit=10_000)) == 5000


def test_recorded_events_are_stored_without_anybody_asking(made: Made) -> None:
    made.store.feed.changes(OURS, "run-1")
    while made.store.feed.wait(0):
        pass
    made.store.history.record(OURS, ALPHA, "", [message("hello")])
    assert made.store.feed.wait(10)
    assert made.store.history.events(OURS, ALPHA)[0].event.text == "hello"


def test_what_a_session_printed_last_is_heard_and_of_other_events_only_when(made: Made) -> None:
    long = "reads the module " * 100
    made.store.history.record(OURS, ALPHA, "", [message("{}", EventKind.RAW), message(long, EventKind.OUTPUT)])
    made.begin("beta")  # which waits for everything that was recorded before it
    heard = made.store.history.last_heard(OURS, [ALPHA, "run-1-gamma"])
    assert set(heard) == {ALPHA}
    assert heard[ALPHA].at == START
    assert long.startswith(heard[ALPHA].words)
    assert 80 < len(heard[ALPHA].words) < len(long)
    made.store.history.record(OURS, ALPHA, "", [message("{}", EventKind.RAW)])
    made.begin("gamma")
    assert not made.store.history.last_heard(OURS, [ALPHA])[ALPHA].words


def test_events_for_an_interaction_of_another_session_are_refused_at_once(made: Made) -> None:
    step = made.begin("beta")
    with pytest.raises(NotFoundError, match="no interaction step-beta-1 in session run-1-alpha"):
        made.store.history.record(OURS, ALPHA, step, [message("misplaced")])


@pytest.mark.parametrize("odd", ["lone \udc80 byte", "nul \0 byte", "\ud83d\ude00"])
def test_text_that_a_database_cannot_hold_is_kept_readable(made: Made, odd: str) -> None:
    step = made.store.history.begin(OURS, ALPHA, "one", command(prompt=odd)).id
    made.store.history.record(OURS, ALPHA, step, [message(odd)])
    made.store.history.finish(OURS, step, OK, SessionUpdates(state={"odd": odd}))
    text = made.store.history.events(OURS, ALPHA)[0].event.text
    assert text.split()[-1] == odd.rsplit(maxsplit=1)[-1] or text == "😀"


def test_interactions_are_paged_by_their_number(made: Made) -> None:
    for n in range(1, 5):
        made.store.history.finish(OURS, made.begin("alpha", n), OK, NOTHING)
    page = made.store.history.interactions(OURS, ALPHA, after_seq=1, limit=2)
    assert [step.seq for step in page] == [2, 3]
