"""What a round is judged by: every kind of failure, by component name and reason."""

from __future__ import annotations

import pytest

from ctxtui.core.domain.interaction import Result
from ctxtui.core.domain.session import SessionStatus, SessionUpdates
from ctxtui.core.workflow.context_testing import CONTEXT_TESTING
from ctxtui.core.workflow.context_testing.spawn import SpawnComponentTestingSessions
from ctxtui.core.workflow.decision import NextStep, WaitForPerson
from tests.unit.workflow.conftest import (
    CART,
    ERROR,
    MONEY,
    OK,
    PASSED_TOGETHER,
    SCOPE,
    STOCK,
    cancelled,
    child,
    failed,
    failed_together,
    passed,
    run,
    skipped,
    taken,
)

STEP = SpawnComponentTestingSessions()
SPAWN = STEP.name
ALL_PASSED = (passed(CART), passed(MONEY), passed(STOCK))


def judged(children, status=OK, message="", **data):
    """The stored result of a round over those children in which the engine found that."""
    found = {"together": PASSED_TOGETHER, **data}
    return STEP.handle_result(SCOPE, run(children=tuple(children)), Result(status, message, found))[1]


def decision(result, children=ALL_PASSED):
    return CONTEXT_TESTING.next(run(taken("initialize"), taken(SPAWN, result), children=tuple(children)))


def test_a_round_passes_when_every_child_passed_alone_and_together():
    result = judged(ALL_PASSED)
    assert result.is_ok
    assert result.message == "3 child sessions passed, together too"
    assert decision(result) == NextStep("finalize")


def test_a_passed_round_ends_a_wait_for_a_person():
    session = run(children=ALL_PASSED)
    updates, _ = STEP.handle_result(SCOPE, session, Result(OK, "", {"together": PASSED_TOGETHER}))
    assert updates == SessionUpdates(state={"waiting": None})


def test_a_round_that_did_not_pass_changes_nothing_in_the_session():
    session = run(children=(failed(MONEY, "no"),))
    assert STEP.handle_result(SCOPE, session, Result(OK))[0] == SessionUpdates()


def test_a_child_that_is_still_active_fails_the_round():
    result = judged([passed(CART), child(MONEY), child(STOCK)])
    assert result.status is ERROR
    assert result.message == "Child sessions still running: shop.money; shop.stock"


def test_a_failed_child_fails_the_round_with_its_reason():
    result = judged([passed(CART), failed(MONEY, "passes: 1 failed; tried 3 times without success")])
    assert result.status is ERROR
    assert result.message == "Child sessions failed: shop.money (passes: 1 failed; tried 3 times without success)"


def test_a_round_says_whether_the_children_s_own_states_tell_all_of_what_it_found():
    assert judged([passed(CART), failed(MONEY, "no"), cancelled(STOCK)]).data["is_all_of_children"]
    together = failed_together(("c-cart", "test_put: KeyError"))
    assert not judged([passed(CART), failed(MONEY, "no")], ERROR, together=together).data["is_all_of_children"]
    assert not judged([failed(MONEY, "no")], ERROR, message="The disk is full.").data["is_all_of_children"]


def test_a_failed_child_without_a_reason_is_named_all_the_same():
    assert judged([child(MONEY, status=SessionStatus.FAILED)]).message == "Child sessions failed: shop.money"


def test_a_cancelled_child_fails_the_round():
    result = judged([passed(CART), cancelled(MONEY)])
    assert result.status is ERROR
    assert result.message == "Child sessions cancelled: shop.money"


def test_a_skipped_child_is_left_out():
    result = judged([passed(CART), skipped(MONEY, "needs a rewrite")])
    assert result.is_ok
    assert result.message == "1 child session passed, together too; 1 skipped"


def test_a_child_that_was_skipped_called_back_and_then_cancelled_fails_the_round():
    called_back_then_cancelled = child(MONEY, status=SessionStatus.CANCELLED, skipped=None)
    assert judged([passed(CART), called_back_then_cancelled]).message == "Child sessions cancelled: shop.money"


def test_missing_test_files_fail_the_round_by_name_and_path():
    cart = passed(CART)
    result = judged([cart, passed(MONEY)], ERROR, missing_files={cart.id: ["tests/test_cart.py", "tests/data.json"]})
    assert result.status is ERROR
    assert result.message == "Test files missing: shop.cart (tests/test_cart.py, tests/data.json)"


def test_tests_that_fail_together_are_attributed_to_the_component_that_owns_them():
    together = failed_together(("c-money", "test_add: assert 3 == 4"), ("c-cart", "test_put: KeyError"))
    result = judged(ALL_PASSED, ERROR, together=together)
    assert result.message == "Tests failing: shop.cart (test_put: KeyError); shop.money (test_add: assert 3 == 4)"


def test_failures_of_one_component_are_summed_up():
    together = failed_together(*(("c-money", f"test_{n} failed\nwith details") for n in range(5)))
    result = judged(ALL_PASSED, ERROR, together=together)
    assert result.message == "Tests failing: shop.money (test_0 failed; test_1 failed; test_2 failed and 2 more)"


def test_failing_tests_that_nobody_owns_are_the_context_s():
    result = judged(ALL_PASSED, ERROR, together=failed_together(("", "conftest.py cannot be imported")))
    assert result.message == "Tests failing: shop (conftest.py cannot be imported)"


def test_failing_tests_without_evidence_are_told_by_the_summary():
    result = judged(ALL_PASSED, ERROR, together=failed_together(summary="pytest ended with exit code 3"))
    assert result.message == "Tests failing: shop (pytest ended with exit code 3)"


