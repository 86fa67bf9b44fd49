"""Finalize of a run: every accepted file in one commit, and the session's end."""

from __future__ import annotations

import json

import pytest

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Result
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.workflow.context_testing.finalize import Finalize
from tests.unit.workflow.conftest import (
    BRANCH,
    CART,
    ERROR,
    MONEY,
    NOW,
    OK,
    SCOPE,
    STOCK,
    WARNING,
    cancelled,
    child,
    failed,
    file,
    passed,
    run,
    skipped,
    taken,
    updated,
)

STEP = Finalize()
ENDED = {"finalized_at": "2026-03-01T12:05:00+00:00"}


def command(*children, **fields):
    return STEP.get_command(SCOPE, run(children=children, **fields), NOW)


def after(result, **fields):
    session = run(children=(passed(MONEY),), **fields)
    updates, stored = STEP.handle_result(SCOPE, session, result)
    return updated(session, updates), stored


def test_a_session_without_a_component_is_refused():
    with pytest.raises(StepError, match=r"^Context component not found in session$"):
        command(passed(MONEY), component=None)


def test_a_session_without_children_is_refused():
    with pytest.raises(StepError, match=r"^No child sessions found$"):
        command()


def test_a_session_without_a_branch_is_refused():
    with pytest.raises(StepError, match=r"^Branch name not found in session state$"):
        command(passed(MONEY), state={})


def test_the_branch_name_is_the_stored_one_and_never_recomputed():
    assert command(passed(MONEY), state={"branch_name": "kept"}).metadata["branch_name"] == "kept"


def test_the_command_commits_the_result():
    asked = command(passed(MONEY))
    assert (asked.step, asked.action, asked.issued_at) == ("finalize", Action.COMMIT_RESULT, NOW)


def test_every_accepted_file_of_every_child_is_committed():
    money = passed(MONEY, "tests/test_money.py", "tests/fixtures/money/rates.json", "tests/conftest.py")
    asked = command(money, passed(CART))
    paths = ["tests/conftest.py", "tests/fixtures/money/rates.json", "tests/test_cart.py", "tests/test_money.py"]
    assert asked.metadata["committed_files"] == paths
    assert [one["path"] for one in asked.metadata["files"]] == paths


def test_a_file_is_committed_with_its_accepted_content_and_mode():
    assert command(passed(MONEY)).metadata["files"] == [file("tests/test_money.py")]


def test_the_same_path_from_two_children_counts_once():
    asked = command(passed(MONEY, "tests/__init__.py", "tests/test_money.py"), passed(CART, "tests/__init__.py"))
    assert asked.metadata["committed_files"] == ["tests/__init__.py", "tests/test_money.py"]


@pytest.mark.parametrize(
    "settle",
    [
        lambda: child(STOCK, status=SessionStatus.FAILED, files=[file("tests/test_stock.py")]),
        lambda: child(STOCK, status=SessionStatus.CANCELLED, files=[file("tests/test_stock.py")], skipped={"by": "a"}),
    ],
)
def test_files_of_a_child_that_did_not_pass_are_not_committed(settle):
    assert command(passed(MONEY), settle()).metadata["committed_files"] == ["tests/test_money.py"]


def test_nothing_is_committed_while_a_child_is_active():
    with pytest.raises(StepError, match=f"still running: {STOCK.name}"):
        command(passed(MONEY), child(STOCK, files=[file("tests/test_stock.py")]))


def test_a_note_cannot_forge_trailers_of_the_commit():
    note = "goes away\n\nSigned-off-by: Boss <boss@example.org>"
    skipped = child(STOCK, status=SessionStatus.CANCELLED, skipped={"by": "a", "note": note})
    message = command(passed(MONEY), skipped).metadata["message"]
    assert message.splitlines()[-1] == f"- {STOCK.name}: goes away Signed-off-by: Boss <boss@example.org>"


def test_the_message_names_the_context_and_lists_the_components():
    assert command(passed(MONEY), passed(CART)).metadata["message"] == (
        "Add tests for shop (2 components)\n\n- shop.cart\n- shop.money\n"
    )


def test_the_message_counts_one_component_as_one():
    assert command(passed(MONEY)).metadata["message"].startswith("Add tests for shop (1 component)\n")


def test_the_message_names_those_that_a_person_left_out():
    message = command(passed(MONEY), skipped(STOCK, "needs a rewrite"), skipped(CART)).metadata["message"]
    assert message == (
        "Add tests for shop (1 component)\n\n- shop.money\n\nLeft out:\n- shop.cart\n- shop.stock: needs a rewrite\n"
    )


@pytest.mark.parametrize("settle", [lambda: cancelled(STOCK), lambda: failed(STOCK, "no")])
def test_only_a_skipped_child_is_named_as_left_out(settle):
    assert "shop.stock" not in command(passed(MONEY), settle()).metadata["message"]


def test_asking_again_gives_the_same_commit():
    first = command(passed(MONEY), passed(CART))
    again = STEP.get_command(
        SCOPE, run(taken("finalize", ERROR), taken("finalize", None), children=(passed(CART), passed(MONEY))), NOW
    )
    assert again.metadata == first.metadata


def test_the_command_can_be_stored_as_json():
    metadata = command(passed(MONEY), skipped(CART, "no")).metadata
    assert json.loads(json.dumps(metadata)) == metadata


def test_a_finalize_that_went_well_completes_the_session():
    data = {"branch_name": BRANCH, "commit": "abc", "committed_files": ["tests/test_money.py"], **ENDED}
    session, stored = after(Result(OK, "committed 1 file", data))
    assert session.status is SessionStatus.COMPLETE
    assert session.state == {**data, "error": None, "waiting": None}
    assert stored.message == "committed 1 file"


@pytest.mark.parametrize("status", [ERROR, WARNING])
def test_a_finalize_that_did_not_go_well_fails_the_session(status):
    session, stored = after(Result(status, "The branch is checked out.", ENDED))
    assert session.status is SessionStatus.FAILED
    assert session.state["error"] == "The branch is checked out."
    assert session.state["finalized_at"] == ENDED["finalized_at"]
    assert stored.status is status


def test_an_error_is_merged_into_the_existing_state():
    before = {"branch_name": BRANCH, "component_ids": ["c-money"], "plan": {"jobs": 2}}
    session, _ = after(Result(ERROR, "No space left.", ENDED), state=before)
    assert session.state == {**before, "error": "No space left.", **ENDED}


def test_a_finalize_that_went_well_after_one_that_failed_clears_the_error():
    session, _ = after(Result(OK, "committed", ENDED), state={"branch_name": BRANCH, "error": "No space left."})
    assert session.state["error"] is None


def test_paths_are_data_and_never_words_of_a_command_line():
    odd = "tests/test $(rm -rf .)\n;.py"
    assert command(passed(MONEY, odd)).metadata["committed_files"] == [odd]
