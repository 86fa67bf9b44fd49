"""Durations, ages, counts and money, short enough for a column."""

from __future__ import annotations

from datetime import datetime, timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_THOUSAND, _MILLION = 1000, 1_000_000


def duration(span: timedelta | None) -> str:
    """A time span such as "8s", "3m12s", "2h05m" or "3d4h"; empty for None."""
    if span is None:
        return ""
    seconds = max(int(span.total_seconds()), 0)
    if seconds < _MINUTE:
        return f"{seconds}s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}m{seconds % _MINUTE:02d}s"
    if seconds < _DAY:
        return f"{seconds // _HOUR}h{seconds % _HOUR // _MINUTE:02d}m"
    return f"{seconds // _DAY}d{seconds % _DAY // _HOUR}h"


def age(then: datetime, now: datetime) -> str:
    """How long ago: "now", "5m ago", "3h ago", "2d ago"."""
    seconds = max(int((now - then).total_seconds()), 0)
    if seconds < _MINUTE:
        return "now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}m ago"
    if seconds < _DAY:
        return f"{seconds // _HOUR}h ago"
    return f"{seconds // _DAY}d ago"


def amount(number: int) -> str:
    """A number such as "842", "41.2k" or "1.3M"."""
    if number < _THOUSAND:
        return str(number)
    if number < _MILLION:
        return f"{number / _THOUSAND:.1f}k"
    return f"{number / _MILLION:.1f}M"


def money(cost: float | None) -> str:
    """US dollars; empty for what costs nothing, and where nobody said what it costs."""
    if not cost:
        return ""
    return f"${cost:.2f}" if cost >= 0.005 else "<$0.01"  # noqa: PLR2004 - what rounds to a cent


def tokens(total: int) -> str:
    return f"{amount(total)} tokens" if total else ""


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def clock_time(at: datetime) -> str:
    return at.astimezone().strftime("%H:%M:%S")
