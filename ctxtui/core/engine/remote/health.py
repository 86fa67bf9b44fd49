"""The workers of a run's cluster as everybody may see them: which there are, and what ails them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ctxtui.core.domain.plan import ExecutorPlan
from ctxtui.core.domain.run_state import changes, run_state
from ctxtui.core.engine.batch import Batch
from ctxtui.core.ports.sites import Place


def note_workers(batch: Batch, places: Sequence[Place]) -> None:
    """Puts them into the run's state when something about them has changed, which the history then tells, too."""
    seen = tuple(_told(place) for place in sorted(places, key=lambda place: (place.label, place.name)))
    before = run_state(batch.run.state)
    if not seen or seen == before.workers:
        return
    usable = sum(not place.problem for place in places)
    updates = changes(before, before.sees(seen))
    batch.change(batch.run.id, updates, by="engine", reason=f"workers: {usable} of {len(seen)} can be used")


def seats_of(workers: Sequence[Mapping[str, Any]], executor: ExecutorPlan) -> dict[str, int]:
    """How many agents may be at work at each of the workers that a run has seen and can use, by their shown names."""
    usable = [Place(worker["name"], worker["host"], worker["slots"]) for worker in workers if not worker.get("problem")]
    return {place.shown: executor.seats_at(place.slots) for place in usable}


def _told(place: Place) -> dict[str, Any]:
    return {"name": place.label or place.name, "host": place.host, "slots": place.slots, "problem": place.problem}
