"""Reads a program that just writes text: what it wrote is recorded exactly, and once more in readable form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from ctxtui.core.agents.conversation import FORGOTTEN
from ctxtui.core.agents.descriptor import Descriptor
from ctxtui.core.agents.lines import Line, LineSplitter
from ctxtui.core.agents.trouble import Fault, Symptoms, diagnose, is_limit_notice, sentence
from ctxtui.core.agents.turn_header import TurnHeader
from ctxtui.core.domain.control_marks import ESCAPES
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.ports.agents import Trouble, TurnOutcome

STORED_PER_TURN = 32 * 1024 * 1024
"""How much of a turn's output becomes events, with EVENT_SIZE for each; the rest stays in the turn's output file."""

EVENT_SIZE = 200

NOT_STORED = f"Output beyond {STORED_PER_TURN // (1024 * 1024)} MB is kept in the turn's file only."

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TAIL = 4000


def readable(text: str) -> str:
    """The text without terminal control sequences; of a line rewritten in place the last version."""
    plain = _CONTROL.sub("", ESCAPES.sub("", text))
    return "\n".join(line.rsplit("\r", 1)[-1] for line in plain.split("\n")) if "\r" in plain else plain


class TextReader:
    """Every line is a `raw` event with its exact text, and an `output` event for people when there is some to read.

    What is made of a line never depends on where a chunk ended: a file read again gives the same events.
    """

    def __init__(self, name: str, descriptor: Descriptor, now: Callable[[], datetime]) -> None:
        self._name = name
        self._descriptor = descriptor
        self._now = now
        self._splitter = LineSplitter()
        self._conversation = ""
        self._has_begun = False
        self._stored = 0
        self._tail = ""

    @property
    def is_over(self) -> bool:
        return False

    def feed(self, chunk: bytes) -> Sequence[Event]:
        return [event for line in self._splitter.feed(chunk) for event in self._line(line)]

    def finish(self, exit_code: int | None, stderr_tail: str) -> tuple[Sequence[Event], TurnOutcome]:
        events = [event for line in self._splitter.rest() for event in self._line(line)]
        output = readable(self._tail).strip()
        faults = (Fault(output, Trouble.RATE_LIMITED),) if is_limit_notice(output) else ()
        symptoms = Symptoms(exit_code, faults, output_tail=output, stderr_tail=readable(stderr_tail))
        diagnosis = diagnose(self._descriptor.trouble, symptoms, self._now)
        if diagnosis is None:
            return events, TurnOutcome(message=output, conversation=self._conversation)
        return events, TurnOutcome(
            message=sentence(self._descriptor, self._name, diagnosis),
            trouble=diagnosis.kind,
            conversation=FORGOTTEN if diagnosis.is_forgotten else self._conversation,
            retry_after=diagnosis.retry_after,
        )

    def _line(self, line: Line) -> Iterator[Event]:
        if not self._has_begun:
            self._has_begun = True
            if header := TurnHeader.from_line(line.text):
                self._conversation = header.conversation
                return
        text = line.stored_text
        self._tail = f"{self._tail}\n{text[-_TAIL:]}"[-_TAIL:]
        was_stored, self._stored = self._stored, self._stored + len(text) + EVENT_SIZE
        if self._stored <= STORED_PER_TURN:
            yield Event(EventKind.RAW, self._now(), text, raw_data(line))
            if (plain := readable(text)).strip():
                yield Event(EventKind.OUTPUT, self._now(), plain)
        elif was_stored <= STORED_PER_TURN:
            yield Event(EventKind.STATUS, self._now(), NOT_STORED)


def raw_data(line: Line) -> dict[str, object]:
    """What a stored text does not show of the bytes it stands for: how much was cut, and whether they were UTF-8."""
    data: dict[str, object] = {}
    if line.digest:
        data |= {"cut": True, "bytes": line.size, "sha256": line.digest}
    if not line.is_valid:
        data["invalid_utf8"] = True
    return data
