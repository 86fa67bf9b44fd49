"""Relative paths in settings, told from where they were written instead of from where one happens to stand."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Anchor:
    """`folder` is the settings file's; None for words typed or exported, which start from the current folder."""

    folder: Path | None
    repository_root: Path | None

    def absolute(self, path: str) -> str:
        """Links are kept as they are: a virtual environment's interpreter is one."""
        if not path:
            return path
        return os.path.abspath(os.path.join(self.folder or Path.cwd(), os.path.expanduser(path)))  # noqa: PTH100, PTH111, PTH118 - pathlib would keep `..`, or follow links

    def program(self, name: str) -> str:
        """A bare name such as `python3.12` is looked up on the path later."""
        return self.absolute(name) if "/" in name else name

    def command(self, words: list[str]) -> list[str]:
        """A program in the project is found wherever one stands; one in the worktree is found there."""
        return [words[0] if words[0].startswith("{") else self.program(words[0]), *words[1:]] if words else words

    def commands_of(self, agents: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
        """What is no list of words is told later, by the agent's name."""
        return {
            name: {**agent, "command": self.command(agent["command"])} if _is_words(agent.get("command")) else agent
            for name, agent in agents.items()
        }

    def location(self, place: str) -> str:
        return place if "://" in place else self.absolute(place)

    def inside_repository(self, path: str) -> str:
        """POSIX and relative to the repository's root, the way the core names paths.

        A person's own file stands in no repository: what it says holds for each of them, from its root.
        """
        if not path or self.folder is None or self.repository_root is None or Path(path).is_absolute():
            return path
        root = self.repository_root.resolve()
        return Path(os.path.relpath(self.folder / path, root)).as_posix() if self.folder.is_relative_to(root) else path

    def all_inside_repository(self, paths: Mapping[str, list[str]]) -> dict[str, list[str]]:
        return {name: [self.inside_repository(path) for path in listed] for name, listed in paths.items()}


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


_PATHS: Mapping[str, Callable[[Anchor, Any], object]] = {
    "interpreter": Anchor.program,
    "test_rules": Anchor.absolute,
    "prompt": Anchor.absolute,
    "fix_prompt": Anchor.absolute,
    "database": Anchor.location,
    "tests_dir": Anchor.inside_repository,
    "specs": Anchor.all_inside_repository,
    "agents": Anchor.commands_of,
    "hooks.on_done": Anchor.command,
    "hooks.on_needs_you": Anchor.command,
}


def anchored(name: str, value: object, anchor: Anchor) -> object:
    """The value of a setting with its paths made to stand by themselves; other settings are left alone."""
    anchor_paths = _PATHS.get(name)
    return anchor_paths(anchor, value) if anchor_paths else value
