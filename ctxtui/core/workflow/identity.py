"""Ids that are derived, so that asking twice gives the same thing."""

from __future__ import annotations

import uuid

_NAMESPACE = uuid.UUID("7d2f1f86-6a5c-5e0b-9b6e-0c7f3a1d9e54")


def derived_id(owner_id: str, thing_id: str) -> str:
    """The id of what belongs to an owner: equal for equal words, and to no other owner's thing."""
    return uuid.uuid5(_NAMESPACE, f"{owner_id}/{thing_id}").hex


def child_session_id(parent_session_id: str, component_id: str) -> str:
    """The id of the one child session of a parent for a component."""
    return derived_id(parent_session_id, component_id)
