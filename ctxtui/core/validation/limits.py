"""How much the rungs do and how much they tell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of what the rungs do.

    `file_bytes` is the most one written file may have; `stable_runs` come on top of the first run; `search_runs`
    may be spent on finding one file that breaks others, `extra_runs` on explaining a failed run of everything.
    """

    file_bytes: int = 1024 * 1024
    stable_runs: int = 2
    search_runs: int = 12
    extra_runs: int = 60
