"""Reads a run's private area while its runner works in it: no lock, no mending, nothing written."""

from __future__ import annotations

from pathlib import Path

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.folders import safe_name
from ctxtui.core.workspaces.hub import Hub


class HubView:
    """Implements the WorkspaceView port."""

    def __init__(self, hub: Hub) -> None:
        if not hub.git_dir.is_dir():
            raise RepositoryError(f"The workspace of run {hub.folder.name} is gone: it was cleaned, or never made.")
        self._hub = hub

    def path(self, slot: str) -> Path:
        return self._hub.folder / "worktrees" / safe_name("slot name", slot)

    def read(self, file: AcceptedFile) -> bytes:
        return self._hub.blob(file.digest)

    def base_text(self, path: str) -> str | None:
        listed = self._hub.git("ls-tree", "-z", "--full-tree", self._hub.base, "--", path, doing=f"Cannot read {path}")
        if not listed.records or not listed.records[0].startswith("100"):
            return None
        digest = listed.records[0].partition("\t")[0].split(" ")[2]
        return self._hub.blob(digest).decode("utf-8", "replace")
