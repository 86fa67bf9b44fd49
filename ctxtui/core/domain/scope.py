"""The security boundary that every read and write in the store names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """One project of one account; nothing outside it can be seen or changed."""

    account: str
    project: str
