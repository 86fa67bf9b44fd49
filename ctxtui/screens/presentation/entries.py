"""The history of a session as entries in order: prompts, messages, tool calls, results, and what people asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.interaction import Action, Interaction, Result, ResultStatus
from ctxtui.core.domain.request import Request
from ctxtui.core.views.event_text import event_text
from ctxtui.screens.presentation.answers import asked_in_words
from ctxtui.screens.presentation.event_lines import MARKS
from ctxtui.screens.presentation.quantities import clock_time
from ctxtui.screens.presentation.spans import Line, Span, Tone, clean, first_line, shorten, wrap

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
    """One thing that happened. `body` is all of its text, `data` what programs know of it.

    `interaction_id` is empty for a request, `event_id` 0 for what is no event.
    """

    kind: EntryKind
    at: datetime
    mark: str
    tone: Tone
    title: str
    body: str
    interaction_id: str = ""
    event_id: int = 0
    is_failure: bool = False
    data: str = ""

    @property
    def text(self) -> str:
        """Everything, as it is copied and opened in an editor; a title that the body begins with is not said twice."""
        told = self.body if _begins_with(self.body, self.title) else f"{self.title}\n\n{self.body}".strip()
        return f"{told}\n\n{self.data}".strip() if self.data else told


def _begins_with(body: str, title: str) -> bool:
    return first_line(body) == title.strip()


_RESULT_SIGNS = {
    ResultStatus.OK: ("✓", Tone.GOOD),
    ResultStatus.WARNING: ("!", Tone.WARN),
    ResultStatus.ERROR: ("✕", Tone.BAD),
}
_WORDS = {
    "initialize": "prepare",
    "generate_tests": "write tests",
    "run_tests": "prove the tests",
    "fix_failures": "mend the tests",
    "finalize": "accept the tests",
    "spawn_component_testing_sessions": "test all components",
}
"""The steps in a user's words; others are told by their names."""


def entries_of(
    interactions: Sequence[Interaction], events: Iterable[StoredEvent], requests: Iterable[Request]
) -> list[Entry]:
    """Everything in order: within an interaction its command, its events, its result.

    A request, or an event that belongs to no interaction, stands within the one that was under way.
    """
    asked: dict[str, list[Request]] = {step.id: [] for step in interactions}
    asked_between: list[Request] = []
    for request in requests:
        asked.get(_under_way(interactions, request.requested_at), asked_between).append(request)
    by_interaction: dict[str, list[StoredEvent]] = {step.id: [] for step in interactions}
    apart: list[StoredEvent] = []
    for stored in events:
        step_id = stored.interaction_id or _under_way(interactions, stored.event.at)
        by_interaction.get(step_id, apart).append(stored)
    blocks = [
        (step.command.issued_at, _interaction_entries(step, by_interaction[step.id], asked[step.id]))
        for step in interactions
    ]
    blocks += [(stored.event.at, [_event_entry(stored)]) for stored in apart if _is_read(stored)]
    blocks += [(request.requested_at, [_request_entry(request)]) for request in asked_between]
    blocks.sort(key=lambda block: block[0])
    return [entry for _began, block in blocks for entry in block]


def _under_way(interactions: Sequence[Interaction], at: datetime) -> str:
    """The id of the interaction that had begun and not ended at that time; empty where there was none."""
    for step in reversed(interactions):
        if step.command.issued_at <= at:
            return step.id if step.completed_at is None or at <= step.completed_at else ""
    return ""


def _interaction_entries(step: Interaction, events: list[StoredEvent], asked: list[Request]) -> list[Entry]:
    """A step without a prompt and without anything to tell in between is one entry: what came of it."""
    command = step.command
    word = _WORDS.get(command.step, command.step.replace("_", " "))
    if command.action is Action.COMMIT_RESULT:
        word = "commit"
    prompt = str(command.metadata.get("prompt") or "")
    told = _merged(stored for stored in events if _is_read(stored))
    rest = _as_text({key: value for key, value in command.metadata.items() if key != "prompt"})
    if step.result is not None and not prompt and not told and not asked:
        return [_result_entry(step, step.result, word, rest)]
    entries = [Entry(EntryKind.STEP, command.issued_at, "▪", Tone.STRONG, word, "", step.id, data=rest)]
    if prompt:
        title = f"prompt: {first_line(prompt)}"
        entries.append(Entry(EntryKind.PROMPT, command.issued_at, "»", Tone.KEY, title, prompt, step.id))
    entries += _with_requests(told, asked)
    if step.result is not None and not _is_told(step.result, told):
        entries.append(_result_entry(step, step.result, word))
    return entries


