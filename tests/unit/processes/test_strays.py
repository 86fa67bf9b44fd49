"""What a program that is gone left at work in a folder is ended, and nobody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctxtui.core.processes.portable import PortableProcesses
from ctxtui.core.processes.strays import end_strays
from ctxtui.core.processes.table import this_machine

LEFT = """
import os, subprocess, sys
if os.fork() == 0:
    os.setsid()
    child = subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE, cwd="/", env={})
    with open(sys.argv[1] + ".draft", "w") as file:
        file.write(f"{os.getpid()} {child.pid}")
    os.rename(sys.argv[1] + ".draft", sys.argv[1])
    child.wait()
"""


class Left:
    """Programs whose parent has ended at once."""

    def __init__(self) -> None:
        self.pids: list[int] = []

    def start(self, told: Path, folder: Path, **environ: str) -> list[int]:
        subprocess.run([sys.executable, "-S", "-c", LEFT, str(told)], cwd=folder, env=environ, check=True)
        limit = time.monotonic() + 60
        while not told.exists():
            assert time.monotonic() < limit
            time.sleep(0.01)
        pids = [int(word) for word in told.read_text().split()]
        self.pids += pids
        return pids


@pytest.fixture
def left() -> Iterator[Left]:
    made = Left()
    yield made
    for pid in made.pids:
        if this_machine().find(pid) is not None:
            os.kill(pid, signal.SIGKILL)


def alive(pids: list[int]) -> list[bool]:
    return [this_machine().find(pid) is not None for pid in pids]


def test_what_was_left_in_the_folder_is_ended_with_what_it_started(tmp_path, left):
    (tmp_path / "tree" / "inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "tree")
    pids = left.start(tmp_path / "told", tmp_path / "tree" / "inner", MARK="any")
    assert end_strays(tmp_path / "link", "MARK") == 2
    assert alive(pids) == [False, False]


def test_strangers_elsewhere_or_without_the_variable_are_left_alone(tmp_path, left):
    (tmp_path / "tree").mkdir()
    elsewhere = left.start(tmp_path / "one", tmp_path, MARK="any")
    unmarked = left.start(tmp_path / "two", tmp_path / "tree", OTHER="MARK=any")
    assert end_strays(tmp_path / "tree", "MARK") == 0
    assert alive([*elsewhere, *unmarked]) == [True] * 4


def test_what_this_process_started_is_no_stray(tmp_path):
    argv = [sys.executable, "-S", "-c", "input()"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, cwd=tmp_path, env={"MARK": "any"}) as mine:
        assert end_strays(tmp_path, "MARK") == 0
        assert mine.poll() is None
        mine.kill()


@pytest.mark.parametrize("table", [this_machine(), PortableProcesses()])
def test_a_process_is_known_by_its_folder_and_its_variables(tmp_path, table):
    argv = [sys.executable, "-S", "-c", "print('up', flush=True); input()"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(argv, cwd=tmp_path, env={"MARK": "any"}, **pipes) as mine:
        mine.stdout.readline()
        assert table.folder(mine.pid) == tmp_path
        assert table.has_variable(mine.pid, "MARK")
        assert not table.has_variable(mine.pid, "MAR")
        mine.kill()
    assert table.folder(mine.pid) is None
    assert not table.has_variable(mine.pid, "MARK")
