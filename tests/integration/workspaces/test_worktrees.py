"""The pool: pristine every time, whatever was done to a worktree, and never at the person's cost."""

from __future__ import annotations

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from ctxtui.core.domain.errors import RepositoryError

TEXT = "def total(a, b):\n    return a + b\n"


def inside(worktree: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", worktree, *arguments], check=True, capture_output=True)


def commit_and_switch(worktree: Path) -> None:
    (worktree / "shop/prices.py").write_text("evil")
    inside(worktree, "commit", "-qam", "mine")
    inside(worktree, "checkout", "-qb", "mine")


def rewrite_index(worktree: Path) -> None:
    inside(worktree, "update-index", "--skip-worktree", "shop/prices.py")
    (worktree / "shop/prices.py").write_text("evil")


def remove_worktree(worktree: Path) -> None:
    shutil.rmtree(worktree)


def remove_git_file(worktree: Path) -> None:
    (worktree / ".git").unlink()


def become_a_link(worktree: Path) -> None:
    outside = worktree.parents[4] / "outside"
    outside.mkdir()
    (outside / "keep").write_text("keep")
    shutil.rmtree(worktree)
    worktree.symlink_to(outside)


def leave_a_mess(worktree: Path) -> None:
    (worktree / "deep/er").mkdir(parents=True)
    (worktree / "deep/er/x").write_text("x")
    (worktree / "deep").chmod(0o500)
    inside(worktree, "init", "-q", "nested")
    inside(worktree / "shop", "init", "-q")
    (worktree / "tests/conftest.py").chmod(0o755)
    os.mkfifo(worktree / "pipe")


def leave_locks_and_a_merge(worktree: Path) -> None:
    admin = Path((worktree / ".git").read_text().removeprefix("gitdir: ").strip())
    (admin / "index.lock").touch()
    (admin / "MERGE_HEAD").write_text("0" * 40)


def unlink_from_the_hub(worktree: Path) -> None:
    inside(worktree, "worktree", "remove", "--force", str(worktree))


def lose_the_admin_folder(worktree: Path) -> None:
    shutil.rmtree((worktree / ".git").read_text().removeprefix("gitdir: ").strip())


DEEDS = [
    commit_and_switch,
    rewrite_index,
    remove_worktree,
    remove_git_file,
    become_a_link,
    leave_a_mess,
    leave_locks_and_a_merge,
    unlink_from_the_hub,
    lose_the_admin_folder,
]


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_the_next_checkout_is_pristine_whatever_was_done(person, workspace, deed):
    worktree = workspace.checkout("one")
    before = person.snapshot()
    deed(worktree)
    assert workspace.checkout("one") == worktree
    assert workspace.changes("one") == ()
    assert (worktree / "shop/prices.py").read_text() == TEXT
    inside(worktree, "status")
    assert person.snapshot() == before


def test_what_a_link_points_to_outlives_the_link(workspace):
    worktree = workspace.checkout("one")
    become_a_link(worktree)
    workspace.checkout("one")
    assert (worktree.parents[4] / "outside/keep").read_text() == "keep"


def test_a_reset_keeps_the_worktree_and_drops_what_was_added(workspace):
    worktree = workspace.checkout("one")
    inode = worktree.stat().st_ino
    (worktree / "tests/test_x.py").write_text("x")
    (worktree / "shop/prices.py").write_text("x")
    workspace.checkout("one")
    assert worktree.stat().st_ino == inode
    assert not (worktree / "tests/test_x.py").exists()
    assert (worktree / "shop/prices.py").read_text() == TEXT


def test_accepted_files_are_laid_on_top_with_their_mode(workspace):
    worktree = workspace.checkout("one")
    (worktree / "tests/data").mkdir()
    (worktree / "tests/data/run.sh").write_text("echo\n")
    (worktree / "tests/data/run.sh").chmod(0o755)
    (worktree / "tests/conftest.py").write_text("# mine\n")
    files = workspace.accept("one", ["tests/data/run.sh", "tests/conftest.py"])
    other = workspace.checkout("two", files)
    assert (other / "tests/data/run.sh").stat().st_mode & 0o777 == 0o755
    assert (other / "tests/conftest.py").read_text() == "# mine\n"


def test_a_file_cannot_be_laid_through_a_link_or_over_a_folder(person, tmp_path):
    (person.root / "outside").symlink_to(tmp_path)
    person.commit("Link")
    workspace = person.open()
    (file,) = person.accept(workspace)
    for path in ("outside/x.py", "shop", "../x.py", "shop/.git/hooks/x"):
        with pytest.raises(RepositoryError, match=r"lay|plain path"):
            workspace.checkout("one", [type(file)(path, file.digest)])
    assert not (tmp_path / "x.py").exists()


def test_uncommitted_work_is_not_in_a_worktree(person):
    person.write("shop/prices.py", "unsaved")
    assert (person.open().checkout("one") / "shop/prices.py").read_text() == TEXT


def test_ignored_modules_are_seeded_and_are_no_changes(person):
    person.write("shop/fast.so", "compiled")
    person.write("shop/_version.py", "version = 1")
    person.write("venv/lib/site-packages/other.so", "no")
    person.write(".venv/lib/other.so", "no")
    (person.root / ".gitignore").write_text("*.so\n_version.py\nvenv\n.venv\n")
    person.commit("Ignore")
    workspace = person.open()
    worktree = workspace.checkout("one")
    assert (worktree / "shop/fast.so").read_text() == "compiled"
    assert (worktree / "shop/_version.py").read_text() == "version = 1"
    assert not (worktree / "venv").exists()
    assert not (worktree / ".venv").exists()
    assert workspace.changes("one") == ()
    (worktree / "shop/fast.so").write_text("tampered")
    (worktree / "shop/_version.py").unlink()
    found = {change.path: change.kind.value for change in workspace.changes("one")}
    assert found == {"shop/fast.so": "modified", "shop/_version.py": "deleted"}
    workspace.checkout("one")
    assert (worktree / "shop/fast.so").read_text() == "compiled"


def test_named_seeds_are_copied_and_a_missing_one_is_named(person, tmp_path):
    (tmp_path / "settings.ini").write_text("[a]")
    workspace = person.open(seeds={"shop/settings.ini": str(tmp_path / "settings.ini")})
    assert (workspace.checkout("one") / "shop/settings.ini").read_text() == "[a]"
    assert workspace.changes("one") == ()
    with pytest.raises(RepositoryError, match=r"nothing\.ini"):
        person.open("run2", seeds={"x.ini": "nothing.ini"})


def test_a_released_slot_is_clean_when_it_is_used_again(workspace):
    worktree = workspace.checkout("one")
    (worktree / "big").write_text("x" * 100_000)
    workspace.release("one")
    workspace.release("never")
    assert workspace.checkout("one") == worktree == workspace.path("one")
    assert not (worktree / "big").exists()
    assert workspace.changes("one") == ()


def test_sixteen_threads_do_not_disturb_each_other(person, workspace):
    before = person.snapshot()

    def work(number: int) -> str:
        slot, path = f"slot{number}", f"tests/test_{number}.py"
        worktree = workspace.checkout(slot)
        (worktree / path).write_text(f"number = {number}\n")
        assert [change.path for change in workspace.changes(slot)] == [path]
        (file,) = workspace.accept(slot, [path])
        worktree = workspace.checkout(slot, [file])
        assert (worktree / path).read_text() == f"number = {number}\n"
        return workspace.read(file).decode()

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(work, range(16)))
    assert results == [f"number = {number}\n" for number in range(16)]
    assert person.snapshot() == before


