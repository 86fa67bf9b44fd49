"""A turn's processes on this machine: waiting for them, and ending every one of them."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from ctxtui.core.domain.errors import AgentError
from ctxtui.core.executors.claims import Claimant, read_claim, read_exit
from ctxtui.core.executors.processes import Process, ProcessTable, family
from ctxtui.core.executors.shim import MARKER, STDERR, STDOUT, mark

_POLL_SECONDS = 0.02
_LONGEST_POLL_SECONDS = 3600.0
_KILL_SECONDS = 30.0
_LEADERS_SHARE = 0.8
"""The part of the grace time in which a turn's own program may end what it started."""


class Shim(subprocess.Popen[bytes]):
    """A child that may outlive whoever holds it, without a warning about that."""

    def __del__(self) -> None:
        """Nothing: the base class would complain that it still runs."""


@dataclass(slots=True)
class LocalTurn:
    """One turn under way: `child` is its shim when this process started it, `claimant` when another one did."""

    turn_dir: Path
    table: ProcessTable = field(repr=False)
    child: Shim | None = None
    claimant: Claimant | None = None

    @property
    def stdout(self) -> Path:
        return self.turn_dir / STDOUT

    @property
    def stderr(self) -> Path:
        return self.turn_dir / STDERR

    def exit_code(self) -> int | None:
        return read_exit(self.turn_dir)

    def wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        with contextlib.ExitStack() as stack:
            poll = self._watch(stack)
            while self._is_running():
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                if poll is None:
                    time.sleep(min(_POLL_SECONDS, left))
                elif poll.poll(max(1, int(min(left, _LONGEST_POLL_SECONDS) * 1000))) and self._is_running():
                    time.sleep(min(_POLL_SECONDS, left))  # reaped by nobody yet, or about to be by another thread
        return True

    def stop(self, grace: float = 2.0) -> None:
        """Also ends what a turn left behind that has ended by itself. Raises AgentError when something survives.

        The program and its process group are told first: one that looks after others may end their work in order.
        """
        self._is_running()  # reaps the shim if it has ended
        members = self._members(frozenset())
        if not members:
            return
        grace_over = time.monotonic() + grace
        leaders = frozenset(process for process in members if self._is_leader(process))
        self._ask_to_end(leaders)
        self._await_end(leaders, grace * _LEADERS_SHARE)
        members = self._members(members)
        self._ask_to_end(members)
        self._await_end(members, grace_over - time.monotonic())
        deadline = time.monotonic() + _KILL_SECONDS
        while members := self._members(members):
            for process in members:
                self._signal(process, signal.SIGKILL)
            self._await_end(members, 1.0)
            if time.monotonic() > deadline:
                ids = ", ".join(str(process.pid) for process in members)
                raise AgentError(f"The agent's processes {ids} could not be ended: end them by hand, then retry.")
        self._is_running()

    def _is_leader(self, process: Process) -> bool:
        """Whether it stands in the shim's own process group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            return os.getpgid(process.pid) == self._pid()
        return False

    def _ask_to_end(self, processes: frozenset[Process]) -> None:
        for process in processes:
            self._signal(process, signal.SIGTERM)
            self._signal(process, signal.SIGCONT)  # a stopped process acts on nothing else but SIGKILL

    def _is_running(self) -> bool:
        if self.child is not None:
            return self.child.poll() is None
        return self.claimant is not None and self.claimant.is_alive(self.table)

    def _watch(self, stack: contextlib.ExitStack) -> select.poll | None:
        """A poll object that wakes when the shim ends, where the system has one."""
        pid = self._pid()
        if sys.platform != "linux" or not self._is_running():
            return None
        try:
            descriptor = os.pidfd_open(pid)
        except OSError:  # it has just ended, or the kernel is older than 5.3
            return None
        stack.callback(os.close, descriptor)
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return poll

    def _pid(self) -> int:
        if self.child is not None:
            return self.child.pid
        return 0 if self.claimant is None else self.claimant.pid

    def _members(self, known: frozenset[Process]) -> frozenset[Process]:
        """Every live process of the turn.

        A session whose leader is gone may be anyone's by now unless the leader was our own child.
        """
        sessions = {self._pid()} if self.child is not None or self._is_running() else set[int]()
        claimant = self.claimant or read_claim(self.turn_dir)
        since = 0.0 if claimant is None else self.table.earliest(claimant.started)
        return family(self.table, f"{MARKER}={mark(self.turn_dir)}", sessions, known, since)

    def _await_end(self, members: frozenset[Process], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        left = members
        while left and time.monotonic() < deadline:
            self._is_running()
            left = frozenset(process for process in left if self.table.is_alive(process))
            if left:
                time.sleep(_POLL_SECONDS)

    def _signal(self, process: Process, number: signal.Signals) -> None:
        """To the very process that was seen; one that got its id since is spared."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self.table.is_alive(process):
                os.kill(process.pid, number)
