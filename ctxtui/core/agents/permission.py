"""Answers an agent's questions for permission: writes to the turn's own paths, reads, and what its policy adds."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ctxtui.core.agents.formats.acp import touched_paths
from ctxtui.core.ports.agents import TEST_SCRIPT

_READING = frozenset({"read", "search", "think"})
_WRITING = frozenset({"edit", "delete", "move"})
_SHELL_WORDS = 3
_ANSWERS = {True: ("allow_once", "allow_always"), False: ("reject_once", "reject_always")}


_TEST_RUN = re.compile(rf"(?:\./)?{re.escape(TEST_SCRIPT)}(?: --seed \d+)?")


def _is_test_run(given: object) -> bool:
    """Some agents give a command as one line, some as words, some to a shell."""
    command = given.get("command") if isinstance(given, Mapping) else None
    words = command if isinstance(command, list) else [command]
    return isinstance(words[-1] if words else None, str) and (
        _TEST_RUN.fullmatch(str(words[-1]).strip()) is not None
        and (len(words) == 1 or (len(words) == _SHELL_WORDS and words[1] in {"-c", "-lc"}))
    )


@dataclass(frozen=True, slots=True)
class PermissionPolicy:
    """`allows_other` is about commands and everything else that is neither a read nor a write of a file.

    The command that runs the turn's own tests, and nothing beside it, is always allowed.
    """

    worktree: Path
    owned: Sequence[str]
    allows_other: bool

    def is_granted(self, call: Mapping[str, Any]) -> bool:
        """A write is granted only when it names its paths and all of them are owned."""
        kind, paths = call.get("kind") or "other", touched_paths(call)
        if kind in _READING:
            return True
        if kind in _WRITING or any(part.get("type") == "diff" for part in call.get("content") or ()):
            return bool(paths) and all(self._is_owned(path) for path in paths)
        return self.allows_other or _is_test_run(call.get("rawInput"))

    def answer(self, call: Mapping[str, Any], options: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The protocol's outcome: the option that says so just this once, else the one that says so for good."""
        for kind in _ANSWERS[self.is_granted(call)]:
            for option in options:
                if option["kind"] == kind:
                    return {"outcome": {"outcome": "selected", "optionId": option["optionId"]}}
        return {"outcome": {"outcome": "cancelled"}}

    def _is_owned(self, path: str) -> bool:
        """Links are followed first, so that an owned name cannot stand for a file elsewhere."""
        root = os.path.realpath(self.worktree)
        relative = os.path.relpath(os.path.realpath(Path(root) / path), root)
        return any(fnmatchcase(Path(relative).as_posix(), pattern) for pattern in self.owned)
