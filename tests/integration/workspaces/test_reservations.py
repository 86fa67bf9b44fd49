"""A branch name is taken once, by one run, before there is a branch of that name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

WANTED = "tests-for-shop"


def test_of_several_runs_that_want_a_name_each_gets_its_own(person):
    opened = [person.open(f"run{number}") for number in range(3)]
    with ThreadPoolExecutor(3) as pool:
        names = list(pool.map(lambda one: one.reserve_branch(WANTED), opened))
    assert sorted(names) == [WANTED, f"{WANTED}-2", f"{WANTED}-3"]


def test_a_run_that_asks_again_gets_the_name_that_it_has(person):
    assert person.open().reserve_branch(WANTED) == WANTED
    assert person.open().reserve_branch(WANTED) == WANTED


def test_a_branch_of_the_remote_is_not_free(person, tmp_path):
    person.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
    person.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    person.git("push", "-q", "origin", f"main:refs/heads/{WANTED}")
    person.git("update-ref", "-d", f"refs/remotes/origin/{WANTED}")
    assert person.open("run1").reserve_branch(WANTED, "origin") == f"{WANTED}-2"


def test_a_name_is_free_again_when_its_run_gives_it_back(person):
    first, second = person.open("run1"), person.open("run2")
    first.reserve_branch(WANTED)
    first.release_branch()
    assert second.reserve_branch(WANTED) == WANTED


def test_nothing_of_it_stays_when_the_branch_is_handed_over_or_the_run_removed(person):
    workspace = person.open()
    files = person.accept(workspace)
    workspace.reserve_branch(WANTED)
    workspace.create_branch(WANTED)
    workspace.commit(person.plan(files, branch=WANTED))
    workspace.hand_over(WANTED)
    assert not person.git("for-each-ref", "refs/ctxtui/branches")
    person.open("run2").reserve_branch("another")
    person.workspaces.discard(person.root, "run2")
    assert not person.git("for-each-ref", "refs/ctxtui/branches")
