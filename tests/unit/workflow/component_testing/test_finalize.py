"""Finalize of a child: exactly what was judged is accepted."""

from __future__ import annotations

import pytest

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Result
from ctxtui.core.domain.session import SessionStatus, SessionUpdates
from ctxtui.core.workflow.component_testing.finalize import Finalize
from tests.unit.workflow.conftest import ERROR, MONEY, NOW, OK, SCOPE, WARNING, child, file, updated

STEP = Finalize()
FILES = [file("tests/test_money.py"), file("tests/fixtures/money/rates.json", "d2")]


def command(files=FILES):
    return STEP.get_command(SCOPE, child(MONEY, candidate=files), NOW)


def test_the_command_accepts_the_judged_files():
    assert (command().step, command().action, command().issued_at) == ("finalize", Action.ACCEPT_FILES, NOW)
    assert command().metadata["files"] == FILES


@pytest.mark.parametrize("files", [None, []])
def test_a_child_without_judged_files_is_refused(files):
    with pytest.raises(StepError, match=r"^No judged test files found for shop\.money$"):
        command(files)


def test_the_digest_is_the_same_for_the_same_files():
    assert command().metadata["digest"] == command().metadata["digest"]
    assert len(command().metadata["digest"]) == 64


@pytest.mark.parametrize("changed", [{"path": "tests/other.py"}, {"digest": "d9"}, {"mode": "100755"}])
def test_the_digest_tells_path_content_and_mode_apart(changed):
    assert command([{**FILES[0], **changed}, FILES[1]]).metadata["digest"] != command().metadata["digest"]


def test_accepted_files_and_their_digest_are_stored_and_the_child_is_complete():
    metadata = command().metadata
    result = Result(OK, "accepted", {"files": metadata["files"], "digest": metadata["digest"]})
    before = child(MONEY, candidate=FILES, failure={"reason": "x"}, slot="s1", waiting={"kind": "y"}, tests=4)
    updates, stored = STEP.handle_result(SCOPE, before, result)
    after = updated(before, updates)
    assert after.status is SessionStatus.COMPLETE
    assert (after.state["files"], after.state["digest"]) == (FILES, metadata["digest"])
    assert [after.state[key] for key in ("failure", "slot", "waiting", "tests")] == [None, None, None, 4]
    assert stored is result


@pytest.mark.parametrize("status", [ERROR, WARNING])
def test_a_failure_changes_nothing(status):
    result = Result(status, "the judged content of tests/test_money.py is gone from the workspace")
    assert STEP.handle_result(SCOPE, child(MONEY), result) == (SessionUpdates(), result)