def test_one_slot_used_by_many_threads_at_once_stays_whole(workspace):
    with ThreadPoolExecutor(8) as pool:
        paths = set(pool.map(lambda _: workspace.checkout("shared"), range(16)))
    assert paths == {workspace.path("shared")}
    assert workspace.changes("shared") == ()


def test_it_works_from_within_a_git_hook(person, monkeypatch):
    before = person.snapshot("tests/test_prices.py")
    monkeypatch.setenv("GIT_DIR", str(person.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(person.root / ".git/index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(person.root))
    monkeypatch.setenv("GIT_PREFIX", "")
    workspace = person.open(base="main")
    files = person.accept(workspace)
    assert workspace.changes("writer")
    workspace.destroy()
    assert files[0].path == "tests/test_prices.py"
    assert person.snapshot("tests/test_prices.py") == before


def test_the_folder_a_command_is_run_from_is_never_touched(workspace, tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    (here / "precious").write_text("x")
    monkeypatch.chdir(here)
    shutil.rmtree(workspace.checkout("one"))
    workspace.changes("one")
    workspace.checkout("one")
    assert [file.name for file in here.iterdir()] == ["precious"]


def test_a_cache_behind_a_link_is_as_good(person, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    workspace = replace(person, cache=tmp_path / "linked").open()
    inode = workspace.checkout("one").stat().st_ino
    assert workspace.checkout("one").stat().st_ino == inode


def test_a_cache_that_cannot_be_made_is_named(person, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RepositoryError, match=r"Cannot make the working area of run run1: .*file"):
        replace(person, cache=tmp_path / "file").open()
