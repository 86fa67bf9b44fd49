"""A disk that a turn's program filled: how it ended is known all the same, so the turn is not taken again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctxtui.core.executors.local import LocalExecutor
from ctxtui.core.ports.agents import Launch

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
