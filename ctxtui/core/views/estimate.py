"""What a run may take, before it is started: a band of tokens, and of money where past turns tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxtui.core.domain.attempt import Usage

if TYPE_CHECKING:
    from ctxtui.core.ports.store import Store

PAST_RUNS = 5
"""How many of an agent's newest runs are looked at."""
LEAST_TURNS = 3
"""From fewer past turns nothing is concluded."""
BYTES_A_TOKEN = 4
FEW_STEPS, MANY_STEPS = 3, 12
"""Times that an agent asks its model in one turn; each time it sends again what it knows so far."""
SMALL_START, LARGE_START = 8_000, 20_000
"""Tokens that a coding agent sends before it has read anything: its instructions and the tools it offers."""
LATER_COPIES = 3
"""How much of the module's size a long conversation holds: the module, its tests, and what running them said."""

_THOUSAND, _MILLION = 1_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Band:
    """From a turn for each component to every attempt that each is allowed."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """`tokens` counts in and out, cached ones too; `cost` is in US dollars, None where no past turn told one.

    `past_turns` is the number of turns it is based on, 0 when it is based on the size of the sources.
    """

    is_free: bool = False
    tokens: Band = Band(0, 0)
    cost: Band | None = None
    past_turns: int = 0

    @property
    def in_words(self) -> str:
        """Such as "34k to 310k tokens, $0.20 to $1.80, by 12 past turns"; empty when it is free."""
        if self.is_free:
            return ""
        parts = [f"{_amount(self.tokens.least)} to {_amount(self.tokens.most)} tokens"]
        parts += [f"${self.cost.least:.2f} to ${self.cost.most:.2f}"] if self.cost else []
        basis = f"by {self.past_turns} past turns" if self.past_turns else "guessed from the size of the sources"
        return ", ".join([*parts, basis])


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done: `sizes` are the components' sources in bytes, `account` is whose past turns count."""

    account: str
    agent: str
    sizes: tuple[int, ...]
    max_attempts: int
    tries: int = 1

    @property
    def most_turns(self) -> int:
        """Of one component: the first proved try may take all attempts, a further one takes a turn."""
        return self.max_attempts + self.tries - 1


def estimate(store: Store, work: Work) -> Estimate:
    """By what turns of the same agent took before, else by the size of the sources."""
    turns = _past_turns(store, work)
    if len(turns) < LEAST_TURNS:
        return Estimate(tokens=_by_size(work))
    costs = [usage.cost for usage in turns if usage.cost is not None]
    return Estimate(
        tokens=_over_the_run(work, [usage.input_tokens + usage.output_tokens for usage in turns]),
        cost=_over_the_run(work, costs) if len(costs) >= LEAST_TURNS else None,
        past_turns=len(turns),
    )


def _past_turns(store: Store, work: Work) -> list[Usage]:
    """What turns of the agent took in the newest runs of the account, in whichever project."""
    runs = [run for run in store.sessions.runs(None, work.account) if run.agent == work.agent]
    return [
        attempt.usage
        for run in runs[:PAST_RUNS]
        for row in store.feed.changes(run.scope, run.id).rows
        for attempt in row.attempts
        if attempt.usage.input_tokens or attempt.usage.output_tokens
    ]


def _over_the_run(work: Work, turns: Sequence[float]) -> Band:
    """From the lower quarter of the turns, one a try, to the upper quarter, all that are allowed."""
    ordered = sorted(turns)
    count = len(work.sizes)
    low, high = (ordered[round(share * (len(ordered) - 1))] for share in (0.25, 0.75))
    return Band(count * work.tries * low, count * work.most_turns * high)


def _by_size(work: Work) -> Band:
    tokens = [size / BYTES_A_TOKEN for size in work.sizes]
    least = sum(FEW_STEPS * (SMALL_START + size) for size in tokens)
    most = sum(MANY_STEPS * (LARGE_START + LATER_COPIES * size) for size in tokens)
    return Band(least * work.tries, most * work.most_turns)


def _amount(number: float) -> str:
    if number < _THOUSAND:
        return f"{number:.0f}"
    return f"{number / _THOUSAND:.0f}k" if number < _MILLION else f"{number / _MILLION:.1f}M"
