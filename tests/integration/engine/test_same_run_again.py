"""The same run started again: it is one run, with the settings given now, and its branch is there."""

from __future__ import annotations

import shutil
from dataclasses import replace

from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.interaction import Action
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.engine import stored_run
from tests.integration.engine.test_runs import ALL_GOOD


def test_three_starts_at_once_make_one_run(make_project, in_thread, run_git):
    project = make_project(ALL_GOOD)
    plan = project.plan()
    starts = [in_thread(stored_run.start, project.parts, plan) for _ in range(3)]
    assert len({start.result().run_id for start in starts}) == 1
    assert [start.result().is_new for start in starts].count(True) == 1
    (run,) = project.parts.store.sessions.runs(plan.scope)
    refs = run_git(project.root, "for-each-ref", "--format=%(refname)", "refs/ctxtui")
    assert refs.split() == [f"refs/ctxtui/{run.id}/base"]


def test_what_a_run_is_to_work_on_is_kept_from_its_start(make_project, run_git):
    project = make_project(ALL_GOOD)
    project.start()
    made_anew = run_git(project.root, "commit-tree", "HEAD^{tree}", "-m", "all anew").strip()
    run_git(project.root, "reset", "-q", "--hard", made_anew)
    run_git(project.root, "reflog", "expire", "--expire=now", "--all")
    run_git(project.root, "gc", "-q", "--prune=now")
    assert project.work() is ExitCode.OK


def test_a_deleted_branch_is_brought_back_even_when_the_cache_was_cleared(make_project, run_git):
    project = make_project(ALL_GOOD)
    project.start()
    assert project.work() is ExitCode.OK
    branch, commit = (project.session().state[key] for key in ("branch_name", "commit"))
    for is_cleared in (False, True):
        run_git(project.root, "branch", "-D", branch)
        if is_cleared:
            shutil.rmtree(project.folder / "cache")
        assert project.work() is ExitCode.OK
        assert run_git(project.root, "rev-parse", branch) == commit
    assert len(project.starts()) == 2


def test_settings_given_to_a_run_that_exists_take_effect(make_project):
    project = make_project({"*": [[["say", "no"]]]}, max_attempts=1)
    run_id = project.start(only=("money",))
    assert project.work() is ExitCode.RETRYABLE
    plan = project.plan(only=("money",))
    wanted = replace(plan, settings=replace(plan.settings, retry=replace(plan.settings.retry, max_attempts=5)))
    started = stored_run.start(project.parts, wanted)
    assert (started.run_id, started.is_new, len(started.asked)) == (run_id, False, 1)
    project.work()
    assert project.answer(started.asked[0]).is_granted
    assert project.session().retry.max_attempts == 5
    assert project.child("shop.money").retry.max_attempts == 5


def test_a_done_run_that_is_to_be_pushed_by_now_is_pushed(make_project, run_git):
    project = make_project(ALL_GOOD)
    project.start()
    project.work()
    run_git(project.folder, "init", "-q", "--bare", "remote.git")
    run_git(project.root, "remote", "add", "origin", str(project.folder / "remote.git"))
    plan = project.plan()
    wanted = replace(plan, settings=replace(plan.settings, push=True, jobs=plan.settings.jobs))
    (asked,) = stored_run.start(project.parts, wanted).asked
    assert project.work() is ExitCode.OK
    assert project.answer(asked).is_granted
    branch, commit = (project.session().state[key] for key in ("branch_name", "commit"))
    assert run_git(project.folder / "remote.git", "rev-parse", branch) == commit


def test_settings_that_would_change_nothing_in_a_done_run_are_refused(make_project):
    project = make_project(ALL_GOOD)
    project.start()
    project.work()
    plan = project.plan()
    wanted = replace(plan, settings=replace(plan.settings, retry=replace(plan.settings.retry, max_attempts=9)))
    (asked,) = stored_run.start(project.parts, wanted).asked
    assert project.work() is ExitCode.OK
    assert not project.answer(asked).is_granted
    assert "max_attempts" in project.answer(asked).answer


def test_a_push_that_failed_is_done_again_by_starting_the_run_again(make_project, run_git):
    project = make_project(ALL_GOOD, push=True)
    run_git(project.root, "remote", "add", "origin", str(project.folder / "remote.git"))
    project.start()
    assert project.work() is ExitCode.RETRYABLE
    assert project.session().status is SessionStatus.FAILED
    commits = [step for step in project.session().interactions if step.command.action is Action.COMMIT_RESULT]
    run_git(project.folder, "init", "-q", "--bare", "remote.git")
    project.start()
    assert project.work() is ExitCode.OK
    assert project.session().state["pushed_to"]
    branch = project.session().state["branch_name"]
    assert run_git(project.root, "rev-list", "--count", f"HEAD..{branch}") == "1"
    assert len(commits) == 1


def test_two_accounts_in_one_repository_never_take_the_same_branch(make_project):
    project = make_project(ALL_GOOD)
    first = project.start()
    other = replace(project.plan(), scope=replace(project.scope, account="ben"), existing="")
    second = stored_run.start(project.parts, other)
    assert second.run_id != first
    ours, theirs = project.scope, other.scope
    project.scope, project.run_id = theirs, second.run_id
    assert project.work() is ExitCode.OK
    taken = project.session().state["branch_name"]
    project.scope, project.run_id = ours, first
    assert project.work() is ExitCode.OK
    assert {taken, project.session().state["branch_name"]} == {
        "test-context-testing-session-for-shop",
        "test-context-testing-session-for-shop-2",
    }
