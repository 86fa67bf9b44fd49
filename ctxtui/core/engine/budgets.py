"""What the turns of one child took: its interactions tell it, and its state what came after the end of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.interaction import Action
from ctxtui.core.domain.plan import Spent
from ctxtui.core.domain.run_state import child_state
from ctxtui.core.domain.session import Session

AGENT_SECONDS = "agent_seconds"
"""The key under which a turn's result tells how long the agent worked; waiting for its turn does not count."""


def start_of_day(now: datetime) -> datetime:
    """Midnight in the zone of this machine."""
    return now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)


def spent_on(session: Session) -> Spent:
    spent = Spent()
    for interaction in session.interactions:
        if interaction.command.action is Action.ASK_AGENT and interaction.result is not None:
            usage = Usage(**interaction.result.data.get("usage", {}))
            spent = spent.plus(usage, float(interaction.result.data.get(AGENT_SECONDS, interaction.result.duration)))
    late = child_state(session.state).late_usage
    # The turn itself is counted with its interaction.
    return replace(spent.plus(late, 0.0), turns=spent.turns)
