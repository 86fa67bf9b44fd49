"""What the owner of a run refuses, told in the keys of its screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ctxtui.core.domain.request import Remedy, Request, RequestKind
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.ports.store import ChildRow
from ctxtui.core.views.refusals import refused
from ctxtui.core.views.run_view import Delta, RunView
from ctxtui.core.workflow.refusals import Refused, facts_of, refusal
from ctxtui.screens.home.refusing import refused_in_keys
from ctxtui.screens.presentation.run_head import against_keys
from ctxtui.screens.run.keys import HELPS, in_keys, why_not

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
PARENT = ChildRow(
    "run", None, "shop", "shop", "tests", 0, SessionStatus.ACTIVE, {}, "builtin", "", NOW, (), 3, "", None, NOW, NOW, 1
)
CHILD = replace(PARENT, id="child", parent_id="run", name="shop.cart")


def seen(parent: ChildRow, child: ChildRow = CHILD) -> RunView:
    run = RunView()
    run.owner_alive = True
    run.apply(Delta({parent.id: parent, child.id: child}))
    return run


def answered(kind: RequestKind, row: ChildRow, answer: str, *, is_granted: bool = False) -> Request:
    return Request("ask", "run", row.id, kind, "ana", NOW, answered_at=NOW, is_granted=is_granted, answer=answer)


def refused_by_owner(kind: RequestKind, row: ChildRow, told: Refused) -> Request:
    return replace(answered(kind, row, told.told), reason=told.reason, helps=told.helps)


REFUSED = [
    (RequestKind.RETRY, PARENT, replace(PARENT, status=SessionStatus.COMPLETE), CHILD, "n in the list of runs"),
    (RequestKind.PAUSE, PARENT, replace(PARENT, status=SessionStatus.FAILED), CHILD, "r on the first row finishes"),
    (RequestKind.RETRY, PARENT, PARENT, replace(CHILD, status=SessionStatus.FAILED), "r on one tries it again"),
    (RequestKind.RETRY, CHILD, replace(PARENT, pending_step="finalize"), CHILD, "wait for it"),
    (RequestKind.STEP, CHILD, PARENT, CHILD, "A lets you take each one"),
    (RequestKind.TELL, CHILD, PARENT, replace(CHILD, status=SessionStatus.COMPLETE), "r asks it again with a note"),
]


@pytest.mark.parametrize(("kind", "row", "parent", "child", "key"), REFUSED)
def test_a_refusal_of_the_owner_names_keys_and_no_command(kind, row, parent, child, key):
    run = seen(parent, child)
    owners = refused(run, kind, run.rows[row.id])
    told = in_keys(refused_by_owner(kind, row, owners)).answer
    assert key in told
    assert "ctxtui" not in told
    assert told == f"{why_not(run, kind, run.rows[row.id])}."


def test_an_answer_that_names_no_command_is_told_as_the_owner_told_it():
    other = answered(RequestKind.RETRY, CHILD, "The prompt would be the same.")
    granted = answered(RequestKind.RETRY, CHILD, "shop.cart is tried again", is_granted=True)
    assert in_keys(other) == other
    assert in_keys(granted) == granted


@pytest.mark.parametrize(
    ("status", "key"), [(SessionStatus.COMPLETE, "n starts a new one"), (SessionStatus.FAILED, "enter opens it")]
)
def test_a_refusal_in_the_list_of_runs_names_its_keys(status, key):
    session = Session("run", Scope("demo", "shop"), "context_testing", None, "builtin", "", NOW, status)
    owners = refusal(RequestKind.PAUSE, facts_of(session))
    told = refused_in_keys(refused_by_owner(RequestKind.PAUSE, PARENT, owners))
    assert key in told
    assert "ctxtui" not in told


def test_every_remedy_has_words_for_the_screens():
    assert set(HELPS) == set(Remedy)


def test_no_note_is_promised_to_agents_that_read_none():
    deaf = replace(CHILD, state={"conversation": {"agent": "builtin", "reads_notes": False}})
    assert "R retries with a note" in against_keys([deaf, CHILD])
    assert "R retries · s leaves one out" in against_keys([deaf, deaf])


def test_where_an_agent_asks_the_key_that_answers_is_named():
    asks = replace(CHILD, state={"failure": {"question": "Which of the two?"}})
    assert "m answers" in against_keys([asks, CHILD])
    assert "m answers" not in against_keys([CHILD])
