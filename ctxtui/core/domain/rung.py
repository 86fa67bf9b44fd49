"""The rungs of the verdict ladder, cheap first; `together` judges all components' tests at once."""

from __future__ import annotations

from enum import StrEnum


class Rung(StrEnum):
    FENCE = "fence"
    COLLECTS = "collects"
    PASSES = "passes"
    STABLE = "stable"
    COVERS = "covers"
    KILLS = "kills"
    STORIES = "stories"
    TOGETHER = "together"


CHILD_RUNGS = tuple(rung for rung in Rung if rung is not Rung.TOGETHER)
"""The rungs that judge one component's tests, in the order in which they are climbed."""
USUAL_RUNGS = tuple(rung for rung in CHILD_RUNGS if rung is not Rung.STORIES)
"""Those of a project that names no specs."""
