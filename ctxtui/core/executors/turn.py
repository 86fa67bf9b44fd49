"""A turn's processes on this machine: waiting for them, and ending every one of them."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from ctxtui.core.domain.errors import AgentError
from ctxtui.core.executors.claims import Claimant, read_claim, read_exit
from ctxtui.core.executors.shim import MARKER, STDERR, STDOUT, mark
from ctxtui.core.processes.ending import end_family
from ctxtui.core.processes.family import Kin, family
from ctxtui.core.processes.table import Process, ProcessTable

_POLL_SECONDS = 0.02
_LONGEST_POLL_SECONDS = 3600.0


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
        if self.child is None and self.claimant is not None and not self.claimant.is_seen and self._is_running():
            raise AgentError("The agent is at work in another container: end it there, then retry.")
        survivors = end_family(
            self.table,
            self._members,
            grace,
            leads=lambda process: process.group == self._pid(),
            reap=self._is_running,
        )
        if survivors:
            ids = ", ".join(str(process.pid) for process in survivors)
            raise AgentError(f"The agent's processes {ids} could not be ended: end them by hand, then retry.")

    def _is_running(self) -> bool:
        if self.child is not None:
            return self.child.poll() is None
        return self.claimant is not None and self.claimant.is_alive(self.table)

    def _watch(self, stack: contextlib.ExitStack) -> select.poll | None:
        """A poll object that wakes when the shim ends, where the system has one."""
        pid = self._pid()
        if sys.platform != "linux" or not pid or not self._is_running():
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
        return self.claimant.pid if self.claimant is not None and self.claimant.is_seen else 0

    def _members(self, known: frozenset[Process]) -> frozenset[Process]:
        """Every live process of the turn.

        A session whose leader is gone may be anyone's by now unless the leader was our own child.
        """
        pid = self._pid()
        sessions = {pid} if pid and (self.child is not None or self._is_running()) else set[int]()
        claimant = self.claimant or read_claim(self.turn_dir)
        since = 0.0 if claimant is None or not claimant.is_seen else self.table.earliest(claimant.started)
        return family(self.table, Kin(f"{MARKER}={mark(self.turn_dir)}", sessions, since=since), known)
