"""What a round asks for: one child for every component, and those at fault again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Result
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.session import ExecutionMode
from ctxtui.core.workflow.context_testing.spawn import SpawnComponentTestingSessions, specs_in
from ctxtui.core.workflow.identity import child_session_id
from tests.unit.workflow.conftest import (
    BRANCH,
    CART,
    ERROR,
    MONEY,
    NOW,
    SCOPE,
    SHOP,
    STOCK,
    cancelled,
    child,
    failed,
    passed,
    run,
    skipped,
    taken,
)

STEP = SpawnComponentTestingSessions()
SPAWN = STEP.name


def command(session):
    return STEP.get_command(SCOPE, session, NOW)


def round_that_found(faults, mendable):
    return taken(SPAWN, Result(ERROR, "Tests failing: shop.money", {"faults": faults, "mendable": mendable}))


def reactivated(session):
    return [item["session_id"] for item in command(session).metadata["reactivate"]]


def test_a_session_without_a_component_is_refused():
    with pytest.raises(StepError, match=r"^Context component not found$"):
        command(run(component=None))


def test_a_context_without_child_components_is_refused():
    with pytest.raises(StepError, match=r"^No child components found for context$"):
        command(run(component=replace(SHOP, child_components=())))


def test_an_existing_child_of_another_type_is_refused():
    stranger = replace(child(MONEY), type="component_design")
    with pytest.raises(StepError) as raised:
        command(run(children=(child(CART), stranger)))
    assert str(raised.value) == "Invalid child session type: expected component_testing, got component_design"


def test_the_command_runs_the_children():
    asked = command(run())
    assert (asked.step, asked.action, asked.issued_at) == (SPAWN, Action.RUN_CHILDREN, NOW)


def test_there_is_one_child_for_every_component():
    assert [spec.component_id for spec in specs_in(command(run()))] == ["c-cart", "c-money", "c-stock"]


def test_children_are_ordered_by_priority_descending_then_name_ascending():
    names = {"b": 1, "a": 1, "z": 9, "m": 0, "c": -1}
    components = tuple(
        Component(f"c-{name}", name, f"{name}.py", f"test_{name}.py", priority) for name, priority in names.items()
    )
    asked = command(run(component=replace(SHOP, child_components=components)))
    assert [spec.name for spec in specs_in(asked)] == ["z", "a", "b", "m", "c"]


def test_the_metadata_carries_the_ids_of_the_children_in_order():
    ids = [child_session_id("run-1", component.id) for component in (CART, MONEY, STOCK)]
    assert command(run()).metadata["child_session_ids"] == ids


def test_a_child_tests_one_component_and_is_agentic():
    spec = specs_in(command(run()))[0]
    assert (spec.type, spec.execution_mode, spec.name) == ("component_testing", ExecutionMode.AGENTIC, "shop.cart")


def test_a_child_is_agentic_even_when_its_parent_is_manual():
    manual = replace(run(), execution_mode=ExecutionMode.MANUAL)
    assert {spec.execution_mode for spec in specs_in(command(manual))} == {ExecutionMode.AGENTIC}


def test_a_child_inherits_agent_environment_and_policy():
    parent = replace(run(retry=RetryPolicy(5, 4, 2)), agent="claude", environment="docker")
    spec = specs_in(command(parent))[0]
    assert (spec.agent, spec.environment, spec.retry) == ("claude", "docker", RetryPolicy(5, 4, 2))


def test_a_child_knows_its_parent_s_branch():
    assert {spec.state["parent_branch_name"] for spec in specs_in(command(run()))} == {BRANCH}


def test_asking_again_asks_for_the_same_children():
    with_children = run(children=(passed(CART), child(MONEY), failed(STOCK, "no")))
    assert specs_in(command(with_children)) == specs_in(command(run()))


def test_the_id_of_a_child_depends_on_its_parent_and_its_component():
    ids = {child_session_id(parent, component) for parent in ("run-1", "run-2") for component in ("c-1", "c-2")}
    assert len(ids) == 4
    assert all(len(one) == 32 and int(one, 16) for one in ids)


def test_a_component_that_appeared_since_gets_its_child():
    tax = Component("c-tax", "shop.tax", "src/shop/tax.py", "tests/test_tax.py", priority=9)
    grown = replace(SHOP, child_components=(*SHOP.child_components, tax))
    asked = command(run(component=grown, children=(passed(CART), passed(MONEY), passed(STOCK))))
    assert asked.metadata["child_session_ids"][0] == child_session_id("run-1", "c-tax")
    assert len(asked.metadata["children"]) == 4


def test_a_component_that_disappeared_is_reported_by_name():
    smaller = replace(SHOP, child_components=(MONEY,))
    asked = command(run(component=smaller, children=(passed(STOCK), passed(MONEY), passed(CART))))
    assert asked.metadata["disappeared"] == ["shop.cart", "shop.stock"]
    assert asked.metadata["child_session_ids"] == [child_session_id("run-1", "c-money")]


def test_nothing_disappeared_when_every_component_is_there():
    assert command(run(children=(child(CART), child(MONEY)))).metadata["disappeared"] == []


def test_rounds_are_counted_from_one():
    assert command(run()).metadata["round"] == 1
    assert command(run(taken("initialize"), taken(SPAWN, ERROR), taken(SPAWN, ERROR))).metadata["round"] == 3


def test_the_first_round_activates_nobody_again():
    assert reactivated(run(children=(passed(MONEY),))) == []


def test_a_child_at_fault_that_has_attempts_left_is_activated_again_with_its_evidence():
    money = passed(MONEY)
    evidence = [{"kind": "assertion", "message": "test_add failed"}]
    parent = run(round_that_found({money.id: evidence}, [money.id]), children=(money, passed(STOCK)))
    assert command(parent).metadata["reactivate"] == [{"session_id": money.id, "evidence": evidence}]


def test_a_child_that_passed_is_left_alone():
    money, stock = passed(MONEY), passed(STOCK)
    assert stock.id not in reactivated(run(round_that_found({money.id: []}, [money.id]), children=(money, stock)))


def test_a_child_at_its_bound_is_not_activated_again():
    money = passed(MONEY)
    assert reactivated(run(round_that_found({money.id: []}, []), children=(money,))) == []


@pytest.mark.parametrize(
    "settle", [lambda: failed(MONEY, "no"), lambda: cancelled(MONEY), lambda: skipped(MONEY), lambda: child(MONEY)]
)
def test_only_a_complete_child_is_activated_again(settle):
    money = settle()
    assert reactivated(run(round_that_found({money.id: []}, [money.id]), children=(money,))) == []


def test_only_the_last_completed_round_says_who_is_at_fault():
    money = passed(MONEY)
    earlier = round_that_found({money.id: []}, [money.id])
    assert reactivated(run(earlier, taken(SPAWN), children=(money,))) == []
    assert reactivated(run(earlier, taken(SPAWN, None), children=(money,))) == [money.id]


def test_the_command_survives_being_stored_as_json():
    money = passed(MONEY)
    asked = command(run(round_that_found({money.id: [{"message": "no"}]}, [money.id]), children=(money,)))
    stored = replace(asked, metadata=json.loads(json.dumps(asked.metadata)))
    assert stored.metadata == asked.metadata
    assert specs_in(stored) == specs_in(asked)
