"""What a turn has told so far, gathered while its records are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import TypeAlias

from ctxtui.core.agents.conversation import Conversation
from ctxtui.core.agents.trouble import Fault, is_limit_notice
from ctxtui.core.agents.usage import Tally
from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.json import JsonMap
from ctxtui.core.domain.trouble import Trouble

Said: TypeAlias = tuple[EventKind, str, Mapping[str, object]]
"""An event that a record stands for, still without its time."""

_STREAMED_AT_LEAST = 400
_LONGEST_TEXT = 16_000


@dataclass(slots=True)
class TurnNotes:
    """`faults` are errors that nothing has followed yet: work that ends well after a retry forgets them.

    `is_over` once the agent said that its turn has ended. `limit` is what the service said of a limit that is
    reached, whether or not the agent tells it as an error; `limit_used` how much of one is used, before it is reached.
    """

    now: Callable[[], datetime]
    conversation: Conversation = field(default_factory=Conversation)
    worktree: str = ""
    message: str = ""
    model: str = ""
    tally: Tally = field(default_factory=Tally)
    faults: list[Fault] = field(default_factory=list)
    limit: Fault | None = None
    limit_used: float | None = None
    limit_ends_in: float | None = None
    has_worked: bool = False
    is_over: bool = False
    began_at: datetime | None = None
    files_by_call: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _streamed_kind: EventKind = EventKind.MESSAGE
    _streamed: list[str] = field(default_factory=list)
    _streamed_size: int = 0

    def stays_in(self, conversation_id: str) -> None:
        """Takes the id an agent reports; what was counted belongs to the conversation that was asked for."""
        if conversation_id and conversation_id != self.conversation.id:
            self.conversation = Conversation(conversation_id)

    def begin(self, told_at: str) -> None:
        """When the turn's first words were said, as a record tells it."""
        self.began_at = datetime.fromisoformat(told_at) if told_at else None

    def began_before(self, told_at: str) -> bool:
        """Whether what was written then is of this turn, and not of those before it."""
        return self.began_at is not None and self.began_at <= datetime.fromisoformat(told_at)

    def relative(self, path: str) -> str:
        pure = PurePath(path)
        inside = self.worktree and pure.is_absolute() and pure.is_relative_to(self.worktree)
        return pure.relative_to(self.worktree).as_posix() if inside else path

    def say(self, text: str, kind: EventKind = EventKind.MESSAGE) -> Iterator[Said]:
        """A whole message, or thought, of the agent; the last message is the turn's own words."""
        if not text.strip():
            return
        if kind is EventKind.MESSAGE:
            self.message = text
        yield kind, text[:_LONGEST_TEXT], {}

    def stream(self, kind: EventKind, text: str) -> Iterator[Said]:
        """A piece of a message: pieces are put together until there is a paragraph's worth or something else comes."""
        if kind is not self._streamed_kind:
            yield from self.flush()
        self._streamed_kind = kind
        self._streamed.append(text)
        self._streamed_size += len(text)
        if self._streamed_size >= _STREAMED_AT_LEAST and "\n" in text:
            yield from self.flush()

    def flush(self) -> Iterator[Said]:
        text, self._streamed, self._streamed_size = "".join(self._streamed), [], 0
        yield from self.say(text, self._streamed_kind)

    def tool(self, name: str, subject: str, data: JsonMap) -> Iterator[Said]:
        self.has_worked = True
        first_line = next(iter(subject.strip().splitlines()), "")
        yield EventKind.TOOL, f"{name} {first_line[:200]}".strip(), {"tool": name, **data}

    def wrote(self, path: str) -> Iterator[Said]:
        relative = self.relative(path)
        yield EventKind.FILE, relative, {"path": relative}

    def expect_files(self, call: str, *paths: str) -> None:
        """Paths that a tool call writes if it succeeds."""
        if call and any(paths):
            self.files_by_call[call] = tuple(path for path in paths if path)

    def tool_succeeded(self, call: str) -> Iterator[Said]:
        for path in self.files_by_call.pop(call, ()):
            yield from self.wrote(path)

    def tool_failed(self, call: str, name: str, reason: str) -> Iterator[Said]:
        self.files_by_call.pop(call, None)
        yield EventKind.TOOL, f"{name} failed: {' '.join(reason.split())[:200]}", {"tool": name, "failed": True}

    def retrying(self, text: str, fault: Fault) -> Iterator[Said]:
        self.faults.append(fault)
        yield EventKind.STATUS, text, {"retrying": True}

    def fail(self, fault: Fault) -> None:
        self.faults.append(fault)

    def ended_well(self) -> None:
        self.faults.clear()

    def told_faults(self) -> tuple[Fault, ...]:
        """The errors that count: a turn that ended with a limit's notice, or at a limit without a word, failed too."""
        if not self.faults and is_limit_notice(self.message):
            return (Fault(self.message, Trouble.RATE_LIMITED, self.limit.retry_after if self.limit else None),)
        if not self.faults and self.limit and not self.message and not self.has_worked:
            return (self.limit,)
        return tuple(self.faults)
