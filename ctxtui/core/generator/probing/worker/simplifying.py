"""Writes a call as a person would: comparisons for what is false, no variable for what did not change."""

from __future__ import annotations

import ast

from .calls import Call
from .keeping import Kept
from .subjects import inlined

ITERATION = "iter("


def as_comparison(call: Call, checks: tuple[str, ...]) -> tuple[Call, tuple[str, ...]]:
    """What is not equal is different, and what does not contain does `not in`; a replay shows whether that holds."""
    node = ast.parse(call.act, mode="eval").body
    if checks != ("result is False",) or not (isinstance(node, ast.Compare) and len(node.ops) == 1):
        return call, checks
    for kind, opposite in ((ast.Eq, "!="), (ast.In, "not in")):
        if isinstance(node.ops[0], kind):
            left = ast.get_source_segment(call.act, node.left) or ""
            right = ast.get_source_segment(call.act, node.comparators[0]) or ""
            return call._replace(act=f"{left} {opposite} {right}"), ("result is True",)
    return call, checks


def simplified(kept: Kept) -> tuple[Call, tuple[str, ...]]:
    """A call in which what did not change needs no variable."""
    call, outcome = kept.call, kept.outcome
    wrapper = "asyncio.run({})" if outcome.is_async else "list({})" if outcome.is_lazy else "{}"
    call = call._replace(act=wrapper.format(call.act))
    if call.act.startswith(ITERATION) and outcome.checks and all("list(result)" in one for one in outcome.checks):
        call = call._replace(act=call.act[len(ITERATION) : -1])  # `list` needs no `iter`
    setup, act = inlined(call.setup, call.act, (*outcome.changes, *outcome.checks))
    return call._replace(setup=setup, act=act), outcome.changes
