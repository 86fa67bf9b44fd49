"""When an account may be used again, in a file that every run on this machine reads and a restart leaves alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from ctxtui.core.domain.errors import AgentError


@dataclass(frozen=True, slots=True)
class LimitBoard:
    """Implements the LimitBoard port. `account_of` says which account an agent uses; agents may share one."""

    folder: Path
    account_of: Callable[[str], str]
    _files: dict[str, Path] = field(default_factory=dict, compare=False)

    def until(self, agent: str) -> datetime | None:
        try:
            return datetime.fromisoformat(json.loads(self._file(agent).read_text("utf-8"))["until"])
        except (OSError, ValueError, KeyError, TypeError):
            # Never written, or not by us: then the agent is asked, and says itself that it is limited.
            return None

    def hold(self, agent: str, until: datetime) -> None:
        """What was said of it before holds unless the account was told to wait longer."""
        before = self.until(agent)
        if before is not None and before >= until:
            return
        file = self._file(agent)
        draft = file.with_suffix(f".{uuid4().hex}")
        # A full disk is no reason to end a run: its own children wait all the same.
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps({"until": until.isoformat(), "agent": agent}), "utf-8")
            draft.replace(file)

    def forget(self, agent: str) -> None:
        with suppress(OSError):
            self._file(agent).unlink()

    def _file(self, agent: str) -> Path:
        if agent not in self._files:
            try:
                account = self.account_of(agent)
            except AgentError:
                account = agent
            self._files[agent] = self.folder / f"{account}.json"
        return self._files[agent]
