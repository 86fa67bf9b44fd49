"""Qwen Code's `stream-json`: Claude Code's records, but for input tokens that count cached ones too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ctxtui.core.agents.formats.claude import read_claude
from ctxtui.core.agents.turn_notes import Said, TurnNotes


def read_qwen(record: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    message = record.get("message")
    if isinstance(message, Mapping) and message.get("usage"):
        record = {**record, "message": {**message, "usage": _cached_apart(message["usage"])}}
    if record.get("usage"):
        record = {**record, "usage": _cached_apart(record["usage"])}
    yield from read_claude(record, notes)


def _cached_apart(usage: Mapping[str, Any]) -> Mapping[str, Any]:
    cached = usage.get("cache_read_input_tokens") or 0
    return {**usage, "input_tokens": max(0, (usage.get("input_tokens") or 0) - cached)}
