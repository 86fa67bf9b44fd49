"""What an ended run leaves on the disk besides its branch, its history and its accepted files is removed."""

from __future__ import annotations

import contextlib
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.engine.actions.launches import scratch_folder, turns_of
from ctxtui.core.ports.workspaces import Workspace, Workspaces
from ctxtui.core.processes.temporary import is_abandoned, remove


def put_away(workspaces: Workspaces, workspace: Workspace, turns_dir: Path, run_id: str) -> None:
    """Reports of faults stay. What cannot be removed now is left to `clean`: the run has ended all the same.

    What a killed plan had left goes as well: another plan, which would remove it, may never come.
    """
    for _interaction_id, folder in turns_of(turns_dir, run_id):
        remove(folder)
        for above in (folder.parent, turns_dir / run_id):
            with contextlib.suppress(OSError):
                above.rmdir()
    remove(scratch_folder(turns_dir, run_id))
    with contextlib.suppress(RepositoryError):
        workspace.put_away()
        workspaces.discard_abandoned(is_abandoned)
