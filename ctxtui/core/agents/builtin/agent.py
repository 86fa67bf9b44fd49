"""The embedded agent as the engine sees it: what to launch, and how to read what it prints."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ctxtui.core.agents.builtin.task import write_task
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.ports.agents import AgentHealth, Launch, Trouble, Turn, TurnOutcome

_KINDS = {"message": EventKind.MESSAGE, "file": EventKind.FILE, "progress": EventKind.TOOL}
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


class BuiltinAgent:
    """Writes tests with no network, no key and no model."""

    name = "builtin"

    def check(self) -> AgentHealth:
        return AgentHealth(
            self.name, is_installed=True, version=version("ctxtui"), features=("offline", "python", "feedback")
        )

    def launch(self, turn: Turn) -> Launch:
        task = write_task(turn)
        env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        env["PYTHONPATH"] = str(Path(__file__).parents[4])
        env["PYTHONDONTWRITEBYTECODE"] = "1"
        env["HOME"] = str(turn.turn_dir)
        argv = (sys.executable, "-m", "ctxtui.core.agents.builtin", str(task))
        return Launch(argv, turn.turn_dir, env)

    def reader(self) -> BuiltinReader:
        return BuiltinReader()


class BuiltinReader:
    """Turns the generator's JSON lines into events."""

    def __init__(self) -> None:
        self._pending = b""
        self._last_message = ""
        self._conversation = ""
        self._is_finished = False

    def feed(self, chunk: bytes) -> Sequence[Event]:
        *lines, self._pending = (self._pending + chunk).split(b"\n")
        return [event for line in lines for event in self._read(line)]

    def finish(self, exit_code: int | None, stderr_tail: str) -> tuple[Sequence[Event], TurnOutcome]:
        events = self.feed(b"\n")
        usage = Usage(model="builtin", cost=0.0)
        trouble = None
        message = self._last_message
        if exit_code is None:
            trouble, message = Trouble.TIMED_OUT, "the embedded agent had to be stopped"
        elif exit_code != 0 or not self._is_finished:
            reason = stderr_tail.strip().rpartition("\n")[2] or f"exit code {exit_code}"
            trouble, message = Trouble.CRASHED, f"the embedded agent ended early: {reason}"
        return events, TurnOutcome(message, trouble, self._conversation, usage)

    def _read(self, line: bytes) -> list[Event]:
        try:
            record: Any = json.loads(line)
        except ValueError:
            text = line.decode(errors="replace").strip()
            return [Event(EventKind.OUTPUT, datetime.now(UTC), text)] if text else []
        if not isinstance(record, dict):
            return []
        kind = record.get("type")
        if kind == "end":
            self._is_finished = True
            self._conversation = str(record.get("conversation", ""))
            return []
        if kind not in _KINDS:
            return []
        text = str(record.get("text") or record.get("path", ""))
        if kind == "message":
            self._last_message = text
        data = {name: value for name, value in record.items() if name not in {"type", "text"}}
        return [Event(_KINDS[kind], datetime.now(UTC), text, data)]
