"""Initialize of a child: a worktree, and what the agent is told of the surroundings."""

from __future__ import annotations

import pytest

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Result
from ctxtui.core.domain.session import SessionUpdates
from ctxtui.core.workflow.component_testing.initialize import Initialize
from tests.unit.workflow.conftest import ERROR, MONEY, NOW, OK, SCOPE, WARNING, child

STEP = Initialize()


def test_the_command_prepares_a_worktree_for_the_component_s_paths():
    command = STEP.get_command(SCOPE, child(MONEY), NOW)
    assert (command.step, command.action, command.issued_at) == ("initialize", Action.PREPARE_WORKTREE, NOW)
    assert command.metadata == {"source_path": "src/shop/money.py", "test_path": "tests/test_money.py"}


def test_a_child_without_a_component_is_refused():
    with pytest.raises(StepError, match=r"^Component not found$"):
        STEP.get_command(SCOPE, child(None), NOW)


def test_what_was_found_out_is_kept_for_the_prompts():
    result = Result(OK, "works in s1", {"context": {"package": "shop"}})
    updates, stored = STEP.handle_result(SCOPE, child(MONEY), result)
    assert updates == SessionUpdates(state={"context": {"package": "shop"}})
    assert stored is result


@pytest.mark.parametrize("status", [ERROR, WARNING])
def test_a_failure_changes_nothing(status):
    result = Result(status, "no space", {"context": {"package": "shop"}})
    assert STEP.handle_result(SCOPE, child(MONEY), result) == (SessionUpdates(), result)
