"""What a plan says of the texts that describe modules: those that are missing, cut, or named for no module."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.nearest import nearest
from ctxtui.core.engine.actions.worktree import MOST_SPEC_CHARS


def spec_notes(
    root: Path, components: Sequence[Component], named: Mapping[str, Sequence[str]], committed: Collection[str]
) -> tuple[str, ...]:
    """`named` are the project's `[specs]`, by module name or pattern; paths are relative to the root."""
    return (*_unknown(components, named), *_texts(root, components, committed))


def _unknown(components: Sequence[Component], named: Mapping[str, Sequence[str]]) -> Iterator[str]:
    names = [component.name for component in components]
    for pattern in named:
        if not any(fnmatchcase(name, pattern) for name in names):
            near = nearest(pattern, names)
            hint = f"; did you mean {near}?" if near else ""
            yield f"[specs] has {pattern!r}, which is no module of this run: its texts are shown to nobody{hint}"


def _texts(root: Path, components: Sequence[Component], committed: Collection[str]) -> Iterator[str]:
    owners: dict[str, list[str]] = {}
    for component in components:
        for path in component.spec_paths:
            owners.setdefault(path, []).append(component.name)
    for path, names in owners.items():
        whose = names[0] if len(names) == 1 else f"{len(names)} modules"
        if path not in committed:
            yield f"the spec {path} of {whose} is not in the last commit, so its agent does not see it: commit it"
        elif (size := _characters(root / path)) > MOST_SPEC_CHARS:
            yield f"the spec {path} of {whose} has {size:,} characters; its agent is shown {MOST_SPEC_CHARS:,} of them"


def _characters(file: Path) -> int:
    try:
        return len(file.read_text("utf-8", "replace"))
    except OSError:
        return 0
