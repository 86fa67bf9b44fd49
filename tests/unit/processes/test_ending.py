"""Nothing of a family outlives its end, and nobody else is harmed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ctxtui.core.processes.bounded import BoundedProcess, CutShort
from ctxtui.core.processes.ending import end_child, end_family
from ctxtui.core.processes.family import Kin, family
from ctxtui.core.processes.portable import PortableProcesses
from ctxtui.core.processes.table import this_machine

TABLES = [type(this_machine()), *([PortableProcesses] if not isinstance(this_machine(), PortableProcesses) else [])]
DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(sys.argv[1], "w").write(str(os.getpid()))
        time.sleep(600)
    os._exit(0)
time.sleep(600)
"""


def until_written(path: Path) -> int:
    limit = time.monotonic() + 30
    while not path.exists() or not path.read_text():
        assert time.monotonic() < limit
        time.sleep(0.01)
    return int(path.read_text())


@pytest.mark.parametrize("table", TABLES)
def test_a_child_is_ended_with_the_daemon_it_left(tmp_path, table):
    told = tmp_path / "pid"
    argv = [sys.executable, "-S", "-c", DAEMON, str(told)]
    child = subprocess.Popen(argv, env={"MARK": str(told)}, start_new_session=True)
    daemon = until_written(told)
    assert not end_child(child, table(), f"MARK={told}")
    assert child.returncode == -9
    assert table().find(daemon) is None


def test_a_neighbour_in_another_group_is_left_alone(tmp_path):
    table = this_machine()
    groups = [subprocess.Popen(["/bin/sleep", "600"], process_group=0) for _ in range(2)]
    try:
        kin = Kin(groups={groups[0].pid})
        assert not end_family(table, lambda known: family(table, kin, known), grace=2.0, reap=groups[0].poll)
        assert groups[0].returncode == -15
        assert groups[1].poll() is None
    finally:
        for one in groups:
            one.kill()
            one.wait()


def bounded(tmp_path: Path, body: str, **changes: object) -> BoundedProcess:
    values = {"cwd": tmp_path, "env": {"MARK": str(tmp_path)}, "output": tmp_path / "out", "marker": "MARK"}
    return BoundedProcess([sys.executable, "-S", "-c", body], **{**values, "timeout": 30.0, **changes})


def test_a_program_whose_time_is_up_may_end_in_order_where_it_has_grace(tmp_path):
    body = "import signal, sys, time\nsignal.signal(15, lambda *_: sys.exit(7))\nopen('up', 'w')\ntime.sleep(600)"
    for timeout in (1.0, 5.0, 25.0):  # a busy machine may not come to the program in time
        code, cut_short = bounded(tmp_path, body, timeout=timeout, grace=20.0).run()
        assert cut_short is CutShort.TIME
        if (tmp_path / "up").exists():
            break
    assert code == 7


def test_errors_are_kept_apart_from_the_output(tmp_path):
    process = bounded(tmp_path, "import sys; print('said'); sys.exit('failed')", errors=tmp_path / "err")
    assert process.run() == (1, None)
    assert process.output.read_text() == "said\n"
    assert (tmp_path / "err").read_text() == "failed\n"
