"""What the engine is made of: the adapters, as ports, handed in by whoever puts the program together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ctxtui.core.engine.actions.work import Tools
from ctxtui.core.ports.agents import Agents, LimitBoard
from ctxtui.core.ports.executors import Executor
from ctxtui.core.ports.sites import Sites
from ctxtui.core.ports.store import Store
from ctxtui.core.ports.toolchains import Rehearsals, Toolchain
from ctxtui.core.ports.validation import Ladder, LadderLimits
from ctxtui.core.ports.workspaces import Workspaces


@dataclass(frozen=True, slots=True)
class Parts:
    """`build_ladder` takes the rungs by name and their bounds; `turns_dir` holds a folder for every agent turn.

    `connect_sites` takes a scheduler's address, and `settings` are those that other places work by, encoded.
    """

    store: Store
    workspaces: Workspaces
    toolchain: Toolchain
    rehearsals: Rehearsals
    build_ladder: Callable[[Sequence[str], LadderLimits], Ladder]
    agents: Agents
    limits: LimitBoard
    executor: Executor
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    turns_dir: Path
    connect_sites: Callable[[str], Sites] | None = None
    settings: bytes = b""

    @property
    def tools(self) -> Tools:
        """What actions use of it: everything but the store."""
        return Tools(
            workspaces=self.workspaces,
            build_ladder=self.build_ladder,
            agents=self.agents,
            executor=self.executor,
            now=self.now,
            turns_dir=self.turns_dir,
            end_strays=self.toolchain.end_strays,
        )
