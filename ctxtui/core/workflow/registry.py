"""The session types: a new one is one module and one row here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ctxtui.core.domain.errors import NotFoundError
from ctxtui.core.workflow.component_testing import COMPONENT_TESTING
from ctxtui.core.workflow.context_testing import CONTEXT_TESTING
from ctxtui.core.workflow.orchestrator import Orchestrator

SESSION_TYPES: Mapping[str, Orchestrator] = MappingProxyType(
    {orchestrator.session_type: orchestrator for orchestrator in (CONTEXT_TESTING, COMPONENT_TESTING)}
)


def orchestrator_of(session_type: str) -> Orchestrator:
    """Raises NotFoundError naming the types there are."""
    try:
        return SESSION_TYPES[session_type]
    except KeyError:
        known = ", ".join(sorted(SESSION_TYPES))
        raise NotFoundError(f"There is no session type {session_type!r}; known are {known}.") from None
