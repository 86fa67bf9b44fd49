"""Repositories given by an address: cloned once, kept, and brought up to date."""

from __future__ import annotations

import pytest

from ctxtui.core.domain.errors import RepositoryError


def test_a_clone_is_kept_and_brought_up_to_date(person):
    clone = person.workspaces.clone(f"file://{person.root}")
    assert clone.name == "shop-project"
    assert person.at(clone).git("rev-parse", "--abbrev-ref", "HEAD") == "main"
    person.write("later.py", "")
    later = person.commit("Later")
    assert person.workspaces.clone(f"file://{person.root}") == clone
    assert person.at(clone).head == later
    assert (clone / "later.py").is_file()


def test_a_path_and_its_url_may_be_given(person, monkeypatch):
    monkeypatch.chdir(person.root.parent)
    clone = person.workspaces.clone(person.root.name)
    assert person.workspaces.clone(str(person.root)) == clone
    assert person.workspaces.inspect(clone).root == clone


def test_a_branch_a_tag_and_a_commit_can_be_asked_for(person):
    first = person.head
    person.git("tag", "v1")
    person.git("checkout", "-q", "-b", "feature/x")
    person.write("x.py", "")
    second = person.commit("X")
    person.git("checkout", "-q", "main")
    clone = person.workspaces.clone(str(person.root), "feature/x")
    assert person.at(clone).head == second
    for revision in ("v1", first, "main", None):
        assert person.workspaces.clone(str(person.root), revision) == clone
        assert person.at(clone).head == first


def test_a_rewritten_history_is_followed(person):
    clone = person.workspaces.clone(str(person.root))
    person.git("commit", "-q", "--amend", "-m", "Other")
    person.workspaces.clone(str(person.root))
    assert person.at(clone).head == person.head


@pytest.mark.parametrize(
    ("url", "revision", "reason"),
    [
        ("file:///nowhere/at-all.git", None, "Cannot clone file:///nowhere/at-all.git"),
        ("https://ada:hunter2@127.0.0.1:1/x.git", None, r"Cannot clone https://\*\*\*@127.0.0.1:1/x.git"),
        ("--upload-pack=evil", None, "is not the address of a repository"),
        ("", None, "is not the address of a repository"),
        ("ext::sh -c true", None, "Cannot clone"),
    ],
)
def test_an_address_that_leads_nowhere_is_said(person, url, revision, reason):
    with pytest.raises(RepositoryError, match=reason) as caught:
        person.workspaces.clone(url, revision)
    assert "hunter2" not in str(caught.value)
    assert not list(person.cache.glob("clones/*/*"))


@pytest.mark.parametrize("revision", ["nothing", "--all", "v1:shop"])
def test_an_unknown_revision_is_said(person, revision):
    with pytest.raises(RepositoryError, match="no branch, tag or commit"):
        person.workspaces.clone(str(person.root), revision)


def test_an_empty_repository_is_said(person, tmp_path):
    empty = person.at(tmp_path / "empty")
    empty.root.mkdir()
    empty.git("init", "-q")
    with pytest.raises(RepositoryError, match="has no commit yet"):
        person.workspaces.clone(str(empty.root))
