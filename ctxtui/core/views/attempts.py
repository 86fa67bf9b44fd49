"""How many attempts a component has used, and what they took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.core.domain.attempt import SPENT, Usage
from ctxtui.core.domain.session import SessionStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtui.core.ports.store import ChildRow


def attempts_used(row: ChildRow) -> int:
    """Attempts that count against the bound: lost and troubled ones, and those before a person's retry, do not."""
    start = row.state.get("attempts_from") or 0
    return sum(1 for attempt in row.attempts if attempt.n > start and attempt.outcome in SPENT)


def attempts_label(row: ChildRow) -> str:
    """The attempts that count out of those allowed, such as "2/3"; empty where none counts.

    What a person's retry or an agent's trouble left uncounted is told by `attempts_in_words`.
    """
    used = attempts_used(row)
    return f"{used}/{row.max_attempts}" if used else ""


def attempts_in_words(row: ChildRow) -> str:
    """Such as "attempt 2 of 3" or "attempt 6 (3 of 3 since the retry)"; empty before the first."""
    if not row.attempts:
        return ""
    used, number = attempts_used(row), row.attempts[-1].n
    if used == number:
        return f"attempt {used} of {row.max_attempts}"
    if not used:
        return f"attempt {number}, " + ("not counted" if number == 1 else "none counted")
    since = "since the retry" if row.state.get("attempts_from") else "used up"
    return f"attempt {number} ({used} of {row.max_attempts} {since})"


def tests_of(row: ChildRow) -> int:
    """The tests of a component that go into the result: those of rejected attempts do not."""
    return int(row.state.get("tests") or 0) if row.status is SessionStatus.COMPLETE else 0


def total_usage(rows: Sequence[ChildRow]) -> Usage:
    """Tokens and cost of all attempts together; the cost is None where no agent reported one."""
    usages = [attempt.usage for row in rows for attempt in row.attempts]
    costs = [usage.cost for usage in usages if usage.cost is not None]
    return Usage(
        input_tokens=sum(usage.input_tokens for usage in usages),
        output_tokens=sum(usage.output_tokens for usage in usages),
        cached_tokens=sum(usage.cached_tokens for usage in usages),
        cost=sum(costs) if costs else None,
        is_estimated=any(usage.is_estimated for usage in usages),
    )