def test_every_kind_of_failure_is_told_in_one_message():
    stock = passed(STOCK)
    result = judged(
        [failed(CART, "no tests"), cancelled(MONEY), stock],
        ERROR,
        not_created={"shop.tax": "disk full"},
        missing_files={stock.id: ["tests/test_stock.py"]},
        together=failed_together(("c-stock", "test_put failed")),
    )
    assert result.message.splitlines() == [
        "Child sessions not created: shop.tax (disk full)",
        "Child sessions failed: shop.cart (no tests)",
        "Child sessions cancelled: shop.money",
        "Test files missing: shop.stock (tests/test_stock.py)",
        "Tests failing: shop.stock (test_put failed)",
    ]


def test_every_kind_of_failure_is_structured_data_too():
    result = judged([failed(CART, "no tests"), child(MONEY), passed(STOCK)], not_created={"shop.tax": "disk full"})
    assert result.data["problems"] == {
        "not_created": [["shop.tax", "disk full"]],
        "running": [["shop.money", ""]],
        "failed": [["shop.cart", "no tests"]],
    }


def test_what_the_engine_found_stays_in_the_result():
    result = judged(ALL_PASSED, ERROR, together=failed_together(("c-money", "no")), disappeared=["shop.old"])
    assert result.data["together"]["rung"] == "together"
    assert result.data["disappeared"] == ["shop.old"]


def test_one_child_that_was_not_created_is_named_and_the_others_go_on():
    result = judged([passed(CART), passed(MONEY)], not_created={"shop.stock": "its component is gone"})
    assert result.message == "Child sessions not created: shop.stock (its component is gone)"
    assert decision(result) == NextStep(SPAWN)


def test_no_child_created_at_all_is_one_failure_with_every_reason():
    result = judged([], not_created={"shop.stock": "disk full", "shop.cart": "disk full"})
    assert result.status is ERROR
    assert result.message == "Failed to spawn any child sessions: shop.cart (disk full); shop.stock (disk full)"


def test_a_child_at_fault_with_attempts_left_can_be_mended():
    money = passed(MONEY)
    together = failed_together(("c-money", "test_add failed"))
    result = judged([money, passed(CART)], ERROR, together=together, attempts_left={money.id: 1})
    assert result.data["faults"] == {money.id: together["evidence"]}
    assert result.data["mendable"] == [money.id]
    assert decision(result) == NextStep(SPAWN)


def test_a_missing_file_is_evidence_against_its_child():
    money = passed(MONEY)
    result = judged([money], ERROR, missing_files={money.id: ["tests/test_money.py"]}, attempts_left={money.id: 2})
    assert result.data["faults"][money.id] == [
        {"kind": "missing_file", "message": "tests/test_money.py is missing", "path": "tests/test_money.py"}
    ]
    assert result.data["mendable"] == [money.id]


def test_a_child_at_fault_at_its_bound_needs_a_person():
    money = passed(MONEY)
    result = judged(
        [money], ERROR, together=failed_together(("c-money", "test_add failed")), attempts_left={money.id: 0}
    )
    assert result.data["mendable"] == []
    assert decision(result, [money]) == WaitForPerson(SPAWN, "Tests failing: shop.money (test_add failed)")


@pytest.mark.parametrize("settle", [lambda: failed(MONEY, "no tests"), lambda: cancelled(MONEY)])
def test_what_the_loop_cannot_mend_waits_for_a_person_and_says_why(settle):
    result = judged([passed(CART), settle()])
    assert decision(result) == WaitForPerson(SPAWN, result.message)


def test_a_failing_test_that_nobody_owns_needs_a_person():
    result = judged(ALL_PASSED, ERROR, together=failed_together(("", "conftest.py cannot be imported")))
    assert decision(result) == WaitForPerson(SPAWN, result.message)


def test_a_child_that_can_be_mended_turns_the_loop_even_when_another_has_failed():
    money = passed(MONEY)
    together = failed_together(("c-money", "test_add failed"))
    result = judged([failed(CART, "no"), money], ERROR, together=together, attempts_left={money.id: 2})
    assert decision(result) == NextStep(SPAWN)


def test_a_component_that_disappeared_is_told_when_the_round_passed():
    result = judged(ALL_PASSED, disappeared=["shop.old"])
    assert result.message == "3 child sessions passed, together too; no longer in the package: shop.old"


def test_a_round_that_was_interrupted_is_passed_through_unjudged():
    interrupted = Result(ERROR, "The agent claude cannot go on: not logged in", {"is_interrupted": True})
    updates, stored = STEP.handle_result(SCOPE, run(children=(child(MONEY),)), interrupted)
    assert stored is interrupted
    assert updates == SessionUpdates()
    assert decision(stored) == WaitForPerson(SPAWN, interrupted.message)


def test_a_validation_that_could_not_be_run_never_passes():
    failure = Result(ERROR, "The interpreter /gone/python does not exist.", {"error": "ToolchainError"})
    stored = STEP.handle_result(SCOPE, run(children=ALL_PASSED), failure)[1]
    assert stored == failure
    assert decision(stored) == WaitForPerson(SPAWN, failure.message)


def test_a_validation_that_could_not_be_run_is_told_with_every_other_failure():
    failure = Result(ERROR, "The interpreter /gone/python does not exist.", {"error": "ToolchainError"})
    stored = STEP.handle_result(SCOPE, run(children=(passed(CART), cancelled(MONEY))), failure)[1]
    assert stored.message.splitlines() == [
        "The interpreter /gone/python does not exist.",
        "Child sessions cancelled: shop.money",
    ]


@pytest.mark.parametrize("outcome", ["passed", "skipped"])
def test_only_a_failed_run_together_fails_the_round(outcome):
    assert judged(ALL_PASSED, together={**PASSED_TOGETHER, "outcome": outcome}).is_ok
