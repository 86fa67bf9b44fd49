"""Looking at a repository: every state it can be in, and a sentence for each that cannot be worked on."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess

import pytest

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces import git_process


def refusal(person, path) -> str:
    with pytest.raises(RepositoryError) as caught:
        person.workspaces.inspect(path)
    return str(caught.value)


def test_a_clean_repository_is_described(person):
    found = person.workspaces.inspect(person.root)
    assert (found.root, found.git_common_dir) == (person.root, person.root / ".git")
    assert (found.head, found.branch, found.uncommitted) == (person.head, "main", ())


def test_a_subdirectory_or_a_file_leads_to_the_top(person):
    assert person.workspaces.inspect(person.root / "shop").root == person.root
    assert person.workspaces.inspect(person.root / "shop/prices.py").root == person.root


def test_uncommitted_work_is_listed_and_ignored_files_are_not(person):
    person.write("shop/prices.py", "changed = 1\n")
    person.write("shop/new/näme\n.py", "")
    person.write("shop/fast.so", "")
    person.git("rm", "-q", "tests/conftest.py")
    found = person.workspaces.inspect(person.root).uncommitted
    assert set(found) == {"shop/prices.py", "shop/new/näme\n.py", "tests/conftest.py"}


def test_looking_changes_nothing(person):
    os.utime(person.root / "shop/prices.py", (1, 1))
    before = person.snapshot()
    person.workspaces.inspect(person.root)
    assert person.snapshot() == before


def test_a_detached_head_has_no_branch(person):
    person.git("checkout", "-q", "--detach")
    assert person.workspaces.inspect(person.root).branch == ""


def test_a_linked_worktree_shares_the_common_folder(person, tmp_path):
    person.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    found = person.workspaces.inspect(tmp_path / "linked")
    assert (found.root, found.branch) == (tmp_path / "linked", "side")
    assert found.git_common_dir == person.root / ".git"


def test_a_missing_path_is_named(person, tmp_path):
    assert refusal(person, tmp_path / "nowhere").startswith(f"{tmp_path / 'nowhere'} does not exist")


def test_a_folder_outside_any_repository_is_refused(person, tmp_path):
    (tmp_path / "plain").mkdir()
    assert "plain is not in a git repository" in refusal(person, tmp_path / "plain")


def test_a_repository_without_a_commit_is_refused(person, tmp_path):
    empty = person.at(tmp_path / "empty")
    empty.root.mkdir()
    empty.git("init", "-q")
    assert "has no commit yet" in refusal(person, empty.root)


def test_a_commit_whose_object_is_missing_is_said_to_be_missing(person):
    (person.root / ".git/objects" / person.head[:2] / person.head[2:]).unlink()
    assert f"its commit {person.head} is missing" in refusal(person, person.root)


def test_a_repository_whose_name_cannot_be_stored_is_refused(person, tmp_path):
    person.root.rename(tmp_path / "non\udcffutf")
    assert r"non\xffutf is not UTF-8, and no run can be stored with it" in refusal(person, tmp_path / "non\udcffutf")


def test_a_bare_repository_is_refused(person, tmp_path):
    person.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    assert "is a bare repository" in refusal(person, tmp_path / "bare.git")


def test_the_git_folder_itself_is_refused(person):
    assert "inside a repository's .git folder" in refusal(person, person.root / ".git")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_another_user_is_refused_with_the_remedy(person):
    for path in (person.root, person.root / ".git"):
        os.chown(path, 12345, 12345)
    assert "safe.directory" in refusal(person, person.root)
    assert "belongs to another user" in refusal(person, person.root)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_the_remedy_for_a_repository_of_another_user_names_its_top_and_helps(person):
    for path in (person.root, person.root / ".git", person.root / "shop"):
        os.chown(path, 12345, 12345)
    said = refusal(person, person.root / "shop")
    assert f"`git config --global --add safe.directory '{person.root}'`" in said
    command = shlex.split(said.partition("`")[2].partition("`")[0])
    subprocess.run(command, check=True)
    assert person.workspaces.inspect(person.root / "shop").root == person.root


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_safe_directory_given_by_the_environment_counts(person, monkeypatch):
    for path in (person.root, person.root / ".git"):
        os.chown(path, 12345, 12345)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "*")
    workspace = person.workspaces.open(person.root, "run1", "HEAD")
    assert (workspace.checkout("one") / "shop/prices.py").is_file()


def test_a_missing_git_is_said(person, monkeypatch, tmp_path):
    git_process._version.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git was not found" in refusal(person, person.root)


def test_an_old_git_is_refused(person, monkeypatch, tmp_path):
    fake = tmp_path / "bin/git"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\n[ "$1" = version ] && echo git version 2.30.1 || exec {shutil.which("git")} "$@"\n')
    fake.chmod(0o755)
    git_process._version.cache_clear()
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    try:
        assert "git 2.30 is too old: install git 2.36 or newer." in refusal(person, person.root)
    finally:
        git_process._version.cache_clear()


def test_variables_of_a_git_hook_lead_nowhere_else(person, monkeypatch, tmp_path):
    other = person.at(tmp_path / "other")
    other.root.mkdir()
    other.git("init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    assert person.workspaces.inspect(person.root).root == person.root
