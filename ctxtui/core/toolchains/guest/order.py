"""The order of a run with a seed."""

from __future__ import annotations

import random
from typing import Any, Callable, Dict, List, Sequence


def shuffled(items: List[Any], seed: int) -> List[Any]:
    """Modules, the classes in them and the tests in those, each in random order but kept together."""
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret

    def in_blocks(block: List[Any], keys: Sequence[Callable[[Any], Any]]) -> List[Any]:
        if not keys:
            chance.shuffle(block)
            return block
        groups: Dict[Any, List[Any]] = {}
        for item in block:
            groups.setdefault(keys[0](item), []).append(item)
        order = list(groups)
        chance.shuffle(order)
        return [item for key in order for item in in_blocks(groups[key], keys[1:])]

    return in_blocks(
        list(items), (lambda item: str(item.nodeid).split("::", 1)[0], lambda item: getattr(item, "cls", None))
    )
