"""The agent that a run is planned with: whether it can be asked where it would work, and how many at a time."""

from __future__ import annotations

from dataclasses import replace

from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.remote.hands import agent_health
from ctxtui.core.ports.agents import AgentHealth

TELLS_AS_IT_GOES = "messages"
"""The feature of an agent whose output shows when its model begins to answer."""
OFFLINE = "offline"
"""The feature of an agent that calls no model: it costs nothing, and works with this machine's cores."""
AHEAD_AT_A_WORKER = 1
"""How many components more than have their agents at work are prepared or judged at each worker of a cluster."""


def agent_of(parts: Parts, settings: RunPlan) -> AgentHealth:
    """Asked where it would work: here, or at the workers. Raises AgentError for an unknown one that would take over."""
    for name in settings.escalate:
        parts.agents.get(name)
    agent = parts.agents.get(settings.agent)
    if settings.executor.is_local or parts.connect_sites is None:
        return agent.check()
    sites = parts.connect_sites(settings.executor.scheduler)
    try:
        return agent_health(sites, parts.settings, settings.agent)
    finally:
        sites.close()


def paced(settings: RunPlan, agent: AgentHealth) -> RunPlan:
    """The settings with how many are open at a time, and whether the first one goes before the others."""
    is_local = settings.executor.is_local
    is_staggered = is_local and TELLS_AS_IT_GOES in agent.features
    ahead = settings.ahead if is_local else AHEAD_AT_A_WORKER
    # An agent that works with a machine's own cores has to share them with what is judged.
    return replace(settings, is_staggered=is_staggered, ahead=0 if OFFLINE in agent.features else ahead)
