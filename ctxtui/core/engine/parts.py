"""What the engine is made of: the adapters, as ports, handed in by whoever puts the program together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ctxtui.core.ports.agents import Agents
from ctxtui.core.ports.executors import Executor
from ctxtui.core.ports.store import Store
from ctxtui.core.ports.toolchains import Toolchain
from ctxtui.core.ports.validation import Ladder, LadderLimits
from ctxtui.core.ports.workspaces import Workspaces


@dataclass(frozen=True, slots=True)
class Parts:
    """`build_ladder` takes the rungs by name and their bounds; `turns_dir` holds a folder for every agent turn."""

    store: Store
    workspaces: Workspaces
    toolchain: Toolchain
    build_ladder: Callable[[Sequence[str], LadderLimits], Ladder]
    agents: Agents
    executor: Executor
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    turns_dir: Path
