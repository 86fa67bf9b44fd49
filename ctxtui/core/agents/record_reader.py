"""Reads an agent that writes a JSON object a line: every line is recorded first, then told as events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from ctxtui.core.agents.conversation import FORGOTTEN, Conversation
from ctxtui.core.agents.descriptor import Descriptor
from ctxtui.core.agents.lines import Line, LineSplitter
from ctxtui.core.agents.own_records import OwnRecords
from ctxtui.core.agents.prices import Prices
from ctxtui.core.agents.text_reader import EVENT_SIZE, NOT_STORED, STORED_PER_TURN, raw_data, readable
from ctxtui.core.agents.trouble import Symptoms, diagnose, sentence
from ctxtui.core.agents.turn_header import TurnHeader
from ctxtui.core.agents.turn_notes import Said, TurnNotes
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.ports.agents import TurnOutcome

ReadRecord: TypeAlias = Callable[[Mapping[str, Any], TurnNotes], Iterable[Said]]
"""A format: what one record says, noting in passing what the outcome needs. It may raise for an odd record."""

_TAIL = 4000
_decode = msgspec.json.Decoder().decode
ENDED_BY_FORCE = frozenset({None, 128 + 15, 128 + 9})


class RecordReader:
    """A record that makes no sense to its format is kept as a raw line, and reading goes on."""

    def __init__(
        self,
        name: str,
        descriptor: Descriptor,
        read: ReadRecord,
        now: Callable[[], datetime],
        prices: Prices | None = None,
        own_records: OwnRecords | None = None,
    ) -> None:
        self._name = name
        self._prices = prices or Prices()
        self._own_records = own_records
        self._descriptor = descriptor
        self._read = read
        self._now = now
        self._repeating = tuple(f'{{"type":"{name}"' for name in descriptor.repeating)
        self._splitter = LineSplitter()
        self._notes = TurnNotes(now)
        self._has_begun = False
        self._stored = 0
        self._loose = ""

    @property
    def is_over(self) -> bool:
        return self._notes.is_over

    def feed(self, chunk: bytes) -> Sequence[Event]:
        return [event for line in self._splitter.feed(chunk) for event in self._line(line)]

    def finish(self, exit_code: int | None, stderr_tail: str) -> tuple[Sequence[Event], TurnOutcome]:
        events = [event for line in self._splitter.rest() for event in self._line(line)]
        events += [self._event(said) for said in self._notes.flush()]
        notes = self._notes
        if self._own_records:
            self._own_records.add_to(notes)
        before = notes.conversation.counted
        usage = notes.tally.turn(self._descriptor, before)
        usage = self._prices.priced(replace(usage, model=notes.model or self._descriptor.model))
        if usage.input_tokens or usage.output_tokens or usage.cost:
            is_least = self._descriptor.usage == "last_call" and notes.tally.total is not None
            events.append(self._event(usage_said(usage, is_least=is_least)))
        if notes.is_over and exit_code in ENDED_BY_FORCE:
            exit_code = 0  # it had to be ended after it had said that it was done
        loose = "" if exit_code == 0 else readable(self._loose).strip()
        symptoms = Symptoms(exit_code, notes.told_faults(), loose, readable(stderr_tail))
        diagnosis = diagnose(self._descriptor.trouble, symptoms, self._now)
        counted = notes.tally.counted(self._descriptor, before)
        conversation = replace(notes.conversation, counted=counted).to_text()
        if diagnosis is None:
            return events, TurnOutcome(
                notes.message,
                conversation=conversation,
                usage=usage,
                limit_used=notes.limit_used,
                limit_ends_in=notes.limit_ends_in,
            )
        return events, TurnOutcome(
            message=sentence(self._descriptor, self._name, diagnosis),
            trouble=diagnosis.kind,
            conversation=FORGOTTEN if diagnosis.is_forgotten else conversation,
            usage=usage,
            retry_after=diagnosis.retry_after,
        )

    def _line(self, line: Line) -> Iterator[Event]:
        if not self._has_begun:
            self._has_begun = True
            if header := TurnHeader.from_line(line.text):
                self._notes.conversation = Conversation.from_text(header.conversation)
                self._notes.worktree = header.worktree
                return
        if self._repeating and line.text.startswith(self._repeating):
            return
        yield from self._raw(line)
        try:
            record = parse_record(line)
            if record is None:
                self._loose = f"{self._loose}\n{line.stored_text[-_TAIL:]}"[-_TAIL:]
                return
            said = list(self._read(record, self._notes))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            # Agents change their formats between versions; the raw line says what it was.
            return
        for item in said:
            yield self._event(item)

    def _raw(self, line: Line) -> Iterator[Event]:
        was_stored, self._stored = self._stored, self._stored + len(line.stored_text) + EVENT_SIZE
        if self._stored <= STORED_PER_TURN:
            yield Event(EventKind.RAW, self._now(), line.stored_text, raw_data(line))
        elif was_stored <= STORED_PER_TURN:
            yield Event(EventKind.STATUS, self._now(), NOT_STORED)

    def _event(self, said: Said) -> Event:
        kind, text, data = said
        return Event(kind, self._now(), text, data)


def parse_record(line: Line) -> Mapping[str, Any] | None:
    """The line's JSON object; None when the line is something else."""
    if not line.is_whole or not line.text.lstrip().startswith("{"):
        return None
    try:
        record = _decode(line.text)
    except msgspec.DecodeError:
        try:
            # More forgiving: lone surrogates, NaN and control characters in strings.
            record = json.loads(line.text, strict=False)
        except (ValueError, RecursionError):
            return None
    except RecursionError:
        return None
    return record if isinstance(record, dict) else None


def usage_said(usage: Usage, *, is_least: bool = False) -> Said:
    """`is_least` for an agent that tells the tokens of its last call only, of however many there were."""
    how = " estimated" if usage.is_estimated else ""
    cost = "" if usage.cost is None else f", ${usage.cost:.4f}{how}"
    text = f"{usage.input_tokens:,} tokens in ({usage.cached_tokens:,} cached), {usage.output_tokens:,} out{cost}"
    data = {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cached_tokens,
        "cost": usage.cost,
        "model": usage.model,
        "is_estimated": usage.is_estimated,
    }
    return EventKind.USAGE, f"at least {text}" if is_least else text, data
