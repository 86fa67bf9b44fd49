"""What the agent is asked, and when it is not asked again."""

from __future__ import annotations

import pytest

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Result
from ctxtui.core.workflow.component_testing.asking import FixFailures, GenerateTests, last_failure
from tests.unit.workflow.conftest import ERROR, MONEY, NOW, OK, SCOPE, WARNING, child, taken

GENERATE, FIX = GenerateTests(), FixFailures()
EVIDENCE = [{"kind": "assertion", "message": "test_add failed", "detail": "assert 3 == 4"}]
FAILED = taken("run_tests", Result(ERROR, "passes: 1 test failed", {"evidence": EVIDENCE, "rung": "passes"}))
OTHER = taken("run_tests", Result(ERROR, "stable: 1 test is unstable", {"evidence": [], "rung": "stable"}))


def asked(session, step=FIX):
    return step.get_command(SCOPE, session, NOW)


def asked_with(session, result=OK):
    """A turn in which the agent was asked just what it would be asked now."""
    return taken("fix_failures", result, prompt=asked(session).metadata["prompt"])


@pytest.mark.parametrize("step", [GENERATE, FIX])
def test_a_child_without_a_component_is_refused(step):
    with pytest.raises(StepError, match=r"^Component not found$"):
        asked(child(None), step)


def test_the_first_turn_asks_the_agent():
    command = asked(child(), GENERATE)
    assert (command.step, command.action, command.issued_at) == ("generate_tests", Action.ASK_AGENT, NOW)
    assert (command.metadata["reason"], command.metadata["feedback"]) == ("first attempt", [])


def test_a_first_turn_that_met_trouble_is_asked_again_and_says_why():
    command = asked(child(MONEY, taken("generate_tests", Result(ERROR, "the agent is rate-limited"))), GENERATE)
    assert command.metadata["reason"] == "asked again: the agent is rate-limited"


def test_a_further_turn_is_asked_for_the_last_failure_s_reason_and_evidence():
    command = asked(child(MONEY, taken("generate_tests"), FAILED))
    assert (command.step, command.action) == ("fix_failures", Action.ASK_AGENT)
    assert command.metadata["reason"] == "passes: 1 test failed"
    assert command.metadata["feedback"] == EVIDENCE
    assert "assert 3 == 4" in command.metadata["prompt"]


def test_only_the_last_failure_is_told():
    command = asked(child(MONEY, FAILED, taken("fix_failures"), OTHER))
    assert command.metadata["reason"] == "stable: 1 test is unstable"
    assert "assert 3 == 4" not in command.metadata["prompt"]


@pytest.mark.parametrize("status", [ERROR, WARNING])
def test_a_judgement_that_was_not_ok_is_a_failure(status):
    session = child(MONEY, taken("run_tests", Result(status, "covers: 3 lines missed", {"evidence": EVIDENCE})))
    assert last_failure(session) == (EVIDENCE, "covers: 3 lines missed")


def test_without_a_failure_there_is_no_evidence():
    assert last_failure(child(MONEY, taken("run_tests"), taken("run_tests", None))) == ([], "asked again")


def test_the_note_of_a_person_is_told():
    for step in (GENERATE, FIX):
        assert "three is right" in asked(child(MONEY, FAILED, note="three is right"), step).metadata["prompt"]


def test_a_prompt_that_would_be_sent_again_is_refused_with_the_reason():
    once = child(MONEY, FAILED)
    session = child(MONEY, FAILED, asked_with(once), FAILED)
    with pytest.raises(StepError) as raised:
        asked(session)
    assert str(raised.value) == (
        "the same failure came back and the same prompt would be sent again: passes: 1 test failed"
    )


def test_an_agent_that_reads_no_notes_is_asked_again_once_a_person_calls_its_child_back():
    talk = {"agent": child(MONEY).agent, "reads_notes": False}
    asked_once = asked_with(child(MONEY, FAILED))
    session = child(MONEY, FAILED, asked_once, FAILED, conversation=talk)
    with pytest.raises(StepError):
        asked(session)
    back = child(MONEY, FAILED, asked_once, FAILED, conversation=talk, loop_from=len(session.interactions))
    assert asked(back).metadata["prompt"] == asked_once[0].metadata["prompt"]
    with pytest.raises(StepError):
        asked(child(MONEY, FAILED, asked_once, FAILED, loop_from=len(session.interactions)))


def test_a_prompt_that_was_never_answered_is_sent_again():
    once = child(MONEY, FAILED)
    unanswered = asked_with(once, Result(ERROR, "rate limited", {"trouble": "rate_limited"}))
    assert asked(child(MONEY, FAILED, unanswered)).metadata == asked(once).metadata


def test_another_failure_is_another_prompt():
    once = child(MONEY, FAILED)
    assert asked(child(MONEY, FAILED, asked_with(once), OTHER))


def test_a_note_makes_it_another_prompt():
    once = child(MONEY, FAILED)
    assert asked(child(MONEY, FAILED, asked_with(once), FAILED, note="look at the rounding"))


def test_the_agent_s_conversation_is_kept_to_be_continued():
    talk = {"id": "c-1", "cwd": "/work/s1"}
    for step in (GENERATE, FIX):
        updates, _ = step.handle_result(SCOPE, child(), Result(OK, "done", {"conversation": talk}))
        assert updates.state["conversation"] == talk


def test_a_turn_without_a_conversation_leaves_the_known_one():
    updates, _ = FIX.handle_result(SCOPE, child(conversation={"id": "c-1"}), Result(ERROR, "crashed"))
    assert "conversation" not in updates.state


def test_a_note_is_used_up_when_the_agent_has_answered():
    assert FIX.handle_result(SCOPE, child(note="hint"), Result(OK))[0].state["note"] is None
    assert "note" not in FIX.handle_result(SCOPE, child(note="hint"), Result(ERROR))[0].state


def test_a_cool_down_is_kept_and_ends_with_the_next_turn():
    until = NOW.isoformat()
    updates, _ = GENERATE.handle_result(SCOPE, child(), Result(ERROR, "rate limited", {"cooldown_until": until}))
    assert updates.state["cooldown_until"] == until
    assert GENERATE.handle_result(SCOPE, child(cooldown_until=until), Result(OK))[0].state["cooldown_until"] is None


@pytest.mark.parametrize("status", [OK, ERROR, WARNING])
def test_a_turn_settles_nothing_and_its_result_is_stored_as_it_is(status):
    result = Result(status, "said", {"trouble": "crashed"}, 1)
    updates, stored = GENERATE.handle_result(SCOPE, child(), result)
    assert updates.status is None
    assert stored is result
