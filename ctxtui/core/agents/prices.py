"""What a turn cost by list prices, for agents that tell their tokens and no price."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from types import MappingProxyType

from ctxtui.core.domain.attempt import Usage

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """`own` prices come before the listed ones. A row is US dollars a million tokens: fresh, cached, written."""

    own: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def priced(self, usage: Usage) -> Usage:
        """The usage with an estimated cost, or as it was when it has a cost or its model is not listed.

        Agents that do not know a model's price say that it cost nothing.
        """
        row = self._row(usage.model)
        if usage.cost or row is None or not (usage.input_tokens or usage.output_tokens):
            return usage
        fresh, cached, written = row
        tokens = (usage.input_tokens - usage.cached_tokens, usage.cached_tokens, usage.output_tokens)
        cost = sum(count * price for count, price in zip(tokens, (fresh, cached, written), strict=True)) / _MILLION
        return replace(usage, cost=cost, is_estimated=True)

    def _row(self, model: str) -> Sequence[float] | None:
        for table in (self.own, _listed()):
            names = {_plain(name): name for name in table}
            fitting = [plain for plain in names if _is_model(_plain(model), plain)]
            if fitting:
                return table[names[max(fitting, key=len)]]
        return None


def _plain(model: str) -> str:
    """`anthropic/claude-sonnet-4.5` and `claude-sonnet-4-5` are one model."""
    return model.rpartition("/")[2].lower().replace(".", "-")


def _is_model(model: str, listed: str) -> bool:
    """Whether the model is the listed one, or a dated or numbered form of it."""
    return re.fullmatch(rf"{re.escape(listed)}(?:[-@:\[].*)?", model) is not None


@cache
def _listed() -> Mapping[str, Sequence[float]]:
    text = resources.files("ctxtui.core.agents").joinpath("prices.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text)["models"])
