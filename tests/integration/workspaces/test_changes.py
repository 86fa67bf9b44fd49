"""What an agent did to a worktree is found, however it tried to hide it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ctxtui.core.domain.artifact import ChangeKind
from ctxtui.core.domain.errors import RepositoryError


def inside(worktree: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", worktree, *arguments], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def worktree(workspace) -> Path:
    return workspace.checkout("one")


@pytest.fixture
def found(workspace):
    def look() -> dict[str, tuple[ChangeKind, str]]:
        return {change.path: (change.kind, change.mode) for change in workspace.changes("one")}

    return look


def test_a_fresh_checkout_has_no_changes(worktree, found):
    assert (worktree / "shop/prices.py").is_file()
    assert found() == {}


def test_every_kind_of_change_is_told_apart(worktree, found):
    (worktree / "tests/test_new.py").write_text("new")
    (worktree / "shop/prices.py").write_text("changed")
    (worktree / "tests/conftest.py").unlink()
    (worktree / "shop/__init__.py").chmod(0o755)
    assert found() == {
        "tests/test_new.py": (ChangeKind.ADDED, "100644"),
        "shop/prices.py": (ChangeKind.MODIFIED, "100644"),
        "tests/conftest.py": (ChangeKind.DELETED, "100644"),
        "shop/__init__.py": (ChangeKind.MODE, "100755"),
    }


def test_a_touched_file_is_no_change(worktree, found):
    file = worktree / "shop/prices.py"
    text = file.read_text()
    file.unlink()
    file.write_text(text)
    assert found() == {}


def test_files_that_git_ignores_are_changes(worktree, found):
    (worktree / "secret").mkdir()
    (worktree / "secret/hidden.py").write_text("x")
    (worktree / "shop/evil.so").write_text("x")
    assert set(found()) == {"secret/hidden.py", "shop/evil.so"}


def test_what_test_runs_leave_is_noise_but_stray_byte_code_is_not(worktree, found):
    for path in (
        ".ctxtui/run-tests",
        "shop/__pycache__/a.cpython-311.pyc",
        ".pytest_cache/v/x",
        ".coverage",
        ".coverage.host.1",
    ):
        (worktree / path).parent.mkdir(parents=True, exist_ok=True)
        (worktree / path).write_text("x")
    (worktree / "shop/sneaky.pyc").write_text("x")
    (worktree / "shop/__pycache__/notes.txt").write_text("x")
    assert set(found()) == {"shop/sneaky.pyc", "shop/__pycache__/notes.txt"}


def test_flags_in_the_index_hide_nothing(worktree, found):
    inside(worktree, "update-index", "--assume-unchanged", "shop/prices.py")
    inside(worktree, "update-index", "--skip-worktree", "tests/conftest.py")
    (worktree / "shop/prices.py").write_text("evil")
    (worktree / "tests/conftest.py").write_text("evil")
    assert set(found()) == {"shop/prices.py", "tests/conftest.py"}


def test_a_forged_time_hides_nothing(worktree, found):
    file = worktree / "shop/prices.py"
    before = file.stat()
    file.write_text(file.read_text().replace("+", "-"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert set(found()) == {"shop/prices.py"}


def test_exclude_and_configuration_of_the_hub_hide_nothing(worktree, found):
    common = Path(inside(worktree, "rev-parse", "--path-format=absolute", "--git-common-dir").strip())
    (common / "info").mkdir(exist_ok=True)
    (common / "info/exclude").write_text("*\n")
    (common / "info/attributes").write_text("* filter=lie\n")
    inside(worktree, "config", "filter.lie.clean", "git show HEAD:shop/prices.py")
    inside(worktree, "config", "core.ignoreStat", "true")
    (worktree / "shop/prices.py").write_text("evil")
    (worktree / "tests/test_x.py").write_text("x")
    assert set(found()) == {"shop/prices.py", "tests/test_x.py"}


def test_a_commit_or_another_branch_hides_nothing(worktree, found):
    inside(worktree, "checkout", "-q", "-b", "mine")
    (worktree / "shop/prices.py").write_text("evil")
    inside(worktree, "commit", "-qam", "mine")
    inside(worktree, "checkout", "-q", "--detach")
    assert set(found()) == {"shop/prices.py"}


def test_a_replaced_object_hides_nothing(worktree, workspace, found):
    (worktree / "evil").write_text("evil")
    evil = inside(worktree, "hash-object", "-w", "evil").strip()
    inside(worktree, "replace", "HEAD:shop/prices.py", evil)
    (worktree / "evil").unlink()
    workspace.checkout("one")
    assert (worktree / "shop/prices.py").read_text().startswith("def total")
    assert found() == {}


def test_links_are_shown_as_what_they_are(worktree, workspace, found, tmp_path):
    (worktree / "tests/link.py").symlink_to("/etc/passwd")
    (worktree / "shop/prices.py").unlink()
    (worktree / "shop/prices.py").symlink_to(tmp_path)
    os.link(worktree / "tests/conftest.py", tmp_path / "outside")
    os.link(tmp_path / "outside", worktree / "tests/hard.py")
    assert found()["tests/link.py"] == (ChangeKind.ADDED, "120000")
    assert found()["shop/prices.py"] == (ChangeKind.MODIFIED, "120000")
    links = {change.path: change.links for change in workspace.changes("one")}
    assert links["tests/hard.py"] == 3


def test_a_folder_replaced_by_a_link_is_seen(worktree, found, tmp_path):
    (worktree / "tests").rename(tmp_path / "moved")
    (worktree / "tests").symlink_to(tmp_path / "moved")
    assert found() == {
        "tests": (ChangeKind.ADDED, "120000"),
        "tests/conftest.py": (ChangeKind.DELETED, "100644"),
    }


def test_a_nested_repository_is_seen_even_in_a_tracked_folder(worktree, workspace, found):
    (worktree / "inner").mkdir()
    inside(worktree / "inner", "init", "-q")
    (worktree / "inner/test_x.py").write_text("x")
    inside(worktree / "tests", "init", "-q")
    assert found() == {
        "inner": (ChangeKind.ADDED, "160000"),
        "inner/test_x.py": (ChangeKind.ADDED, "100644"),
        "tests": (ChangeKind.ADDED, "160000"),
    }
    workspace.checkout("one")
    assert found() == {}
    assert not (worktree / "tests/.git").exists()


def test_strange_names_and_sizes_are_reported(worktree, workspace):
    (worktree / "tests/a\nb.py").write_text("")
    (worktree / "tests/big.txt").write_bytes(b"x" * 3_000_000)
    Path(os.fsdecode(os.fsencode(worktree) + b"/tests/\xff.py")).write_text("x")
    sizes = {change.path: change.size for change in workspace.changes("one")}
    assert sizes == {"tests/a\nb.py": 0, "tests/big.txt": 3_000_000, "tests/\\xff.py": 1}


def test_a_pipe_has_a_mode_that_no_file_has(worktree, found):
    os.mkfifo(worktree / "tests/pipe")
    assert found()["tests/pipe"] == (ChangeKind.ADDED, "010644")


def test_a_deleted_git_file_is_a_change(worktree, found):
    (worktree / ".git").unlink()
    assert found() == {".git": (ChangeKind.DELETED, "100644")}
    (worktree / ".git").write_text("gitdir: /elsewhere\n")
    assert found() == {".git": (ChangeKind.MODIFIED, "100644")}


def test_a_deleted_worktree_is_one_change(worktree, found, workspace):
    shutil.rmtree(worktree)
    assert found() == {".": (ChangeKind.DELETED, "040000")}
    workspace.checkout("one")
    assert found() == {}


def test_files_laid_on_top_are_changes_against_the_base(person, workspace):
    files = person.accept(workspace)
    workspace.checkout("one", files)
    assert [change.path for change in workspace.changes("one")] == ["tests/test_prices.py"]


def test_a_slot_that_was_never_checked_out_has_no_changes_to_ask_for(workspace):
    with pytest.raises(RepositoryError, match="never checked out"):
        workspace.changes("other")


@pytest.mark.parametrize("slot", ["", "../x", "a/b", ".", "-x", "a.lock"])
def test_a_slot_name_cannot_lead_elsewhere(workspace, slot):
    with pytest.raises(RepositoryError, match="not a usable slot name"):
        workspace.checkout(slot)


def test_a_tracked_folder_with_the_name_of_noise_is_the_projects_own(person):
    person.write(".hypothesis/examples/one", "kept on purpose")
    person.commit("Keep examples")
    workspace = person.open()
    worktree = workspace.checkout("one")
    assert workspace.changes("one") == ()
    (worktree / ".hypothesis/examples/one").write_text("changed")
    assert [change.path for change in workspace.changes("one")] == [".hypothesis/examples/one"]
    workspace.checkout("one")
    assert (worktree / ".hypothesis/examples/one").read_text() == "kept on purpose"


def test_only_what_is_asked_for_is_looked_at(workspace, worktree):
    (worktree / "shop/prices.py").write_text("changed")
    (worktree / "tests/test_new.py").write_text("new")
    (worktree / "tests/data/new").mkdir(parents=True)
    (worktree / "tests/data/new/case.json").write_text("{}")
    (worktree / "tests/conftest.py").unlink()
    asked = ("tests/test_new.py", "tests/conftest.py", "tests/data/new", "tests/not_there.py")
    told = [(change.path, change.kind) for change in workspace.changes("one", asked)]
    assert told == [("tests/data/new/case.json", ChangeKind.ADDED), ("tests/test_new.py", ChangeKind.ADDED)]


def test_a_file_that_is_gone_is_told_though_all_others_are_as_they_were(worktree, found):
    assert found() == {}
    (worktree / "shop/prices.py").unlink()
    assert found() == {"shop/prices.py": (ChangeKind.DELETED, "100644")}


def test_a_folder_of_the_project_that_became_a_link_hides_nothing(tmp_path, worktree, found):
    assert found() == {}
    shutil.move(worktree / "shop", tmp_path / "moved")
    (worktree / "shop").symlink_to(tmp_path / "moved")
    assert {path: kind for path, (kind, _mode) in found().items() if path.startswith("shop")} == {
        "shop": ChangeKind.ADDED,
        "shop/__init__.py": ChangeKind.DELETED,
        "shop/prices.py": ChangeKind.DELETED,
    }
