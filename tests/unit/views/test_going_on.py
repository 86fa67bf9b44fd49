"""What `show` offers for a run without a branch: only what its owner would grant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ctxtui.core.domain.session import ExecutionMode, SessionStatus
from ctxtui.core.ports.store import ChildRow
from ctxtui.core.views.going_on import ways_on
from ctxtui.core.views.run_view import Delta, RunView

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
RUN = ChildRow(
    "run", None, "shop", "shop", "tests", 0, SessionStatus.ACTIVE, {}, "builtin", "", NOW, (), 3, "", None, NOW, NOW, 1
)
GOOD = replace(RUN, id="good", parent_id="run", name="shop.cart", status=SessionStatus.COMPLETE)
BAD = replace(GOOD, id="bad", name="shop.money", status=SessionStatus.FAILED)
ASKING = replace(BAD, state={"failure": {"question": "Cents?"}})
DEAF = replace(BAD, state={"conversation": {"agent": "builtin", "reads_notes": False}})
STOPPED = replace(BAD, id="stopped", status=SessionStatus.CANCELLED)
SKIPPED = replace(BAD, status=SessionStatus.CANCELLED, state={"skipped": {"by": "ana"}})
BUSY = replace(GOOD, id="busy", name="shop.text", status=SessionStatus.ACTIVE)
WAITING = replace(RUN, state={"waiting": {"message": "…"}})
SPENT = replace(RUN, state={"waiting": {"message": "…"}, "blocked": {"trouble": "budget", "reason": "…"}})
UNFINISHED = replace(RUN, status=SessionStatus.FAILED)
ALL = ["retry run --failed --note '…'", "skip run COMPONENT", "finalize run"]

OFFERS = {
    "at work": (RUN, [BUSY], ["watch run"]),
    "at work, and one failed": (RUN, [BUSY, BAD], ALL[:2]),
    "nothing passed": (WAITING, [BAD], ALL[:2]),
    "one passed": (WAITING, [GOOD, BAD], ALL),
    "one was stopped": (WAITING, [GOOD, STOPPED], ["retry run --stopped --note '…'", *ALL[1:]]),
    "one failed and one was stopped": (WAITING, [GOOD, BAD, STOPPED], ALL),
    "one asks": (WAITING, [GOOD, ASKING], ["tell run shop.money '…'", *ALL]),
    "one failed whose agent reads no notes": (WAITING, [DEAF], ["retry run --failed --agent NAME", ALL[1]]),
    "and one whose agent reads them": (WAITING, [DEAF, replace(BAD, id="other")], ALL[:2]),
    "paused": (replace(RUN, state={"paused": True}), [BUSY], ["resume run"]),
    "by hand": (replace(RUN, mode=ExecutionMode.MANUAL), [BUSY], ["step run"]),
    "spent its budget": (SPENT, [BUSY], ["retry run"]),
    "all were left out": (UNFINISHED, [SKIPPED], ["retry run COMPONENT", "cancel run"]),
    "could not be committed": (UNFINISHED, [GOOD], ["resume run"]),
    "complete": (replace(RUN, status=SessionStatus.COMPLETE), [GOOD], []),
    "cancelled": (replace(RUN, status=SessionStatus.CANCELLED), [BAD], []),
}


def seen(parent: ChildRow, children: list[ChildRow], *, owner_alive: bool = True) -> RunView:
    run = RunView()
    run.owner_alive = owner_alive
    run.apply(Delta({row.id: row for row in (parent, *children)}))
    return run


@pytest.mark.parametrize("name", OFFERS)
def test_a_run_is_offered_what_its_owner_would_grant(name: str):
    parent, children, offered = OFFERS[name]
    assert [way.command for way in ways_on(seen(parent, children))] == [f"ctxtui {words}" for words in offered]


def test_a_run_that_nobody_works_on_is_resumed_whatever_else_it_waits_for():
    run = seen(RUN, [BUSY, BAD], owner_alive=False)
    assert [way.command for way in ways_on(run)] == ["ctxtui resume run"]
