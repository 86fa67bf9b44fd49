"""Reads a run's private area while its runner works in it: no lock, no mending, and nothing written but content."""

from __future__ import annotations

from pathlib import Path

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.folders import disk_errors, safe_name
from ctxtui.core.workspaces.hub import Hub


class HubView:
    """Implements the WorkspaceView port."""

    def __init__(self, hub: Hub) -> None:
        if not hub.git_dir.is_dir() and not hub.accepted.folder.is_dir():
            raise RepositoryError(f"The workspace of run {hub.folder.name} is gone: it was cleaned, or never made.")
        self._hub = hub

    def path(self, slot: str) -> Path:
        return self._hub.folder / "worktrees" / safe_name("slot name", slot)

    def read(self, file: AcceptedFile) -> bytes:
        return self._hub.blob(file.digest)

    def keep(self, path: str, content: bytes, mode: str = "100644") -> AcceptedFile:
        with disk_errors(f"Cannot keep {path}"):
            digest = self._hub.accepted.write(content, len(self._hub.base))
        return AcceptedFile(path, digest, mode, len(content))

    def base_text(self, path: str) -> str | None:
        person, doing = self._hub.person, f"Cannot read {path}"
        listed = person.look("ls-tree", "-z", "--full-tree", self._hub.base, "--", path, doing=doing)
        if not listed.records or not listed.records[0].startswith("100"):
            return None
        digest = listed.records[0].partition("\t")[0].split(" ")[2]
        return person.look("cat-file", "blob", digest, doing=doing).stdout.decode("utf-8", "replace")
