"""What an orchestrator can say of a session: the next step, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class NextStep:
    """Take this step now."""

    step: str


@dataclass(frozen=True, slots=True)
class SessionComplete:
    """Nothing is left to do."""


@dataclass(frozen=True, slots=True)
class WaitForPerson:
    """A loop is at its bound, or cannot mend what is wrong: `reason` says what a person is needed for."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class InvalidInteraction:
    """The last interaction is of a step that this session type does not have."""

    step: str


@dataclass(frozen=True, slots=True)
class InvalidState:
    """The last interaction is of a known step but ended in a status that the step cannot have."""

    step: str
    status: str


Decision: TypeAlias = NextStep | SessionComplete | WaitForPerson | InvalidInteraction | InvalidState
