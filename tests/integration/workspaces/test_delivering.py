"""The branch reaches the person's repository whole, and whatever is in the way is named."""

from __future__ import annotations

import shutil

import pytest

from ctxtui.core.domain.errors import RepositoryError

BRANCH = "test-context-testing-session-for-shop"


@pytest.fixture
def ready(person, workspace) -> str:
    return workspace.commit(person.plan(person.accept(workspace)))


def test_before_the_hand_over_only_the_keeping_ref_is_new(person, tmp_path):
    person.write("unsaved.py", "x")
    person.git("stash", "-u")
    person.write("shop/prices.py", "half done")
    person.git("add", "shop/prices.py")
    person.write("shop/prices.py", "more")
    before = person.snapshot()
    workspace = person.open()
    workspace.create_branch(BRANCH)
    workspace.commit(person.plan(person.accept(workspace)))
    assert person.snapshot(".git/refs/ctxtui") == before
    assert person.git("for-each-ref", "--format=%(refname)", "refs/ctxtui") == "refs/ctxtui/run1/base"
    workspace.destroy()
    assert person.snapshot() == before
    assert not list(person.cache.glob("hubs/*"))


def test_the_hand_over_brings_the_branch_and_nothing_else(person, workspace, ready):
    person.write("shop/prices.py", "half done")
    written = (".git/objects", ".git/refs", ".git/logs/refs/heads")
    before = person.snapshot(*written)
    workspace.hand_over(BRANCH)
    workspace.hand_over(BRANCH)
    assert person.git("rev-parse", BRANCH) == ready
    assert person.snapshot(*written) == before
    assert workspace.branch_names() == {"main", BRANCH}


def test_what_was_handed_over_is_complete_without_the_hub(person, workspace, ready, tmp_path):
    workspace.hand_over(BRANCH)
    workspace.destroy()
    shutil.rmtree(person.cache)
    person.git("gc", "-q", "--prune=now")
    person.git("fsck", "--full", "--strict")
    person.git("clone", "-q", "--no-local", "-b", BRANCH, ".", str(tmp_path / "clone"))
    assert (tmp_path / "clone/tests/test_prices.py").is_file()


def test_a_branch_that_is_not_there_yet_is_said(workspace):
    with pytest.raises(RepositoryError, match="no branch 'other' to hand over yet"):
        workspace.hand_over("other")


def test_a_checked_out_branch_is_not_moved(person, workspace, ready, tmp_path):
    person.git("branch", BRANCH)
    person.git("worktree", "add", "-q", str(tmp_path / "side\nways"), BRANCH)
    with pytest.raises(RepositoryError, match=r"is checked out in .*side\nways: switch to another branch"):
        workspace.hand_over(BRANCH)


def test_other_commits_on_the_branch_are_not_lost(person, workspace, ready):
    person.git("checkout", "-q", "-b", BRANCH)
    person.write("mine.py", "")
    mine = person.commit("Mine")
    person.git("checkout", "-q", "main")
    with pytest.raises(RepositoryError, match="has other commits in"):
        workspace.hand_over(BRANCH)
    assert person.git("rev-parse", BRANCH) == mine


def test_an_existing_branch_at_the_base_is_moved_forward(person, workspace, ready):
    person.git("branch", BRANCH)
    workspace.hand_over(BRANCH)
    assert person.git("rev-parse", BRANCH) == ready


@pytest.mark.parametrize(("branch", "blocking"), [("a", "a/b"), ("a/b", "a")])
def test_a_branch_in_the_way_is_named(person, workspace, branch, blocking):
    person.git("branch", blocking)
    workspace.commit(person.plan(person.accept(workspace), branch=branch))
    assert blocking in workspace.branch_names()
    with pytest.raises(RepositoryError, match=rf"because of the branch '{blocking}'"):
        workspace.hand_over(branch)


def test_settings_of_the_person_do_not_widen_the_hand_over(person, workspace, ready):
    for key, value in (("fetch.prune", "true"), ("fetch.writeCommitGraph", "false"), ("remote.pushDefault", "x")):
        person.git("config", key, value)
    person.git("tag", "mine")
    person.git("branch", "keep")
    workspace.hand_over(BRANCH)
    assert workspace.branch_names() == {"main", "keep", BRANCH}


@pytest.fixture
def remote(person, tmp_path):
    there = person.at(tmp_path / "remote.git")
    person.git("clone", "-q", "--bare", ".", str(there.root))
    person.git("remote", "add", "origin", str(there.root))
    return there


def test_a_push_says_where_to_and_runs_the_persons_hook(person, workspace, ready, remote, tmp_path):
    hook = person.write(".git/hooks/pre-push", f'#!/bin/sh\necho "$1" > "{tmp_path}/pushed"\n')
    hook.chmod(0o755)
    workspace.hand_over(BRANCH)
    assert workspace.push(BRANCH, "origin") == f"origin ({remote.root})"
    assert remote.git("rev-parse", BRANCH) == ready
    assert (tmp_path / "pushed").read_text() == "origin\n"
    workspace.push(BRANCH, "origin")


def test_a_failed_push_leaves_the_branch(person, workspace, ready, remote):
    hook = person.write(".git/hooks/pre-push", "#!/bin/sh\necho 'run the linter first' >&2\nexit 1\n")
    hook.chmod(0o755)
    workspace.hand_over(BRANCH)
    with pytest.raises(RepositoryError, match=r"Could not push .* run the linter first.* The branch is kept"):
        workspace.push(BRANCH, "origin")
    assert person.git("rev-parse", BRANCH) == ready


def test_a_push_without_a_way_in_fails_without_asking(person, workspace, ready):
    person.git("remote", "add", "origin", "https://ada:hunter2@127.0.0.1:1/shop.git")
    workspace.hand_over(BRANCH)
    with pytest.raises(RepositoryError, match="Could not push") as caught:
        workspace.push(BRANCH, "origin")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("name", ["nowhere", "--force", "-d", ""])
def test_an_unknown_remote_is_named_with_those_there_are(workspace, ready, remote, name):
    workspace.hand_over(BRANCH)
    with pytest.raises(RepositoryError, match=r"There is no remote .* it has origin"):
        workspace.push(BRANCH, name)


def test_a_branch_that_was_not_handed_over_cannot_be_pushed(workspace, ready, remote):
    with pytest.raises(RepositoryError, match="handed over first"):
        workspace.push(BRANCH, "origin")


def test_no_allowed_protocol_stands_in_the_way_of_the_hand_over(person, workspace, ready, monkeypatch):
    person.git("config", "protocol.allow", "never")
    person.git("config", "protocol.file.allow", "never")
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "https")
    workspace.hand_over(BRANCH)
    assert person.git("rev-parse", BRANCH) == ready
