"""Reads a program that just writes text: what it wrote is recorded exactly, and once more in readable form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from ctxtui.core.agents.descriptor import Descriptor
from ctxtui.core.agents.lines import KEPT, Line, LineSplitter
from ctxtui.core.agents.trouble import Symptoms, diagnose, sentence
from ctxtui.core.agents.turn_header import TurnHeader
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.ports.agents import TurnOutcome

STORED_PER_TURN = 32 * 1024 * 1024
"""Bytes of a turn's output that become events; the rest stays in the turn's output file."""

_CONTROL = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_TAIL = 4000


def readable(text: str) -> str:
    """The text without terminal control sequences; of a line rewritten in place the last version."""
    plain = _CONTROL.sub("", text)
    return "\n".join(line.rsplit("\r", 1)[-1] for line in plain.split("\n")) if "\r" in plain else plain


class TextReader:
    """Events come in blocks of whole lines: an `output` for people after a `raw` with the exact text."""

    def __init__(self, name: str, descriptor: Descriptor, now: Callable[[], datetime]) -> None:
        self._name = name
        self._descriptor = descriptor
        self._now = now
        self._splitter = LineSplitter()
        self._header: TurnHeader | None = None
        self._has_begun = False
        self._stored = 0
        self._tail = ""

    def feed(self, chunk: bytes) -> Sequence[Event]:
        return list(self._events(self._splitter.feed(chunk)))

    def finish(self, exit_code: int | None, stderr_tail: str) -> tuple[Sequence[Event], TurnOutcome]:
        events = list(self._events(self._splitter.rest()))
        output = readable(self._tail).strip()
        diagnosis = diagnose(
            self._descriptor.trouble,
            Symptoms(exit_code, output_tail=output, stderr_tail=readable(stderr_tail)),
            self._now,
        )
        conversation = self._header.conversation.to_text() if self._header else ""
        if diagnosis is None:
            return events, TurnOutcome(message=output, conversation=conversation)
        return events, TurnOutcome(
            message=sentence(self._descriptor, self._name, diagnosis),
            trouble=diagnosis.kind,
            conversation="" if diagnosis.is_forgotten else conversation,
            retry_after=diagnosis.retry_after,
        )

    def _events(self, lines: Iterator[Line]) -> Iterator[Event]:
        block: list[Line] = []
        size = 0
        for line in lines:
            if not self._has_begun:
                self._has_begun = True
                self._header = TurnHeader.from_line(line.text)
                if self._header:
                    continue
            block.append(line)
            size += len(line.text) + 1
            if size >= KEPT:
                yield from self._block(block, size)
                block, size = [], 0
        if block:
            yield from self._block(block, size)

    def _block(self, block: Sequence[Line], size: int) -> Iterator[Event]:
        text = "\n".join(line.stored_text for line in block)
        self._tail = f"{self._tail}\n{text[-_TAIL:]}"[-_TAIL:]
        was_stored, self._stored = self._stored, self._stored + size
        if self._stored > STORED_PER_TURN:
            if was_stored <= STORED_PER_TURN:
                limit = STORED_PER_TURN // (1024 * 1024)
                yield Event(EventKind.STATUS, self._now(), f"Output beyond {limit} MB is kept in the turn's file only.")
            return
        yield Event(EventKind.RAW, self._now(), text, raw_data(block))
        if (plain := readable(text)).strip():
            yield Event(EventKind.OUTPUT, self._now(), plain, {"lines": len(block)})


def raw_data(block: Sequence[Line]) -> dict[str, object]:
    """What a stored text does not show of the bytes it stands for: how much was cut, and whether they were UTF-8."""
    data: dict[str, object] = {}
    cut = [{"bytes": line.size, "sha256": line.digest} for line in block if line.digest]
    if cut:
        data["cut"] = cut
    if not all(line.is_valid for line in block):
        data["invalid_utf8"] = True
    return data
