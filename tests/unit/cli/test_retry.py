"""Which components `retry --failed` and `retry --stopped` take up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ctxtui.cli.commands.retry import settled
from ctxtui.core.domain.errors import UsageError
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionStatus

PASSED = Session(
    "passed",
    Scope("ana", "shop"),
    "tests",
    None,
    "builtin",
    "",
    datetime(2026, 3, 14, tzinfo=UTC),
    SessionStatus.COMPLETE,
)
FAILED = replace(PASSED, id="failed", status=SessionStatus.FAILED)
STOPPED = replace(PASSED, id="stopped", status=SessionStatus.CANCELLED)
LEFT_OUT = replace(STOPPED, id="left out", state={"skipped": {"by": "ana"}})


@pytest.mark.parametrize(
    ("failed", "stopped", "taken_up"), [(True, False, ["failed"]), (False, True, ["stopped"]), (True, True, None)]
)
def test_what_a_person_stopped_is_taken_up_only_where_that_is_asked_for(failed, stopped, taken_up):
    children = (PASSED, FAILED, STOPPED, LEFT_OUT)
    taken_up = taken_up or ["failed", "stopped"]
    assert settled("run", children, failed=failed, stopped=stopped) == taken_up


def test_what_is_named_is_taken_up_beside_that_and_also_where_nothing_else_is():
    assert settled("run", [FAILED, PASSED], failed=True, stopped=False, named=["passed"]) == ["passed", "failed"]
    assert settled("run", [PASSED, STOPPED], failed=True, stopped=False, named=["passed"]) == ["passed"]


@pytest.mark.parametrize(
    ("children", "options", "told"),
    [
        ([PASSED, LEFT_OUT], (True, False), "Nothing failed in run abc."),
        ([PASSED, LEFT_OUT, FAILED], (False, True), "Nothing was stopped in run abc."),
        ([PASSED], (True, True), "Nothing failed or was stopped in run abc."),
        ([STOPPED], (True, False), "Nothing failed in run abc; what was stopped is taken up by --stopped."),
    ],
)
def test_where_there_is_nothing_that_is_said_with_what_helps(children, options, told):
    failed, stopped = options
    with pytest.raises(UsageError) as refused:
        settled("abc", children, failed=failed, stopped=stopped)
    assert str(refused.value) == told
