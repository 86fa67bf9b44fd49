"""A test run can be ended from outside, whatever its tests do, and leaves nothing running."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from ctxtui.core.ports.stop import Stop, StoppedError

SLEEPS = """\
import os, pathlib, time
import pkg.a

def test_a():
    pathlib.Path({told!r}).write_text(str(os.getpid()))
    time.sleep(600)
"""


def test_a_run_under_way_ends_soon_after_its_handle_is_set(project, run, tmp_path: Path):
    told = tmp_path / "told"
    root = project({"pkg/__init__.py": "", "pkg/a.py": "", "tests/test_a.py": SLEEPS.format(told=str(told))})
    stop = Stop()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run, root, stop=stop, timeout=600.0, test_timeout=600.0)
        while not told.exists() or not told.read_text():
            assert not running.done()
            time.sleep(0.02)
        stop.set()
        with pytest.raises(StoppedError):
            running.result()
    assert not psutil.pid_exists(int(told.read_text()))


def test_nothing_is_started_after_the_handle_was_set(project, run, tmp_path: Path):
    told = tmp_path / "told"
    root = project({"pkg/__init__.py": "", "pkg/a.py": "", "tests/test_a.py": SLEEPS.format(told=str(told))})
    stop = Stop()
    stop.set()
    with pytest.raises(StoppedError):
        run(root, stop=stop)
    assert not told.exists()
