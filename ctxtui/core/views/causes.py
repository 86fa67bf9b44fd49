"""Failures put together by their cause."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxtui.core.domain.event import BEGINS
from ctxtui.core.domain.statuses import SessionStatus
from ctxtui.core.views.rungs import failed_rung
from ctxtui.core.views.states import question_of

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow

_OWN_WORDS = r"[\w./-]*\w+::\S+|[\w.-]*/[\w./-]+|\btest_\w+|\d[\d.,:]*"
"""What differs between two failures of one kind: names of tests and files, and numbers."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What is against the components; `told` leaves open what is not the same for all of them."""

    told: str
    rows: tuple[ChildRow, ...]


def causes_of(rows: Iterable[ChildRow]) -> tuple[Cause, ...]:
    """The causes, that of most components first; names of tests and files, and numbers do not make two of one."""
    groups: dict[tuple[str, ...], list[tuple[ChildRow, list[str]]]] = {}
    for row in rows:
        parts = re.split(f"({re.escape(row.name)}|{_OWN_WORDS})", reason_of(row))
        groups.setdefault(tuple(parts[::2]), []).append((row, parts))
    ordered = sorted(groups.values(), key=len, reverse=True)
    return tuple(Cause(_common([parts for _, parts in group]), tuple(row for row, _ in group)) for group in ordered)


def _common(reasons: Iterable[list[str]]) -> str:
    """One sentence out of those that differ in some of their parts."""
    return "".join(parts[0] if len(set(parts)) == 1 else "…" for parts in zip(*reasons, strict=True))


def reason_of(row: ChildRow) -> str:
    """Why a component failed or needs a person, in one line."""
    waiting = row.state.get("waiting") or {}
    if waiting:
        return _first_line(str(waiting.get("message") or waiting.get("reason") or "it waits for you"))
    if row.status is SessionStatus.CANCELLED:
        return "it was stopped"
    failure = row.state.get("failure") or {}
    if question := question_of(row):
        return f"it asks: {' '.join(question.split())}"
    verdict = failed_rung(row.attempts[-1]) if row.attempts else None
    if verdict is not None:
        return _first_line(f"{verdict.rung}: {verdict.summary}")
    rung, reason = failure.get("rung"), str(failure.get("reason") or last_said(row) or "it failed")
    return _first_line(reason if not rung or reason.startswith(f"{rung}: ") else f"{rung}: {reason}")


def last_said(row: ChildRow) -> str:
    """What a component did last, in words; nothing where only a step of it began."""
    return "" if row.last_action == BEGINS else row.last_action


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
