"""How often a session's loops may turn before a person is asked: data, stored with the session."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The bounds of a session's loops.

    `max_attempts` bounds generate-or-fix passes of a child, `max_rounds` bounds spawn-run-validate passes of a
    parent, `max_step_errors` bounds consecutive errors of any other step.
    """

    max_attempts: int = 3
    max_rounds: int = 3
    max_step_errors: int = 3
