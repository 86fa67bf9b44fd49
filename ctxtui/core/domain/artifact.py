"""Files that a child session's agent wrote: what changed, and what was accepted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    MODE = "mode"


@dataclass(frozen=True, slots=True)
class Change:
    """One path that differs from the pristine checkout. `mode` is git's octal mode, `size` is in bytes."""

    path: str
    kind: ChangeKind
    mode: str = "100644"
    size: int = 0
    links: int = 1


@dataclass(frozen=True, slots=True)
class AcceptedFile:
    """A file taken over into the result; `digest` is the git blob id that holds its content."""

    path: str
    digest: str
    mode: str = "100644"
    size: int = 0
