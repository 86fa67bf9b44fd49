"""The embedded agent as the engine sees it: what to launch, and how to read what it prints."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.generator.protocol.task import Task, write_task
from ctxtui.core.ports.agents import AgentHealth, Launch, Trouble, Turn, TurnOutcome

_KINDS = {
    "message": EventKind.MESSAGE,
    "nothing": EventKind.MESSAGE,
    "file": EventKind.FILE,
    "progress": EventKind.TOOL,
}
REQUEST_FILE = "test_run.json"
REHEARSAL_SEEDS = (None, 7)
REHEARSAL_HASH_SEED = 0
"""One for all: facts were repeated under others before, and a host of its own takes as long as the tests."""
REHEARSAL_SECONDS = 120.0
"""The longest that one of these runs may take; the program that runs them keeps to it."""
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


class BuiltinAgent:
    """Writes tests with no network, no key and no model."""

    name = "builtin"
    opens_conversations = False
    reads_notes = False

    def __init__(self, test_command: Sequence[str] = (), effort: str = "normal") -> None:
        """`test_command` is a program that runs tests as the ladder does: given a file that describes a test run."""
        self._test_command = tuple(test_command)
        self._effort = effort

    def check(self) -> AgentHealth:
        return AgentHealth(
            self.name, is_installed=True, version=version("ctxtui"), features=("offline", "python", "feedback")
        )

    def launch(self, turn: Turn) -> Launch:
        task = write_task(replace(_task_of(turn), test_command=self._rehearsing(turn), effort=self._effort))
        wanted = (*_pass_env(turn), *_PASSED_ON)
        env = {name: os.environ[name] for name in wanted if name in os.environ}
        env["PYTHONPATH"] = str(Path(__file__).parents[3])
        env["PYTHONDONTWRITEBYTECODE"] = "1"
        env["HOME"] = str(turn.turn_dir)
        argv = (sys.executable, "-m", "ctxtui.core.generator", "run", str(task))
        return Launch(argv, turn.turn_dir, env)

    def _rehearsing(self, turn: Turn) -> tuple[str, ...]:
        """The command that runs this turn's tests, twice and in two orders, as they will be judged."""
        if not self._test_command or turn.test_run is None:
            return ()
        request = turn.turn_dir / REQUEST_FILE
        turn.turn_dir.mkdir(parents=True, exist_ok=True)
        test_run = replace(turn.test_run, timeout=min(turn.test_run.timeout, REHEARSAL_SECONDS))
        data = {"test_run": test_run.as_data(), "seeds": REHEARSAL_SEEDS, "hash_seed": REHEARSAL_HASH_SEED}
        request.write_text(json.dumps(data), encoding="utf-8")
        return (*self._test_command, str(request))

    def reader(self) -> BuiltinReader:
        return BuiltinReader()


def _pass_env(turn: Turn) -> tuple[str, ...]:
    return turn.test_run.pass_env if turn.test_run else ()


def _task_of(turn: Turn) -> Task:
    return Task(
        worktree=turn.worktree,
        folder=turn.turn_dir,
        source_path=turn.source_path,
        test_path=turn.test_path,
        package_name=turn.package_name,
        import_roots=turn.import_roots,
        interpreter=turn.interpreter,
        feedback=turn.feedback,
        memory=Path(turn.conversation) if turn.conversation else None,
        time_limit=turn.time_limit,
        attempt=turn.attempt,
        pass_env=_pass_env(turn),
    )


class BuiltinReader:
    """Turns the generator's JSON lines into events."""

    def __init__(self) -> None:
        self._pending = b""
        self._last_message = ""
        self._conversation = ""
        self._is_finished = False
        self._found_nothing = False

    @property
    def is_over(self) -> bool:
        return self._is_finished

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
        elif self._found_nothing:
            trouble = Trouble.NOTHING  # asked again it would look at the same module and find the same
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
        if kind in {"message", "nothing"}:
            self._last_message = text
            self._found_nothing = kind == "nothing"
        data = {name: value for name, value in record.items() if name not in {"type", "text"}}
        return [Event(_KINDS[kind], datetime.now(UTC), text, data)]
