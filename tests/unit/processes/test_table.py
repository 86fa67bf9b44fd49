"""The machine's processes as Linux tells of them, most of which are older than what is looked for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ctxtui.core.processes import table as table_module

if sys.platform != "linux":
    pytest.skip("there is no /proc here", allow_module_level=True)


def test_processes_that_were_older_before_are_not_read_again(monkeypatch: pytest.MonkeyPatch):
    table = table_module.LinuxProcesses()
    me = table.find(os.getpid())
    assert me is not None
    read: list[int] = []
    of_system = table_module._read
    monkeypatch.setattr(table_module, "_read", lambda pid: (read.append(pid), of_system(pid))[1])
    since = me.started + 0.5
    list(table.all(since))
    assert me.pid in read
    read.clear()
    list(table.all(since))
    assert me.pid not in read
    assert me.pid in {process.pid for process in table.all()}, "nobody asked for young ones alone"


def test_a_process_that_was_started_since_is_found(monkeypatch: pytest.MonkeyPatch):
    table = table_module.LinuxProcesses()
    me = table.find(os.getpid())
    assert me is not None
    list(table.all(me.started + 0.5))
    with subprocess.Popen(["sleep", "60"]) as child:
        try:
            started = table.find(child.pid)
            assert started is not None
            assert child.pid in {process.pid for process in table.all(started.started)}
        finally:
            child.kill()


def test_an_id_that_was_given_anew_is_read(monkeypatch: pytest.MonkeyPatch):
    table = table_module.LinuxProcesses()
    me = table.find(os.getpid())
    assert me is not None
    list(table.all(me.started + 0.5))
    inode, _started = table._starts[me.pid]
    table._starts[me.pid] = (inode + 1, 0.0)
    assert me.pid in {process.pid for process in table.all(me.started)}
