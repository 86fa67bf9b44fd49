"""A limit on the time of a program counts only when the program could have worked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxtui.core.processes.fair_time import FairTime


class Machine:
    """A clock and a folder as /proc, in which processes wait as they are told."""

    def __init__(self, proc: Path) -> None:
        self.proc = proc
        self.now = 1000.0

    def shows(self, pid: int, waited: float, children: str = "") -> None:
        folder = self.proc / str(pid)
        (folder / "task" / str(pid)).mkdir(parents=True, exist_ok=True)
        (folder / "schedstat").write_text(f"5 {waited * 1e9:.0f} 3\n", "ascii")
        (folder / "task" / str(pid) / "children").write_text(children, "ascii")

    def limit(self, seconds: float, pid: int = 7) -> FairTime:
        return FairTime(seconds, lambda: pid, lambda: self.now, self.proc)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_time_that_passes_counts(machine: Machine):
    machine.shows(7, 0)
    limit = machine.limit(10)
    machine.now += 4
    assert limit.left() == 6
    machine.now += 7
    assert limit.left() == -1


def test_waiting_for_a_processor_does_not(machine: Machine):
    machine.shows(7, 2)
    limit = machine.limit(10)
    machine.shows(7, 9)
    machine.now += 8
    assert limit.left() == 9
    machine.now += 8
    assert limit.left() == 1


def test_the_child_that_waits_longest_is_waited_for(machine: Machine):
    machine.shows(7, 0, "8 9")
    machine.shows(8, 0)
    machine.shows(9, 0)
    limit = machine.limit(10)
    machine.shows(8, 3)
    machine.shows(9, 5)
    machine.now += 6
    assert limit.left() == 9


def test_a_child_that_waited_before_it_was_seen_gives_no_more_time_than_has_passed(machine: Machine):
    machine.shows(7, 0)
    limit = machine.limit(10)
    machine.shows(7, 0, "8")
    machine.shows(8, 500)
    machine.now += 3
    assert limit.left() == 10


def test_no_limit_lasts_for_ever(machine: Machine):
    machine.shows(7, 0)
    limit = machine.limit(10)
    machine.shows(7, 95)
    machine.now += 95
    assert limit.left() == 5


def test_where_nobody_tells_what_waits_all_time_counts(machine: Machine):
    limit = machine.limit(10, pid=0)
    machine.now += 11
    assert limit.left() == -1
