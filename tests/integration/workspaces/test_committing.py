"""One commit per run: the same again after a crash, with the person's hooks and signature when asked."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import RepositoryError

SESSION = "0f" * 16


def hub_of(person):
    return person.at(next(person.cache.glob("hubs/*/run1/hub.git")))


def hook(person, name: str, script: str, folder: str = ".git/hooks") -> Path:
    file = person.write(f"{folder}/{name}", f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def test_the_commit_holds_base_and_files_and_names_the_session(person, workspace):
    commit = workspace.commit(person.plan(person.accept(workspace)))
    hub = hub_of(person)
    assert hub.git("log", "-1", "--format=%P %an <%ae> %cn %aI %cI", commit) == (
        f"{person.head} Ada <ada@example.org> Ada 2026-03-01T12:30:00+00:00 2026-03-01T12:30:00+00:00"
    )
    assert hub.git("log", "-1", "--format=%B", commit) == f"Add tests\n\nfor prices\n\nCtxtui-Session: {SESSION}"
    assert hub.git("diff", "--name-status", person.head, commit) == "A\ttests/test_prices.py"


def test_the_same_plan_gives_the_same_commit_even_in_another_workspace(person, workspace):
    plan = person.plan(person.accept(workspace))
    first = workspace.commit(plan)
    assert workspace.commit(plan) == first
    workspace.destroy()
    again = person.open()
    assert again.commit(person.plan(person.accept(again))) == first


def test_a_commit_message_keeps_its_own_trailers_and_hashes(person, workspace):
    message = "Add tests\n\n# not a comment\n\nReviewed-by: Eve <eve@example.org>\n"
    commit = workspace.commit(person.plan(person.accept(workspace), message=message))
    body = hub_of(person).git("log", "-1", "--format=%B", commit)
    assert body.endswith(f"# not a comment\n\nReviewed-by: Eve <eve@example.org>\nCtxtui-Session: {SESSION}")


def test_without_an_identity_a_neutral_one_commits(person, workspace):
    Path(os.environ["HOME"], ".gitconfig").write_text("[user]\n useConfigOnly = true\n")
    commit = workspace.commit(person.plan(person.accept(workspace)))
    assert hub_of(person).git("log", "-1", "--format=%an %ae", commit) == "ctxtui ctxtui@localhost"


def test_the_environment_of_a_hook_does_not_choose_the_date(person, workspace, monkeypatch):
    plan = person.plan(person.accept(workspace))
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z")
    commit = workspace.commit(plan)
    assert hub_of(person).git("log", "-1", "--format=%aI", commit) == "2026-03-01T12:30:00+00:00"


def test_nothing_accepted_is_nothing_to_commit(person, workspace):
    with pytest.raises(RepositoryError, match="no file was accepted"):
        workspace.commit(person.plan(()))


def test_files_equal_to_the_base_are_nothing_to_commit(person, workspace):
    files = person.accept(workspace, "tests/conftest.py", "# shared\n")
    with pytest.raises(RepositoryError, match="the same files already"):
        workspace.commit(person.plan(files))


def test_a_lost_file_is_never_committed(person, workspace):
    with pytest.raises(RepositoryError, match="Cannot"):
        workspace.commit(person.plan((AcceptedFile("tests/test_x.py", "1" * 40),)))


def test_a_later_plan_replaces_the_commit_until_it_is_handed_over(person, workspace):
    first = workspace.commit(person.plan(person.accept(workspace)))
    second = workspace.commit(person.plan(person.accept(workspace, text="more = 1\n")))
    hub = hub_of(person)
    assert second != first
    assert hub.git("rev-parse", f"{second}^") == person.head
    workspace.hand_over("test-context-testing-session-for-shop")
    plan = person.plan(person.accept(workspace, text="most = 1\n"))
    third = workspace.commit(plan)
    assert hub.git("rev-parse", f"{third}^") == second
    assert workspace.commit(plan) == third
    workspace.hand_over("test-context-testing-session-for-shop")


def test_a_branch_that_an_agent_moved_is_put_right(person, workspace):
    workspace.create_branch("test-context-testing-session-for-shop")
    worktree = workspace.checkout("one")
    (worktree / "shop/prices.py").write_text("evil")
    words = ("commit", "-qam", "evil")
    subprocess.run(["git", "-C", worktree, *words], check=True)
    subprocess.run(["git", "-C", worktree, "branch", "-f", "test-context-testing-session-for-shop"], check=True)
    commit = workspace.commit(person.plan(person.accept(workspace)))
    assert hub_of(person).git("diff", "--name-only", person.head, commit) == "tests/test_prices.py"


def test_a_commit_that_was_handed_over_is_found_again_in_a_new_hub(person, workspace):
    plan = person.plan(person.accept(workspace))
    first = workspace.commit(plan)
    workspace.hand_over(plan.branch)
    workspace.destroy()
    again = person.open()
    person.accept(again)
    assert again.commit(replace(plan, at=plan.at.replace(year=2027))) == first


@pytest.mark.parametrize("name", ["pkg-sub", "a" * 250, "under_score", "_", "test-x/y"])
def test_a_clean_name_becomes_a_branch(workspace, person, name):
    workspace.create_branch(name)
    workspace.create_branch(name)
    workspace.commit(person.plan(person.accept(workspace), branch=name))
    workspace.hand_over(name)
    assert name in workspace.branch_names()


@pytest.mark.parametrize("name", ["", "-evil", "HEAD", "@", "a..b", "x.lock", "a b", "a" * 260, "@{-1}"])
def test_a_name_that_git_would_mistake_is_refused(workspace, name):
    with pytest.raises(RepositoryError):
        workspace.create_branch(name)


@pytest.mark.parametrize("folder", [".git/hooks", ".husky", "absolute"])
def test_the_hooks_of_the_person_run_when_asked(person, workspace, folder, tmp_path):
    if folder != ".git/hooks":
        person.git("config", "core.hooksPath", str(person.root / folder) if folder == "absolute" else folder)
    seen = tmp_path / "seen"
    hook(person, "pre-commit", f'git diff --cached --name-only >> "{seen}"; ls tests >> "{seen}"', folder)
    hook(person, "commit-msg", 'echo "Checked-by: hook" >> "$1"', folder)
    plan = person.plan(person.accept(workspace), use_hooks=True)
    commit = workspace.commit(plan)
    assert workspace.commit(plan) == commit
    assert seen.read_text().split() == ["tests/test_prices.py", "conftest.py", "test_prices.py"]
    assert "Checked-by: hook" in hub_of(person).git("log", "-1", "--format=%B", commit)


def test_a_hook_finds_what_tools_keep_in_the_git_folder(person, workspace):
    person.write(".git/vault/key", "key")
    hook(person, "pre-commit", 'grep -q key "$(git rev-parse --git-dir)/vault/key"')
    workspace.commit(person.plan(person.accept(workspace), use_hooks=True))
    assert (person.root / ".git/vault/key").read_text() == "key"


def test_no_hook_runs_unless_asked(person, workspace, tmp_path):
    for name in (
        "pre-commit",
        "commit-msg",
        "post-checkout",
        "post-commit",
        "reference-transaction",
        "post-index-change",
    ):
        hook(person, name, f'touch "{tmp_path}/{name}.ran"; exit 1')
    opened = person.open("run2")
    opened.commit(person.plan(person.accept(opened)))
    opened.destroy()
    assert list(tmp_path.glob("*.ran")) == []


def test_a_hook_that_refuses_is_quoted_and_nothing_is_committed(person, workspace):
    hook(person, "pre-commit", "echo checking; echo 'line too long' >&2; exit 1")
    plan = person.plan(person.accept(workspace), use_hooks=True)
    with pytest.raises(RepositoryError, match=r"hook of .* refused the commit: .*line too long"):
        workspace.commit(plan)
    assert hub_of(person).git("rev-parse", plan.branch) == person.head
    hook(person, "pre-commit", "exit 0")
    assert hub_of(person).git("rev-parse", f"{workspace.commit(plan)}^") == person.head


def test_files_that_a_hook_reformats_are_not_committed_twice(person, workspace):
    hook(person, "pre-commit", "echo '# formatted' >> tests/test_prices.py; git add tests/test_prices.py")
    plan = person.plan(person.accept(workspace), use_hooks=True)
    commit = workspace.commit(plan)
    assert "# formatted" in hub_of(person).git("show", f"{commit}:tests/test_prices.py")
    assert workspace.commit(plan) == commit
    more = person.plan(person.accept(workspace, text="more = 1\n"), use_hooks=True)
    assert workspace.commit(more) != commit


@pytest.fixture
def signing_key(person, tmp_path):
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    person.git("config", "gpg.format", "ssh")
    person.git("config", "user.signingKey", str(key))
    return key


def test_the_commit_is_signed_when_asked(person, workspace, signing_key):
    plan = person.plan(person.accept(workspace), sign=True)
    commit = workspace.commit(plan)
    assert "BEGIN SSH SIGNATURE" in hub_of(person).git("cat-file", "commit", commit)
    assert workspace.commit(plan) == commit


def test_a_signature_that_fails_is_said(person, workspace, signing_key):
    signing_key.unlink()
    with pytest.raises(RepositoryError, match="could not sign"):
        workspace.commit(person.plan(person.accept(workspace), sign=True))


def test_a_key_is_tried_before_anything_starts(person, signing_key):
    before = person.snapshot()
    person.workspaces.refuse_signing(person.root)
    assert person.snapshot() == before
    signing_key.unlink()
    with pytest.raises(RepositoryError, match=r"could not sign .* or turn the setting `commit\.sign` off"):
        person.workspaces.refuse_signing(person.root)
