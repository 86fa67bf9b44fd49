"""The history of a session as entries in order: prompts, messages, tool calls, results, and what people asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.interaction import Interaction, Result, ResultStatus
from ctxtui.core.domain.request import Request
from ctxtui.screens.presentation.event_lines import MARKS
from ctxtui.screens.presentation.quantities import clock_time
from ctxtui.screens.presentation.spans import Line, Span, Tone, clean, first_line, shorten

if TYPE_CHECKING:
    from ctxtui.core.ports.store import StoredEvent


class EntryKind(Enum):
    STEP = "step"
    PROMPT = "prompt"
    EVENT = "event"
    RESULT = "result"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `body` is all of its text; `interaction_id` is empty for a request."""

    kind: EntryKind
    at: datetime
    mark: str
    tone: Tone
    title: str
    body: str
    interaction_id: str = ""
    event_id: int = 0
    is_failure: bool = False


_RESULT_SIGNS = {
    ResultStatus.OK: ("✓", Tone.GOOD),
    ResultStatus.WARNING: ("!", Tone.WARN),
    ResultStatus.ERROR: ("✕", Tone.BAD),
}


def entries_of(
    interactions: Sequence[Interaction], events: Iterable[StoredEvent], requests: Iterable[Request]
) -> list[Entry]:
    """Everything in order: within an interaction its command, its events, its result; requests where they fell."""
    by_interaction: dict[str, list[StoredEvent]] = {}
    for stored in events:
        by_interaction.setdefault(stored.interaction_id, []).append(stored)
    blocks = [_interaction_entries(step, by_interaction.pop(step.id, [])) for step in interactions]
    blocks += [[_event_entry(stored)] for rest in by_interaction.values() for stored in rest if _is_read(stored)]
    blocks += [[_request_entry(request)] for request in requests]
    blocks.sort(key=lambda block: block[0].at)
    return [entry for block in blocks for entry in block]


def _interaction_entries(step: Interaction, events: list[StoredEvent]) -> list[Entry]:
    command = step.command
    word = command.step.replace("_", " ")
    rest = {key: value for key, value in command.metadata.items() if key != "prompt"}
    told = json.dumps(rest, indent=2, ensure_ascii=False, default=str) if rest else ""
    entries = [Entry(EntryKind.STEP, command.issued_at, "▪", Tone.STRONG, word, told, step.id)]
    prompt = str(command.metadata.get("prompt") or "")
    if prompt:
        title = f"prompt: {first_line(prompt)}"
        entries.append(Entry(EntryKind.PROMPT, command.issued_at, "»", Tone.KEY, title, prompt, step.id))
    entries += _merged(stored for stored in events if _is_read(stored))
    if step.result is not None:
        entries.append(_result_entry(step, step.result, word))
    return entries


def _is_read(stored: StoredEvent) -> bool:
    return stored.event.kind in MARKS and bool(stored.event.text.strip())


def _merged(events: Iterable[StoredEvent]) -> list[Entry]:
    """Output in a row becomes one entry: a hundred lines of it are one thing that happened."""
    entries: list[Entry] = []
    chunk: list[StoredEvent] = []
    for stored in events:
        if chunk and (stored.event.kind is not EventKind.OUTPUT):
            entries.append(_output_entry(chunk))
            chunk = []
        if stored.event.kind is EventKind.OUTPUT:
            chunk.append(stored)
        else:
            entries.append(_event_entry(stored))
    return [*entries, _output_entry(chunk)] if chunk else entries


def _output_entry(chunk: list[StoredEvent]) -> Entry:
    text = "\n".join(stored.event.text.rstrip("\n") for stored in chunk)
    last = first_line(chunk[-1].event.text.strip().rpartition("\n")[2])
    first = chunk[0]
    title = f"output: {last}"
    return Entry(EntryKind.EVENT, first.event.at, " ", Tone.MUTED, title, text, first.interaction_id, first.id)


def _event_entry(stored: StoredEvent) -> Entry:
    event = stored.event
    mark, tone = MARKS[event.kind]
    is_failure = event.kind is EventKind.RUNG and event.data.get("outcome") == "failed"
    if is_failure:
        mark, tone = "✕", Tone.BAD
    body = event.text
    if event.data:
        body += "\n\n" + json.dumps(dict(event.data), indent=2, ensure_ascii=False, default=str)
    title = first_line(event.text)
    return Entry(
        EntryKind.EVENT,
        event.at,
        mark or " ",
        tone,
        title,
        body,
        stored.interaction_id,
        stored.id,
        is_failure=is_failure,
    )


def _result_entry(step: Interaction, result: Result, word: str) -> Entry:
    mark, tone = _RESULT_SIGNS[result.status]
    title = f"{word}: {first_line(result.message) or result.status}"
    parts = [result.message or str(result.status)]
    if result.exit_code is not None:
        parts.append(f"exit code {result.exit_code}")
    if result.output:
        parts.append(result.output)
    if result.data:
        parts.append(json.dumps(dict(result.data), indent=2, ensure_ascii=False, default=str))
    at = step.completed_at or step.command.issued_at
    is_failure = result.status is ResultStatus.ERROR
    return Entry(EntryKind.RESULT, at, mark, tone, title, "\n\n".join(parts), step.id, is_failure=is_failure)


def _request_entry(request: Request) -> Entry:
    note = str(request.arguments.get("note") or request.arguments.get("jobs") or "")
    title = f"{request.requested_by} asked to {request.kind}" + (f": {first_line(note)}" if note else "")
    verdict = "no answer yet"
    if request.answered_at is not None:
        verdict = ("granted" if request.is_granted else "refused") + (f": {request.answer}" if request.answer else "")
    body = f"{title}\n\n{verdict}\n" + (f"\n{note}\n" if note else "")
    return Entry(EntryKind.REQUEST, request.requested_at, "☞", Tone.ACCENT, f"{title} — {first_line(verdict)}", body)


_INDENT = {EntryKind.STEP: "", EntryKind.REQUEST: "", EntryKind.RESULT: "  "}


def entry_line(entry: Entry, width: int, *, with_time: bool = True) -> Line:
    time = f"{clock_time(entry.at)}  " if with_time else ""
    indent = _INDENT.get(entry.kind, "  ")
    head = f" {time}"
    room = width - len(head) - len(indent) - 3
    quiet = entry.kind is EntryKind.EVENT and entry.tone is not Tone.BAD
    tone = Tone.TEXT if quiet and entry.tone is not Tone.MUTED else entry.tone
    title = shorten(clean(entry.title), room)
    return (Span(head, Tone.FAINT), Span(indent), Span(f"{entry.mark} ", entry.tone), Span(title, tone))


def with_words(entries: Sequence[Entry], words: str) -> list[Entry]:
    """The entries in which every one of the words stands somewhere."""
    wanted = words.casefold().split()
    return [entry for entry in entries if all(word in f"{entry.title} {entry.body}".casefold() for word in wanted)]


def place_after(entries: Sequence[Entry], cursor: int, by: int) -> int | None:
    """Where the next prompt is, or with `by` below 0 the failure before; None when there is none."""
    if by > 0:
        places = (place for place in range(cursor + 1, len(entries)) if entries[place].kind is EntryKind.PROMPT)
    else:
        places = (place for place in range(cursor - 1, -1, -1) if entries[place].is_failure)
    return next(places, None)
