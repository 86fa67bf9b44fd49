"""What each agent achieved: an attempt is counted for the one that was asked for it, whoever has the component now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ctxtui.core.domain.attempt import Attempt, AttemptOutcome, Usage
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.views.measures import agent_measures
from tests.unit.views.test_shown_states import CHILD

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LOST = Attempt(
    "a",
    "s",
    1,
    "first",
    NOON,
    AttemptOutcome.FAILED,
    NOON + timedelta(seconds=5),
    usage=Usage(7, cost=0.25),
    agent="haiku",
)
WON = replace(LOST, id="b", n=2, outcome=AttemptOutcome.PASSED, agent="opus", usage=Usage(9, cost=1.0))
TAKEN_OVER = replace(CHILD, agent="opus", status=SessionStatus.COMPLETE, attempts=(LOST, WON))


def test_a_component_that_changed_hands_is_counted_for_both_agents_with_their_own_attempts():
    haiku, opus = agent_measures([TAKEN_OVER], NOON)
    assert (haiku.agent, haiku.components, haiku.passed, haiku.passed_first, haiku.attempts) == ("haiku", 1, 0, 0, 1)
    assert (opus.agent, opus.components, opus.passed, opus.passed_first, opus.attempts) == ("opus", 1, 1, 1, 1)
    assert (haiku.input_tokens, haiku.cost, opus.input_tokens, opus.cost) == (7, 0.25, 9, 1.0)
    assert (haiku.seconds, opus.seconds) == (5, 5)


def test_an_agent_that_was_not_asked_yet_has_achieved_nothing():
    (item,) = agent_measures([replace(CHILD, agent="opus", attempts=())], NOON)
    assert (item.agent, item.components, item.passed, item.attempts, item.cost) == ("opus", 0, 0, 0, None)