def _with_requests(told: list[Entry], asked: Iterable[Request]) -> list[Entry]:
    """Each request before the first entry that is later than it."""
    entries = list(told)
    for request in asked:
        later = (place for place, entry in enumerate(entries) if entry.at > request.requested_at)
        entries.insert(next(later, len(entries)), _request_entry(request))
    return entries


def _is_told(result: Result, entries: Sequence[Entry]) -> bool:
    """Whether the events said already what the result says."""
    said = first_line(result.message)
    reason = said.partition(": ")[2] or said
    return bool(said) and not result.output and any(entry.title.endswith(reason) for entry in entries)


def _as_text(data: Mapping[str, object]) -> str:
    return json.dumps(dict(data), indent=2, ensure_ascii=False, default=str) if data else ""


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
    text = event_text(event)
    title = first_line(text)
    return Entry(
        EntryKind.EVENT,
        event.at,
        mark or " ",
        tone,
        title,
        text,
        stored.interaction_id,
        stored.id,
        is_failure=is_failure,
        data=_as_text(event.data),
    )


def _result_entry(step: Interaction, result: Result, word: str, data: str = "") -> Entry:
    mark, tone = _RESULT_SIGNS[result.status]
    if step.command.action is Action.ASK_AGENT and result.is_ok:
        # That an agent ended its turn says nothing of what it did.
        mark, tone = "▪", Tone.MUTED
    title = f"{word}: {first_line(result.message) or result.status}"
    parts = [result.message or str(result.status)]
    if result.exit_code is not None:
        parts.append(f"exit code {result.exit_code}")
    if result.output:
        parts.append(result.output)
    return Entry(
        EntryKind.RESULT,
        step.completed_at or step.command.issued_at,
        mark,
        tone,
        title,
        "\n\n".join(parts),
        step.id,
        is_failure=result.status is ResultStatus.ERROR,
        data="\n".join(part for part in (data, _as_text(result.data)) if part),
    )


def _request_entry(request: Request) -> Entry:
    note = str(request.arguments.get("note") or request.arguments.get("jobs") or "")
    said = f", “{first_line(note)}”" if note else ""
    title = f"{request.requested_by} asked: {asked_in_words(request.kind)}{said}"
    verdict = "no answer yet"
    if request.answered_at is not None:
        answer = f"{request.reason}." if request.reason else request.answer
        verdict = ("granted" if request.is_granted else "refused") + (f": {answer}" if answer else "")
    body = f"{title}\n\n{verdict}\n" + (f"\n{note}\n" if note else "")
    return Entry(EntryKind.REQUEST, request.requested_at, "»", Tone.ACCENT, f"{title} — {first_line(verdict)}", body)


_INDENT = {EntryKind.STEP: "", EntryKind.REQUEST: "", EntryKind.RESULT: "  "}


def entry_lines(entry: Entry, width: int, most: int = 1) -> list[Line]:
    """The entry in at most that many rows."""
    indent = _INDENT.get(entry.kind, "  ")
    head = f" {clock_time(entry.at)}  "
    room = width - len(head) - len(indent) - 3
    quiet = entry.kind is EntryKind.EVENT and entry.tone is not Tone.BAD
    tone = Tone.TEXT if quiet and entry.tone is not Tone.MUTED else entry.tone
    title = clean(entry.title)
    parts = [shorten(title, room)] if most == 1 else wrap(title, room)
    if len(parts) > most:
        parts = [*parts[: most - 1], shorten(" ".join(parts[most - 1 :]), room)]
    first = (Span(head, Tone.FAINT), Span(indent), Span(f"{entry.mark} ", entry.tone), Span(parts[0], tone))
    blank = " " * (len(head) + len(indent) + 2)
    return [first, *((Span(blank), Span(part, tone)) for part in parts[1:])]


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
