"""OpenCode's `run --format json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ctxtui.core.agents.trouble import Fault
from ctxtui.core.agents.turn_notes import Said, TurnNotes
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import EventKind

_WRITING_TOOLS = frozenset({"write", "edit", "multiedit"})
_SUBJECTS = ("filePath", "command", "pattern", "path", "url", "description")


def read_opencode(record: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    notes.stays_in(record.get("sessionID", ""))
    part = record.get("part") or {}
    match record.get("type"):
        case "text":
            yield from notes.say(part["text"])
        case "reasoning":
            yield from notes.say(part["text"], EventKind.THOUGHT)
        case "tool_use":
            yield from _tool(part, notes)
        case "step_finish":
            notes.tally.steps[part["id"]] = _tokens(part)
            notes.ended_well()
        case "error":
            notes.fail(Fault(_error(record["error"])))
        case _:
            pass


STORED_MESSAGES = """
    SELECT json_set(message.data, '$.id', message.id) FROM message JOIN session ON session.id = message.session_id
    WHERE ?1 IN (session.id, session.parent_id) AND json_extract(message.data, '$.role') = 'assistant'
"""


def read_stored(record: Mapping[str, Any], notes: TurnNotes) -> None:
    """A message in OpenCode's own database, of the conversation or of an agent that it started: what it used."""
    created = datetime.fromtimestamp(record["time"]["created"] / 1000, UTC)
    if notes.began_before(created.isoformat()):
        # What the conversation cost is told apart.
        notes.tally.used(record["id"], replace(_tokens(record), cost=None))


def _tool(part: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    name, state = part["tool"], part["state"]
    given = state.get("input") or {}
    subject = next((str(given[key]) for key in _SUBJECTS if given.get(key)), "")
    yield from notes.tool(name, notes.relative(subject), {"id": part.get("callID", "")})
    if state.get("status") == "error":
        yield from notes.tool_failed("", name, str(state.get("error", "")))
    elif name in _WRITING_TOOLS and given.get("filePath"):
        yield from notes.wrote(given["filePath"])
    elif name == "apply_patch":
        for file in (state.get("metadata") or {}).get("files") or ():
            yield from notes.wrote(file["filePath"])


def _tokens(part: Mapping[str, Any]) -> Usage:
    tokens = part["tokens"]
    cache = tokens.get("cache") or {}
    cached = cache.get("read", 0)
    return Usage(
        input_tokens=tokens.get("input", 0) + cached + cache.get("write", 0),
        output_tokens=tokens.get("output", 0) + tokens.get("reasoning", 0),
        cached_tokens=cached,
        cost=part.get("cost"),
    )


def _error(error: Mapping[str, Any]) -> str:
    data = error.get("data") or {}
    parts = (error.get("name"), data.get("statusCode"), data.get("message") or error.get("message"))
    return " ".join(str(part) for part in parts if part)
