"""A child as its run holds it: without its history, and with nothing that is kept twice. There may be thousands."""

from __future__ import annotations

from dataclasses import replace
from sys import intern

from ctxtui.core.domain.session import Session
from ctxtui.core.workflow import state

_ALIKE = frozenset({state.PARENT_BRANCH_NAME, state.LAST_SLOT})
"""Texts that many children have in common."""
_LEFT_OUT = frozenset({state.CONTEXT, state.REUSE_KEY})
"""What is asked of a child that is loaded for itself only."""


def light(child: Session) -> Session:
    """A key that is missing means the same as None."""
    held = {key: value for key, value in child.state.items() if value is not None and key not in _LEFT_OUT}
    if held.get(state.FILES) and held.get(state.CANDIDATE) == held[state.FILES]:
        held[state.CANDIDATE] = held[state.FILES]
    for key in _ALIKE & held.keys():
        held[key] = intern(held[key])
    return replace(child, interactions=(), state=held)
