"""Which agents each worker of a cluster can ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from ctxtui import bootstrap
from ctxtui.core.domain.errors import CtxtuiError, UsageError
from ctxtui.core.ports.sites import ClusterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtui.config import Settings
    from ctxtui.core.ports.sites import Place, Sites

MOST_ASKED_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class AgentThere:
    """One agent at one worker: its version, or what keeps it from working. Without a name the worker is of no use."""

    worker: str
    host: str
    slots: int
    agent: str = ""
    version: str = ""
    problem: str = ""


def agents_at_workers(settings: Settings, names: Sequence[str]) -> list[AgentThere]:
    """By worker. Raises UsageError without a scheduler, CtxtuiError when it does not answer."""
    scheduler = settings.executor.scheduler
    if not scheduler:
        raise UsageError(
            "No cluster is set: name its scheduler with --scheduler tcp://host:8786, or in the settings' `[executor]`."
        )
    sites = bootstrap.connect_sites(scheduler)
    try:
        places = sorted(sites.places(), key=lambda place: (place.label, place.name))
        if not places:
            raise ClusterError(f"The Dask scheduler {scheduler} has no workers: start some, then ask again.")
        encoded = msgspec.json.encode(settings)
        asked = [(place, name) for place in places for name in ([""] if place.problem else names)]
        with ThreadPoolExecutor(MOST_ASKED_AT_ONCE) as asking:
            return list(asking.map(lambda one: _asked(sites, encoded, *one), asked))
    finally:
        sites.close()


def _asked(sites: Sites, settings: bytes, place: Place, agent: str) -> AgentThere:
    there = AgentThere(place.label or place.name, place.host, place.slots, agent, problem=place.problem)
    if place.problem:
        return there
    try:
        version, problem = sites.call(place.name, "check_agent", settings, agent)
    except CtxtuiError as error:
        version, problem = "", str(error)
    return AgentThere(there.worker, there.host, there.slots, agent, version, problem)
