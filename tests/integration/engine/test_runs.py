"""A run from a package to one commit on one branch."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from ctxtui.core.domain.errors import ExitCode, LeaseError
from ctxtui.core.domain.request import RequestKind
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.ports.points import visited_by
from ctxtui.core.views.states import ShownState

GOOD_MONEY = "from shop.money import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
BAD_MONEY = GOOD_MONEY.replace("==", "!=")
GOOD_STOCK = "from shop import stock\n\n\ndef test_put():\n    stock.ITEMS.clear()\n    assert stock.put('a') == 1\n"


def writes(text):
    return [["write", "{test_path}", text], ["say", "done"]]


def fingerprint(root):
    """Everything in a repository but its objects and what `refs/ctxtui` keeps alive."""
    digest = hashlib.sha256()
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if name not in ("objects", "ctxtui"))
        for name in sorted(files):
            path = Path(folder, name)
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


ALL_GOOD = {"shop.money": [writes(GOOD_MONEY)], "shop.stock": [writes(GOOD_STOCK)]}


def test_a_run_ends_with_one_commit_that_holds_every_accepted_file(make_project):
    project = make_project(ALL_GOOD)
    project.start()
    assert project.work() is ExitCode.OK
    assert project.session().status is SessionStatus.COMPLETE
    assert project.branch_files() == {"tests/test_money.py", "tests/test_stock.py"}
    assert set(project.verdicts().values()) == {ShownState.PASSED}


def areas(project):
    """Worktrees and turns that lie on the disk."""
    places = ("cache/hubs/*/*/worktrees", "data/turns/*")
    return [path for place in places for path in project.folder.glob(place)]


def test_a_run_that_has_ended_keeps_neither_worktrees_nor_turns(make_project):
    project = make_project({**ALL_GOOD, "shop.stock": [[["say", "no"]]]}, max_attempts=1)
    project.start()
    assert project.work() is ExitCode.RETRYABLE
    assert len(areas(project)) == 2  # it waits, and may be gone on with
    project.ask(RequestKind.CANCEL)
    project.work()
    assert project.session().status is SessionStatus.CANCELLED
    assert areas(project) == []


def test_nothing_of_the_person_is_touched_before_the_hand_over(make_project):
    project = make_project({"*": [[["say", "nothing to write"]]]}, max_attempts=1)
    project.start()
    before = fingerprint(project.root)
    assert project.work() is ExitCode.RETRYABLE
    assert fingerprint(project.root) == before


def test_the_same_run_twice_is_one_run_one_child_each_and_one_commit(make_project, run_git):
    project = make_project(ALL_GOOD)
    first = project.start()
    project.work()
    commit = project.session().state["commit"]
    assert project.start() == first
    assert project.work() is ExitCode.OK
    branch = project.session().state["branch_name"]
    assert run_git(project.root, "rev-list", "--count", f"HEAD..{branch}") == "1"
    assert run_git(project.root, "rev-parse", branch) == commit
    assert len(project.session().children) == 2
    assert len(project.starts()) == 2


def test_failing_tests_go_back_to_the_agent_with_their_evidence_and_are_run_again(make_project):
    project = make_project({**ALL_GOOD, "shop.money": [writes(BAD_MONEY), writes(GOOD_MONEY)]})
    project.start()
    assert project.work() is ExitCode.OK
    told = project.prompt("shop.money", 2)
    assert "test_add" in told
    assert "assert 3 != 3" in told
    steps = [step.command.step for step in project.child("shop.money").interactions]
    assert steps == ["initialize", "generate_tests", "run_tests", "fix_failures", "run_tests", "finalize"]


def test_a_child_at_its_bound_fails_and_the_run_waits_for_a_person(make_project):
    project = make_project(
        {**ALL_GOOD, "shop.money": [writes(BAD_MONEY), writes(BAD_MONEY + "\n# again\n")]}, max_attempts=2
    )
    project.start()
    assert project.work() is ExitCode.RETRYABLE
    assert project.child("shop.money").status is SessionStatus.FAILED
    waiting = project.session().state["waiting"]
    assert [component["name"] for component in waiting["components"]] == ["shop.money"]
    assert "Child sessions failed: shop.money" in waiting["message"]
    assert waiting["is_all_of_children"]
    assert project.session().status is SessionStatus.ACTIVE


def test_a_retry_with_a_note_tells_the_agent_and_may_pass(make_project):
    project = make_project({**ALL_GOOD, "shop.money": [writes(BAD_MONEY), writes(GOOD_MONEY)]}, max_attempts=1)
    project.start()
    assert project.work() is ExitCode.RETRYABLE
    request = project.ask(RequestKind.RETRY, "shop.money", note="three is right")
    assert project.work() is ExitCode.OK
    assert project.answer(request).is_granted
    assert "three is right" in project.prompt("shop.money", 2)


def test_a_retry_that_would_send_the_same_prompt_again_is_refused_with_the_reason(make_project):
    project = make_project({**ALL_GOOD, "shop.money": [writes(BAD_MONEY)]}, max_attempts=2)
    project.start()
    assert project.work() is ExitCode.RETRYABLE
    request = project.ask(RequestKind.RETRY, "shop.money")
    assert project.work() is ExitCode.RETRYABLE
    assert not project.answer(request).is_granted
    assert "same prompt" in project.answer(request).answer


def test_a_skipped_child_is_left_out_and_named_in_the_commit_message(make_project, run_git):
    project = make_project({**ALL_GOOD, "shop.money": [writes(BAD_MONEY)]}, max_attempts=1)
    project.start()
    project.work()
    project.ask(RequestKind.SKIP, "shop.money", note="needs a rewrite first")
    assert project.work() is ExitCode.FAILED_COMPONENTS
    message = run_git(project.root, "log", "-1", "--format=%B", project.session().state["branch_name"])
    assert "Left out:" in message
    assert "- shop.money: needs a rewrite first" in message
    assert project.branch_files() == {"tests/test_stock.py"}


def test_finalize_commits_what_passed(make_project):
    project = make_project({**ALL_GOOD, "shop.money": [writes(BAD_MONEY)]}, max_attempts=1)
    project.start()
    project.work()
    project.ask(RequestKind.FINALIZE)
    assert project.work() is ExitCode.FAILED_COMPONENTS
    assert project.branch_files() == {"tests/test_stock.py"}


def test_partial_finalizes_what_passed_without_asking(make_project):
    project = make_project({**ALL_GOOD, "shop.money": [writes(BAD_MONEY)]}, max_attempts=1, partial=True)
    project.start()
    assert project.work() is ExitCode.FAILED_COMPONENTS
    assert project.verdicts() == {"shop.money": ShownState.SKIPPED, "shop.stock": ShownState.PASSED}


def test_nothing_is_finalized_when_nothing_passed(make_project):
    project = make_project({"*": [[["say", "no"]]]}, max_attempts=1)
    project.start()
    project.work()
    request = project.ask(RequestKind.FINALIZE)
    assert project.work() is ExitCode.RETRYABLE
    assert "nothing to commit" in project.answer(request).answer


def test_two_runners_never_own_one_run(make_project, in_thread, wait_until):
    project = make_project({"*": [[["wait_for", "{script_dir}/go"], *writes(GOOD_MONEY)]]})
    project.start(only=("money",))
    working = in_thread(project.work)
    wait_until(project.starts)
    with pytest.raises(LeaseError, match="at work already"):
        project.work()
    (project.script.parent / "go").touch()
    assert working.result() is ExitCode.OK


def test_two_runs_at_once_in_one_repository_do_not_disturb_each_other(make_project, in_thread):
    project = make_project(ALL_GOOD)
    project.start(only=("money",))
    money = project.runner()
    project.start(only=("stock",))
    stock = project.runner()
    working = [in_thread(money.work), in_thread(stock.work)]
    assert [work.result() for work in working] == [ExitCode.OK, ExitCode.OK]
    names = {row.state["branch_name"] for row in project.parts.store.sessions.runs(project.scope)}
    assert names == {"test-context-testing-session-for-shop", "test-context-testing-session-for-shop-2"}


def test_a_run_is_cancelled_whole_and_says_who_did_it(make_project, in_thread, wait_until):
    project = make_project({"*": [[["sleep_forever"]]]})
    project.start()
    working = in_thread(project.work)
    wait_until(lambda: len(project.starts()) == 2)
    project.ask(RequestKind.CANCEL, note="wrong branch")
    assert working.result() is ExitCode.INTERRUPTED
    assert project.session().status is SessionStatus.CANCELLED
    assert {child.status for child in project.session().children} == {SessionStatus.CANCELLED}


def test_a_child_can_be_skipped_while_its_agent_works(make_project, in_thread, wait_until):
    project = make_project({**ALL_GOOD, "shop.money": [[["sleep_forever"]]]})
    project.start()
    working = in_thread(project.work)
    wait_until(lambda: ("shop.money", 1) in project.starts())
    project.ask(RequestKind.SKIP, "shop.money")
    assert working.result() is ExitCode.FAILED_COMPONENTS
    assert project.verdicts()["shop.money"] == ShownState.SKIPPED
    assert project.branch_files() == {"tests/test_stock.py"}


def test_a_paused_run_starts_nothing_new_until_it_is_resumed(make_project, in_thread, wait_until):
    project = make_project(ALL_GOOD)
    project.start()
    project.ask(RequestKind.PAUSE)
    working = in_thread(project.work)
    wait_until(lambda: project.session().children)
    assert project.starts() == []
    project.ask(RequestKind.JOBS, jobs=1)
    project.ask(RequestKind.RESUME)
    assert working.result() is ExitCode.OK
    assert project.session().state["jobs"] == 1


POLLUTING_STOCK = """\
import shop.money
from shop import stock


