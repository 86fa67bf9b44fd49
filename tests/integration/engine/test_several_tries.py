"""`best_of` on a real run: every try starts from a clean worktree, and the tests that notice more are committed."""

from __future__ import annotations

import pytest

from ctxtui.core.domain.errors import ExitCode, UsageError

WEAK = "from shop import money\n\n\ndef test_add_gives_something():\n    assert money.add(1, 2) is not None\n"
STRONG = "from shop.money import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n    assert add(5, 0) == 5\n"
FIXTURE = ["write", "tests/fixtures/money/left.txt", "of the first try"]
RUNGS = ["fence", "collects", "passes", "kills"]


@pytest.mark.parametrize("turns", [(WEAK, STRONG), (STRONG, WEAK)])
def test_the_tests_that_notice_more_are_committed_whichever_came_first(make_project, run_git, turns):
    script = [[["write", "{test_path}", text]] for text in turns]
    script[0].append(FIXTURE)
    project = make_project({"shop.money": script}, best_of=2, rungs=RUNGS)
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    committed = run_git(project.root, "show", f"{project.session().state['branch_name']}:tests/test_money.py")
    assert "assert add(1, 2) == 3" in committed
    assert project.branch_files() >= {"tests/test_money.py"}
    assert ("tests/fixtures/money/left.txt" in project.branch_files()) == (turns[0] == STRONG)


def test_the_best_is_told_by_mutants(make_project):
    project = make_project({}, best_of=2, rungs=["fence", "passes"])
    with pytest.raises(UsageError, match="add `kills` to `rungs`"):
        project.start(only=("money",))
