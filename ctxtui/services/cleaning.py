"""What a run left on this machine besides its branch and its history: its working areas."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from ctxtui.services.starting import plan_of

if TYPE_CHECKING:
    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.engine.parts import Parts


def size_of_areas(parts: Parts, run_id: str) -> int:
    """Bytes on disk."""
    return parts.workspaces.size(run_id)


def remove_areas(parts: Parts, run_state: JsonMap, run_id: str) -> None:
    from ctxtui.core.engine.actions.launches import scratch_folder  # noqa: PLC0415 - the engine, when it is needed

    parts.workspaces.discard(Path(str(plan_of(run_state, run_id)["root"])), run_id)
    for folder in (parts.turns_dir / run_id, scratch_folder(parts.turns_dir, run_id)):
        shutil.rmtree(folder, ignore_errors=True)
