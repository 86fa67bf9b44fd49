"""After a crash: the workspace is found again, mended, and nothing accepted is lost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import RepositoryError

BRANCH = "test-context-testing-session-for-shop"


@pytest.fixture
def hub(person, workspace) -> Path:
    return next(person.cache.glob("hubs/*/run1/hub.git"))


def test_a_workspace_is_found_again_with_the_agents_work_in_it(person, workspace):
    worktree = workspace.checkout("one")
    (worktree / "tests/test_x.py").write_text("x")
    again = person.open()
    assert again.path("one") == worktree
    assert [change.path for change in again.changes("one")] == ["tests/test_x.py"]


def test_locks_of_a_process_that_died_are_removed(person, workspace, hub):
    workspace.create_branch(BRANCH)
    files = person.accept(workspace)
    for name in ("packed-refs.lock", "config.lock", f"refs/heads/{BRANCH}.lock", "worktrees/writer/index.lock"):
        (hub / name).touch()
    again = person.open()
    again.checkout("writer")
    again.commit(person.plan(files))


def test_locks_in_the_persons_repository_are_left_alone(person):
    lock = person.write(".git/index.lock", "")
    person.open().checkout("one")
    assert lock.exists()


def break_config(hub: Path) -> None:
    (hub / "config").write_text("[core\n")


def break_head(hub: Path) -> None:
    (hub / "HEAD").unlink()


def break_alternates(hub: Path) -> None:
    (hub / "objects/info/alternates").write_text("/nowhere\n")


def leave_it_half_made(hub: Path) -> None:
    (hub / "ready").unlink()
    (hub / "HEAD").unlink()


def lose_it(hub: Path) -> None:
    shutil.rmtree(hub)


def replace_it_with_a_file(hub: Path) -> None:
    shutil.rmtree(hub)
    hub.write_text("")


@pytest.mark.parametrize(
    "damage",
    [break_config, break_head, break_alternates, leave_it_half_made, lose_it, replace_it_with_a_file],
    ids=lambda damage: damage.__name__,
)
def test_a_damaged_hub_is_mended_or_made_anew_and_keeps_what_was_accepted(person, workspace, hub, damage):
    files = person.accept(workspace)
    commit = workspace.commit(person.plan(files))
    damage(hub)
    again = person.open()
    assert again.has(files[0])
    again.checkout("writer", files)
    assert [change.path for change in again.changes("writer")] == [files[0].path]
    assert again.commit(person.plan(files)) == commit
    again.hand_over(BRANCH)


def test_an_agents_work_outlives_a_hub_made_anew(person, workspace, hub):
    worktree = workspace.checkout("one")
    (worktree / "tests/test_x.py").write_text("x")
    shutil.rmtree(hub)
    again = person.open()
    assert [change.path for change in again.changes("one")] == ["tests/test_x.py"]
    assert again.accept("one", ["tests/test_x.py"])


def test_a_hook_commit_that_was_made_just_before_a_crash_is_not_made_again(person, workspace, tmp_path):
    hook = person.write(".git/hooks/pre-commit", f'#!/bin/sh\necho run >> "{tmp_path}/runs"\n')
    hook.chmod(0o755)
    plan = person.plan(person.accept(workspace), use_hooks=True)
    commit = workspace.commit(plan)
    assert person.open().commit(plan) == commit
    assert (tmp_path / "runs").read_text() == "run\n"


def test_a_hook_commit_that_did_not_happen_before_a_crash_is_made(person, workspace, hub):
    workspace.create_branch(BRANCH)
    plan = person.plan(person.accept(workspace), use_hooks=True)
    crashed = hub.parent / "committing"
    subprocess.run(["git", f"--git-dir={hub}", "worktree", "add", "-q", crashed, BRANCH], check=True)
    (crashed / "half").write_text("done")
    commit = person.open().commit(plan)
    assert subprocess.run(["git", f"--git-dir={hub}", "rev-parse", f"{commit}^"], check=True, capture_output=True)
    assert not crashed.exists()


def test_seeds_stay_as_they_were_when_the_run_began(person):
    person.write("shop/fast.so", "first")
    person.open()
    person.write("shop/fast.so", "rebuilt")
    assert (person.open().checkout("one") / "shop/fast.so").read_text() == "first"


WORKER = """
import sys
from pathlib import Path
from ctxtui.core.workspaces.git_workspaces import GitWorkspaces
root, cache, data, base = sys.argv[1:]
workspace = GitWorkspaces(Path(cache), Path(data)).open(Path(root), "run1", base)
for number in range(10_000):
    worktree = workspace.checkout("one")
    (worktree / "tests/test_x.py").write_text(f"number = {number}\\n")
    (file,) = workspace.accept("one", ["tests/test_x.py"])
    print(number, file.digest, flush=True)
