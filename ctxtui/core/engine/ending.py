"""What an ended run leaves on the disk besides its branch, its history and its accepted files is removed."""

from __future__ import annotations

import contextlib
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.engine.actions.launches import scratch_folder, turns_of
from ctxtui.core.ports.workspaces import Workspace
from ctxtui.core.processes.temporary import remove


def put_away(workspace: Workspace, turns_dir: Path, run_id: str) -> None:
    """Reports of faults stay. What cannot be removed now is left to `clean`: the run has ended all the same."""
    for _interaction_id, folder in turns_of(turns_dir, run_id):
        remove(folder)
        for above in (folder.parent, turns_dir / run_id):
            with contextlib.suppress(OSError):
                above.rmdir()
    remove(scratch_folder(turns_dir, run_id))
    with contextlib.suppress(RepositoryError):
        workspace.put_away()
