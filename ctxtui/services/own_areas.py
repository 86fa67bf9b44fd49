"""A working area for a user alone: a component's tests as they are now, where no agent works."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctxtui.core.domain.errors import NotFoundError
from ctxtui.core.processes.temporary import is_abandoned, name_of_ours
from ctxtui.services.conversations import current_files, lay

if TYPE_CHECKING:
    from ctxtui.core.domain.session import Session
    from ctxtui.core.ports.workspaces import Workspaces, WorkspaceView

SLOT = "own"


def make_own_area(
    workspaces: Workspaces, view: WorkspaceView, plan: Mapping[str, Any], child: Session, key: str
) -> tuple[str, Path]:
    """The area's name, by which it is discarded, and its worktree. One whose process is gone is cleared away.

    Raises NotFoundError where the component has no tests yet.
    """
    files = current_files(child)
    if not files:
        raise NotFoundError(f"{child.name} has no tests yet that could be looked at.")
    name, root = f"{name_of_ours('own')}{key}", Path(str(plan["root"]))
    workspaces.discard_abandoned(is_abandoned)
    try:
        folder = workspaces.open(root, name, str(plan["base"]), keeps_base=False).checkout(SLOT)
        for file in files:
            lay(folder, file, view.read(file))
    except BaseException:
        workspaces.discard(root, name)
        raise
    return name, folder
