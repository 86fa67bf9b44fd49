"""RunTests: what was judged is kept, and the judgement stands as it is."""

from __future__ import annotations

import pytest

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Result
from ctxtui.core.domain.session import SessionUpdates
from ctxtui.core.workflow.component_testing.run_tests import RunTests
from tests.unit.workflow.conftest import ERROR, MONEY, NOW, OK, SCOPE, child, file

STEP = RunTests()


def test_the_command_judges_the_component_s_tests():
    command = STEP.get_command(SCOPE, child(MONEY), NOW)
    assert (command.step, command.action, command.issued_at) == ("run_tests", Action.JUDGE_TESTS, NOW)
    assert command.metadata == {"test_path": "tests/test_money.py"}


def test_a_child_without_a_component_is_refused():
    with pytest.raises(StepError, match=r"^Component not found$"):
        STEP.get_command(SCOPE, child(None), NOW)


@pytest.mark.parametrize("status", [OK, ERROR])
def test_the_judged_files_are_kept_whatever_the_judgement(status):
    result = Result(status, "judged", {"candidate": [file("tests/test_money.py")], "tests": 4, "evidence": []})
    updates, stored = STEP.handle_result(SCOPE, child(MONEY), result)
    assert updates == SessionUpdates(state={"candidate": [file("tests/test_money.py")], "tests": 4})
    assert stored is result


def test_a_judgement_that_could_not_be_made_leaves_the_last_candidate():
    updates, _ = STEP.handle_result(SCOPE, child(MONEY), Result(ERROR, "no interpreter", {"error": "ToolchainError"}))
    assert updates == SessionUpdates()
