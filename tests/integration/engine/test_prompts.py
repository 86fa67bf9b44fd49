"""A project's own words to its agents, from files that its settings name."""

from __future__ import annotations

import pytest

from ctxtui.config import Limits, Settings
from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.errors import ExitCode, UsageError
from ctxtui.services.starting import run_settings

GOOD = "from shop.money import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
BAD = GOOD.replace("==", "!=")


def test_a_project_may_replace_both_prompts(make_project, tmp_path):
    (tmp_path / "ask.md").write_text("Test $component in $test_path, please.")
    (tmp_path / "mend.md").write_text("Mend $test_path: $reason")
    turns = {"*": [[["write", "{test_path}", BAD]], [["write", "{test_path}", GOOD]]]}
    project = make_project(turns, prompt=str(tmp_path / "ask.md"), fix_prompt=str(tmp_path / "mend.md"))
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    assert project.prompt("shop.money", 1) == "Test shop.money in tests/test_money.py, please.\n"
    assert project.prompt("shop.money", 2).rpartition("\n\n")[2].startswith("Mend tests/test_money.py: passes: ")


def test_an_agent_without_a_conversation_is_told_the_task_again_before_what_failed(make_project):
    project = make_project({"*": [[["write", "{test_path}", BAD]], [["write", "{test_path}", GOOD]]]})
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    first, second = project.prompt("shop.money", 1), project.prompt("shop.money", 2)
    assert "Your module: `shop.money`, in shop/money.py\n" in first
    assert second.startswith(f"You were given this task before, and wrote tests:\n\n{first}")
    assert "did not pass the checks: passes: " in second.removeprefix(first)


def test_another_prompt_is_another_run(make_project, tmp_path):
    project = make_project({"*": [[["write", "{test_path}", GOOD]]]}, prompt=str(tmp_path / "ask.md"))
    (tmp_path / "ask.md").write_text("Test $component.")
    first = project.start(only=("money",))
    assert project.start(only=("money",)) == first
    (tmp_path / "ask.md").write_text("Test $component well.")
    assert project.start(only=("money",)) != first


@pytest.mark.parametrize("setting", ["prompt", "fix_prompt", "test_rules"])
def test_a_file_that_cannot_be_read_is_named_with_its_setting(tmp_path, setting):
    missing = tmp_path / "missing.md"
    with pytest.raises(UsageError) as refused:
        run_settings(Settings(**{setting: str(missing)}))
    assert str(refused.value) == (
        f"The file {missing} cannot be read (No such file or directory): mend the setting `{setting}`."
    )


def test_a_prompt_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "ask.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"ask\.md is not UTF-8 text: mend it, or the setting `prompt`"):
        run_settings(Settings(prompt=str(tmp_path / "ask.md")))


def test_a_file_larger_than_the_settings_allow_is_not_taken_over(make_project):
    big = ["write", "tests/fixtures/money/big.txt", "x" * 3000]
    good = ["write", "{test_path}", GOOD]
    project = make_project({"*": [[good, big], [good, ["delete", big[1]]]]}, limits=Limits(file_kb=2))
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    first, *_rest = project.parts.store.history.attempts(project.scope, project.child("shop.money").id)
    assert first.outcome is AttemptOutcome.FAILED
    assert "big.txt" in first.rungs[-1].evidence[0].message
    assert project.branch_files() == {"tests/test_money.py"}
