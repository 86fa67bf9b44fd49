"""Gemini CLI's `-o stream-json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ctxtui.core.agents.trouble import Fault
from ctxtui.core.agents.turn_notes import Said, TurnNotes
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import EventKind

_WRITING_TOOLS = frozenset({"write_file", "replace", "edit"})
_SUBJECTS = ("file_path", "absolute_path", "command", "pattern", "path", "url", "query")


def read_gemini(record: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    kind = record.get("type")
    if kind == "message" and record.get("role") == "assistant":
        yield from notes.stream(EventKind.MESSAGE, record["content"])
        return
    yield from notes.flush()
    match kind:
        case "init":
            notes.begin(record.get("timestamp", ""))
            notes.stays_in(record["session_id"])
            notes.model = record.get("model", "")
        case "tool_use":
            name, given = record["tool_name"], record.get("parameters") or {}
            subject = next((str(given[key]) for key in _SUBJECTS if given.get(key)), "")
            if name in _WRITING_TOOLS:
                notes.expect_files(record["tool_id"], str(given.get("file_path", "")))
            yield from notes.tool(name, notes.relative(subject), {"id": record["tool_id"]})
        case "tool_result" if record.get("status") == "success":
            yield from notes.tool_succeeded(record["tool_id"])
        case "tool_result":
            yield from notes.tool_failed(record["tool_id"], "tool", _message(record.get("error")))
        case "error":
            yield from notes.retrying(_message(record), Fault(_message(record)))
        case "result":
            _result(record, notes)
        case _:
            pass


def read_chat(record: Mapping[str, Any], notes: TurnNotes) -> None:
    """Gemini's own file of a conversation: what each call used, for a turn that did not come to tell its sum.

    Its sum over the protocol does not tell cached tokens from others, which cost more.
    """
    if not notes.began_before(record["timestamp"]):
        return
    tokens = record["tokens"]
    if notes.is_over:
        notes.tally.cached_apart[record["id"]] = tokens.get("cached", 0)
        return
    notes.model = record.get("model") or notes.model
    used = Usage(
        input_tokens=tokens.get("input", 0) + tokens.get("tool", 0),
        output_tokens=tokens.get("output", 0) + tokens.get("thoughts", 0),
        cached_tokens=tokens.get("cached", 0),
    )
    notes.tally.used(record["id"], used)


def _result(record: Mapping[str, Any], notes: TurnNotes) -> None:
    notes.is_over = True
    stats = record.get("stats") or {}
    notes.tally.total = Usage(
        input_tokens=stats.get("input_tokens", 0),
        output_tokens=stats.get("output_tokens", 0),
        cached_tokens=stats.get("cached", 0),
    )
    if record.get("status") == "success":
        notes.ended_well()
    else:
        notes.fail(Fault(_message(record.get("error"))))


def _message(error: object) -> str:
    return str(error.get("message", error)) if isinstance(error, Mapping) else str(error or "no reason given")
