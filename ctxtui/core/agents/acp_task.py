"""What the bridge process is told about its turn, as a file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ctxtui.core.typed import decoded


class AcpTask(msgspec.Struct, frozen=True, kw_only=True):
    """`command` is the agent's program; a handshake asks what it is and ends there.

    `login_method` is used once when the agent asks for a login; it must need nobody at the keyboard.
    """

    command: tuple[str, ...]
    worktree: str
    version: str
    prompt: str = ""
    summary: str = ""
    conversation: str = ""
    owned: tuple[str, ...] = ()
    allows_other: bool = False
    mode: str = ""
    login_method: str = ""
    model: str = ""
    is_handshake: bool = False

    @property
    def prompt_with_summary(self) -> str:
        """What a conversation without history is told."""
        return f"{self.summary}\n\n{self.prompt}" if self.summary else self.prompt


def write_task(path: Path, task: AcpTask) -> None:
    path.write_bytes(msgspec.json.encode(task))


def read_task(path: Path) -> AcpTask:
    return decoded(path.read_bytes(), AcpTask)