"""


def test_a_killed_process_loses_nothing_that_it_had_accepted(person):
    accepted = []
    for rounds in (1, 2):
        command = [sys.executable, "-c", WORKER, person.root, person.cache, person.data, person.head]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
            accepted += [worker.stdout.readline().split() for _ in range(rounds)]
            worker.kill()
    workspace = person.open()
    for number, digest in accepted:
        assert workspace.read(AcceptedFile("tests/test_x.py", digest)).decode() == f"number = {number}\n"
    workspace.checkout("one")
    assert workspace.changes("one") == ()


def test_a_cache_that_was_cleared_loses_nothing_that_was_accepted(person, workspace):
    files = person.accept(workspace)
    commit = workspace.commit(person.plan(files))
    shutil.rmtree(person.cache)
    again = person.open()
    assert again.has(files[0])
    assert not again.is_checked_out("writer")
    worktree = again.checkout("writer", files)
    assert (worktree / files[0].path).is_file()
    assert again.commit(person.plan(files)) == commit
    again.hand_over(BRANCH)


def test_a_viewer_reads_what_was_accepted_after_the_cache_was_cleared(person, workspace):
    (file,) = person.accept(workspace)
    shutil.rmtree(person.cache)
    view = person.workspaces.view(person.root, "run1", person.head)
    assert view.read(file).startswith(b"def test_total")
    assert view.base_text("tests/conftest.py") == "# shared\n"


def test_a_run_that_has_ended_is_put_away_but_for_what_was_accepted(person, workspace):
    (file,) = person.accept(workspace)
    workspace.put_away()
    assert not list(person.cache.glob("hubs/*"))
    assert person.workspaces.view(person.root, "run1", person.head).read(file).startswith(b"def test_total")
    assert person.open().checkout("writer", (file,)).is_dir()


def test_what_was_tried_by_a_process_that_is_gone_is_discarded(person, workspace):
    person.accept(workspace)
    person.workspaces.discard_abandoned(lambda name: name != "run1")
    assert workspace.is_checked_out("writer")
    person.workspaces.discard_abandoned(lambda name: name == "run1")
    assert not list(person.cache.glob("hubs/*/*"))
    assert not list(person.data.glob("accepted/*"))


def test_accepted_files_of_a_run_begun_by_the_first_release_are_adopted(person, workspace):
    files = person.accept(workspace)
    area = next(person.cache.glob("hubs/*/run1"))
    shutil.move(person.data / "accepted/run1", area / "accepted")
    assert person.open().has(files[0])


def test_a_checkout_that_failed_is_not_taken_for_a_worktree(person, workspace, tmp_path):
    (file,) = person.accept(workspace)
    assert workspace.is_checked_out("writer")
    workspace.release("writer")
    assert not workspace.is_checked_out("writer")
    with pytest.raises(RepositoryError):
        workspace.checkout("writer", [AcceptedFile("tests/gone.py", "0" * 40)])
    assert not workspace.is_checked_out("writer")
    assert not person.open().is_checked_out("writer")
    workspace.checkout("writer", [file])
    assert person.open().is_checked_out("writer")


def test_a_repository_that_was_moved_away_is_said_to_be_gone_and_found_again_in_its_place(person, workspace, tmp_path):
    workspace.checkout("one")
    person.root.rename(tmp_path / "elsewhere")
    with pytest.raises(RepositoryError, match=f"The repository {person.root} is gone: put it back there"):
        workspace.checkout("two")
    (tmp_path / "elsewhere").rename(person.root)
    assert (workspace.checkout("two") / "shop/prices.py").exists()


def test_a_cache_that_is_cleared_under_a_run_at_work_is_made_anew(person, workspace):
    files = person.accept(workspace)
    shutil.rmtree(person.cache)
    worktree = workspace.checkout("one", files)
    assert (worktree / "shop/prices.py").is_file()
    assert [change.path for change in workspace.changes("one")] == [files[0].path]
    workspace.create_branch(BRANCH)
    shutil.rmtree(person.cache)
    commit = workspace.commit(person.plan(files))
    workspace.hand_over(BRANCH)
    assert person.git("rev-parse", BRANCH) == commit
