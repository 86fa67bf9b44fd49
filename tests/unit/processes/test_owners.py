"""Whether a run's owner lives: asked of its process where that can be seen, of its heartbeat elsewhere."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ctxtui.core.domain.lease import Lease, Owner
from ctxtui.core.processes.owners import is_alive, this_process
from ctxtui.core.processes.table import this_machine

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


def lease(owner: Owner, silence: float = 0.0) -> Lease:
    return Lease("p", owner, 1, NOW - timedelta(seconds=silence))


def owner_of(pid: int) -> Owner:
    process = this_machine().find(pid)
    assert process is not None
    return replace(this_process(), pid=pid, process_start=process.started)


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as started:
        yield started
        started.kill()


def test_an_owner_that_can_be_seen_lives_while_its_process_does(process):
    owner = owner_of(process.pid)
    assert is_alive(lease(owner, silence=20), NOW)
    process.kill()
    process.wait()
    assert not is_alive(lease(owner), NOW)


def test_another_process_with_the_same_pid_is_not_the_owner():
    me = this_process()
    assert is_alive(lease(me), NOW)
    assert not is_alive(lease(replace(me, process_start=me.process_start - 1)), NOW)


@pytest.mark.parametrize("step", [-3600, 60, 240])
def test_a_clock_that_is_set_makes_no_live_owner_look_dead(step):
    assert is_alive(lease(this_process()), NOW + timedelta(seconds=step))


def test_an_owner_without_heartbeats_for_minutes_is_hung():
    assert not is_alive(lease(this_process(), silence=301), NOW)


def test_a_stopped_process_is_no_owner_for_long(process):
    process.send_signal(signal.SIGSTOP)
    while not this_machine().find(process.pid).is_stopped:
        pass
    assert is_alive(lease(owner_of(process.pid), silence=29), NOW)
    assert not is_alive(lease(owner_of(process.pid), silence=31), NOW)


@pytest.mark.parametrize(
    "elsewhere",
    [{"host": "elsewhere"}, {"boot_id": "another boot"}, {"boot_id": this_process().boot_id.split()[0] + " pid:[1]"}],
    ids=["machine", "boot", "container"],
)
@pytest.mark.parametrize(("silence", "alive"), [(9, True), (11, False)])
def test_an_owner_that_cannot_be_seen_lives_while_its_heart_beats(elsewhere, silence, alive):
    nobody_here = replace(this_process(), pid=2**22 + 1, **elsewhere)
    assert is_alive(lease(nobody_here, silence), NOW) is alive


def test_a_hidden_process_of_another_user_is_judged_by_its_heartbeat(monkeypatch):
    def refuse(pid: int, number: int) -> None:
        raise PermissionError

    monkeypatch.setattr("os.kill", refuse)
    hidden = replace(this_process(), pid=2**22 + 1)
    assert is_alive(lease(hidden, silence=9), NOW)
    assert not is_alive(lease(hidden, silence=11), NOW)


def test_without_a_lease_nobody_owns_the_run():
    assert not is_alive(None, NOW)
