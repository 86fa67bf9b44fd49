"""Ids that are derived, so that asking twice gives the same thing."""

from __future__ import annotations

import uuid

_NAMESPACE = uuid.UUID("7d2f1f86-6a5c-5e0b-9b6e-0c7f3a1d9e54")


def child_session_id(parent_session_id: str, component_id: str) -> str:
    """The id of the one child session of a parent for a component."""
    return uuid.uuid5(_NAMESPACE, f"{parent_session_id}/{component_id}").hex
