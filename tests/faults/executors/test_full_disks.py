"""A disk that is full: how a turn ended is known all the same, and git's failure is the machine's, not a module's."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from ctxtui.core.domain.errors import ExitCode, RepositoryError, is_of_machine
from ctxtui.core.engine.actions import deliver
from ctxtui.core.executors.local import LocalExecutor
from ctxtui.core.ports.agents import Launch
from ctxtui.core.workspaces.git_process import run_git

FILLING = "dd if=/dev/zero of=filler bs=1k 2>/dev/null; dd if=/dev/zero bs=1k 2>/dev/null; exit 7"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_the_exit_code_of_a_program_that_filled_the_disk_is_not_lost(small_disk: Path) -> None:
    launch = Launch(argv=("/bin/sh", "-c", FILLING), cwd=small_disk, env={"PATH": os.defpath}, stdin=None)
    turn = LocalExecutor().start(launch, small_disk / "turn")
    try:
        assert turn.wait(60)
        assert os.statvfs(small_disk).f_bavail == 0
        assert turn.exit_code() == 7
    finally:
        turn.stop(0)


@pytest.fixture
def failing_git(small_disk: Path) -> RepositoryError:
    """What git said when it found no room for a repository."""
    subprocess.run(["/bin/sh", "-c", f"cat /dev/zero > {small_disk}/filler"], check=False, capture_output=True)
    with pytest.raises(RepositoryError, match=r"Cannot make it: .*No space left on device") as raised:
        run_git(("init", "-q", "--bare", str(small_disk / "hub")), doing="Cannot make it")
    return raised.value


def test_git_without_room_can_be_tried_again_and_is_no_fault_of_a_module(failing_git: RepositoryError) -> None:
    assert failing_git.exit_code is ExitCode.RETRYABLE
    assert is_of_machine(failing_git)


def test_a_full_disk_at_the_commit_leaves_the_run_to_be_resumed_and_does_not_fail_it(
    failing_git: RepositoryError, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> None:
        raise failing_git

    monkeypatch.setattr(deliver, "_committed", refuse)
    command = SimpleNamespace(metadata={"branch_name": "tests", "committed_files": []})
    order = SimpleNamespace(interaction=SimpleNamespace(command=command))
    work = SimpleNamespace(order=order, tools=SimpleNamespace(now=lambda: datetime(2026, 1, 1, tzinfo=UTC)))
    with pytest.raises(RepositoryError) as raised:
        deliver.commit(work)
    assert raised.value is failing_git


def test_git_that_does_not_say_why_it_cannot_write_is_told_apart_by_its_disk(small_disk: Path) -> None:
    for words in (("init", "-q"), ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a", "--allow-empty")):
        subprocess.run(["git", "-C", str(small_disk), *words], check=True, capture_output=True)
    subprocess.run(["/bin/sh", "-c", f"cat /dev/zero > {small_disk}/filler"], check=False, capture_output=True)
    with pytest.raises(RepositoryError, match=r"Cannot keep it: .*couldn't write") as raised:
        run_git(("-C", str(small_disk), "update-ref", "refs/ctxtui/a/base", "HEAD"), doing="Cannot keep it")
    assert is_of_machine(raised.value)


def test_a_failure_of_git_for_other_reasons_is_not_the_machine_s(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError) as raised:
        run_git(("-C", str(tmp_path), "rev-parse", "HEAD"), doing="Cannot look")
    assert not is_of_machine(raised.value)
