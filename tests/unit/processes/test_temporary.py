"""Temporary folders of processes that are gone are cleared away, and nobody else's."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ctxtui.core.processes.temporary import is_abandoned, name_of_ours, sweep, temporary_folder

HOLDS = """
import sys
from ctxtui.core.processes.temporary import temporary_folder
with temporary_folder("run") as folder:
    (folder / "inside").mkdir()
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def system_folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_a_killed_process_leaves_a_folder_that_is_swept(system_folder):
    argv = [sys.executable, "-c", HOLDS]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        folder = Path(holder.stdout.readline().strip())
        assert sweep() == ()
        holder.send_signal(signal.SIGKILL)
    (folder / "inside").chmod(0)
    assert sweep() == (folder,)
    assert list(system_folder.iterdir()) == []


def test_a_name_says_whether_its_process_is_gone():
    mine = name_of_ours("trial")
    assert not is_abandoned(f"{mine}abc")
    _kind, pid, start, *others = mine.split("-")
    assert is_abandoned("-".join(["trial", pid, f"1{start}", *others]))
    assert not is_abandoned(f"trial-{pid}-1_000-00000000-abc")
    assert not is_abandoned("0a1b2c3d4e5f")


def test_folders_of_others_are_left_alone(system_folder):
    for name in ("ctxtui-mine", "ctxtui-run-1-2-3-x", "ctxtui-run-999999-1.000-00000000-x"):
        (system_folder / name).mkdir()
    with temporary_folder("mutants") as mine:
        assert sweep() == ()
        assert mine.is_dir()
    assert len(list(system_folder.iterdir())) == 3
