"""Initialize of a run: the branch's name once, the ordered components, the working area."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Result
from ctxtui.core.workflow.context_testing.initialize import Initialize
from tests.unit.workflow.conftest import BRANCH, ERROR, NOW, OK, SCOPE, SHOP, WARNING, run, taken, updated

STEP = Initialize()
NEW = {"state": {}}


def command(session):
    return STEP.get_command(SCOPE, session, NOW)


def result(**data):
    return Result(OK, f"branch {BRANCH}", data)


def test_the_command_prepares_the_run():
    assert (command(run(**NEW)).step, command(run(**NEW)).action) == ("initialize", Action.PREPARE_RUN)


def test_the_command_names_the_branch_after_the_context():
    assert command(run(**NEW)).metadata["branch_name"] == BRANCH


def test_a_name_that_is_stored_is_never_computed_again():
    renamed = run(component=replace(SHOP, name="store"), state={"branch_name": f"{BRANCH}-2"})
    assert command(renamed).metadata["branch_name"] == f"{BRANCH}-2"


def test_the_command_says_whether_the_branch_had_its_name_before():
    assert command(run(**NEW)).metadata["is_named"] is False
    assert command(run()).metadata["is_named"] is True


def test_the_working_area_is_the_project_root():
    assert command(run(**NEW)).metadata["working_area"] == "."


def test_the_component_ids_are_those_of_the_loaded_component_in_its_order():
    assert command(run(**NEW)).metadata["component_ids"] == ["c-cart", "c-money", "c-stock"]


def test_a_context_without_child_components_has_no_component_ids():
    bare = run(component=replace(SHOP, child_components=()), **NEW)
    assert command(bare).metadata["component_ids"] == []


def test_a_session_without_a_component_is_refused():
    with pytest.raises(StepError, match=r"^Context component not found$"):
        command(run(component=None))


def test_the_command_carries_the_moment_it_was_issued():
    assert command(run(**NEW)).issued_at == NOW


def test_the_command_can_be_stored_as_json():
    metadata = command(run(**NEW)).metadata
    assert json.loads(json.dumps(metadata)) == metadata


def test_asking_again_after_a_crash_gives_the_same_command():
    assert command(run(taken("initialize", None), **NEW)) == command(run(**NEW))


@pytest.mark.parametrize("status", [OK, ERROR, WARNING])
def test_the_result_is_passed_through_unchanged(status):
    before = Result(status, "said", {"branch_name": BRANCH, "more": 1}, 3, "output", 1.5)
    assert STEP.handle_result(SCOPE, run(**NEW), before)[1] is before


def test_the_branch_name_and_the_component_ids_are_stored_in_the_state():
    updates, _ = STEP.handle_result(SCOPE, run(**NEW), result(branch_name=f"{BRANCH}-2", component_ids=["c-cart"]))
    assert updates.state == {"branch_name": f"{BRANCH}-2", "component_ids": ["c-cart"]}
    assert updates.status is None


def test_a_stored_branch_name_wins_over_another_one_in_the_result():
    updates, _ = STEP.handle_result(SCOPE, run(), result(branch_name="another", component_ids=["c-cart"]))
    assert updates.state["branch_name"] == BRANCH


@pytest.mark.parametrize("status", [ERROR, WARNING])
def test_a_failure_changes_nothing(status):
    failure = Result(status, "There is no git repository at /nowhere.", {"branch_name": BRANCH})
    updates, stored = STEP.handle_result(SCOPE, run(**NEW), failure)
    assert (updates.status, updates.state) == (None, {})
    assert stored.message == "There is no git repository at /nowhere."


def test_taking_it_again_changes_nothing_that_is_right():
    first = run(**NEW)
    told = result(**{key: command(first).metadata[key] for key in ("branch_name", "component_ids")})
    once = updated(first, STEP.handle_result(SCOPE, first, told)[0])
    again = result(**{key: command(once).metadata[key] for key in ("branch_name", "component_ids")})
    assert updated(once, STEP.handle_result(SCOPE, once, again)[0]) == once


def test_other_keys_of_the_state_are_left_alone():
    updates, _ = STEP.handle_result(SCOPE, run(state={"plan": {"jobs": 2}}), result(branch_name=BRANCH))
    assert "plan" not in updates.state