def test_put():
    stock.ITEMS.clear()
    assert stock.put("a") == 1
    shop.money.add = None
"""
POLLUTED_MONEY = "from shop import money\n\n\ndef test_add():\n    assert money.add(1, 2) == 3\n"


def test_tests_that_break_each_other_go_back_to_the_one_at_fault(make_project):
    stock = [writes(POLLUTING_STOCK), writes(GOOD_STOCK)]
    project = make_project({"shop.money": [writes(POLLUTED_MONEY)], "shop.stock": stock})
    project.start()
    assert project.work() is ExitCode.OK
    assert project.starts().count(("shop.money", 1)) == 1
    assert ("shop.stock", 2) in project.starts()
    assert ("shop.money", 2) not in project.starts()
    assert "test_add" in project.prompt("shop.stock", 2)


def test_a_branch_in_the_way_fails_the_run_and_a_retry_finishes_it(make_project, run_git):
    project = make_project(
        {
            **ALL_GOOD,
            "shop.money": [
                [
                    [
                        "git",
                        "--git-dir",
                        "{script_dir}/../shop/.git",
                        "branch",
                        "test-context-testing-session-for-shop/x",
                    ],
                    *writes(GOOD_MONEY),
                ]
            ],
        }
    )
    project.start()
    assert project.work() is ExitCode.RETRYABLE
    assert project.session().status is SessionStatus.FAILED
    assert project.session().state["error"]
    run_git(project.root, "branch", "-D", "test-context-testing-session-for-shop/x")
    project.ask(RequestKind.RETRY)
    assert project.work() is ExitCode.OK
    assert project.branch_files() == {"tests/test_money.py", "tests/test_stock.py"}


def test_a_mended_file_is_judged_although_its_worktree_went_before(make_project):
    bad = GOOD_STOCK.replace("== 1", "== 2")
    project = make_project({"shop.stock": [writes(bad), writes(GOOD_STOCK)]})
    project.start(only=("stock",))
    judged: list[list[Path]] = []

    def lose_worktree(point: str) -> None:
        if point == "judging":
            judged.append(list(project.folder.glob("cache/hubs/*/*/worktrees/*/tests/test_stock.py")))
            for test in judged[-1] if len(judged) == 2 else ():
                shutil.rmtree(test.parents[1])

    with visited_by(lose_worktree):
        assert project.work() is ExitCode.OK
    assert [len(found) for found in judged] == [1, 1]
    assert project.starts() == [("shop.stock", 1), ("shop.stock", 2)]
