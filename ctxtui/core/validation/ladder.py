"""The verdict ladder: which rungs there are, in which order, and how one is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ctxtui.core.domain.errors import UsageError
from ctxtui.core.domain.rung import Rung
from ctxtui.core.ports.toolchains import TestRunner
from ctxtui.core.ports.validation import LadderLimits, TogetherValidator, Validator
from ctxtui.core.validation.collects import Collects
from ctxtui.core.validation.covers import Covers
from ctxtui.core.validation.fence import Fence
from ctxtui.core.validation.kills import Kills
from ctxtui.core.validation.passes import Passes
from ctxtui.core.validation.stable import Stable
from ctxtui.core.validation.stories import Stories
from ctxtui.core.validation.together import Together

RUNGS: Mapping[Rung, Callable[[TestRunner, LadderLimits], Validator]] = {
    Rung.FENCE: lambda _, limits: Fence(limits),
    Rung.COLLECTS: lambda runner, _: Collects(runner),
    Rung.PASSES: lambda runner, _: Passes(runner),
    Rung.STABLE: Stable,
    Rung.COVERS: Covers,
    Rung.KILLS: Kills,
    Rung.STORIES: lambda *_: Stories(),
}
"""Every rung of one candidate, cheap first: a new one is a file and a row."""


@dataclass(frozen=True, slots=True)
class VerdictLadder:
    """The rungs that were asked for, in their order, and the one for everything together."""

    rungs: tuple[Validator, ...]
    together: TogetherValidator


def build_ladder(
    runner: TestRunner, rungs: Sequence[str] | None = None, limits: LadderLimits | None = None
) -> VerdictLadder:
    """The named rungs, or all of them, always cheap first. Raises UsageError for an unknown name."""
    limits = limits or LadderLimits()
    wanted = tuple(RUNGS) if rungs is None else rungs
    unknown = [name for name in wanted if name not in RUNGS]
    if unknown:
        raise UsageError(f"There is no rung called {', '.join(unknown)}: choose from {', '.join(RUNGS)}.")
    chosen = tuple(make(runner, limits) for name, make in RUNGS.items() if name in wanted)
    return VerdictLadder(chosen, Together(runner, limits))
