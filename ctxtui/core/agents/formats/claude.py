"""Claude Code's `stream-json`, which Qwen Code writes too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ctxtui.core.agents.trouble import Fault
from ctxtui.core.agents.turn_notes import Said, TurnNotes
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import EventKind
from ctxtui.core.ports.agents import Trouble

_WRITING_TOOLS = {
    "Write": "file_path",
    "Edit": "file_path",
    "MultiEdit": "file_path",
    "NotebookEdit": "notebook_path",
    "write_file": "file_path",
    "edit": "file_path",
}
_SUBJECTS = ("file_path", "notebook_path", "command", "pattern", "path", "url", "query", "description")
_TROUBLES = {
    401: Trouble.NOT_LOGGED_IN,
    403: Trouble.NOT_LOGGED_IN,
    402: Trouble.BUDGET,
    429: Trouble.RATE_LIMITED,
    503: Trouble.OVERLOADED,
    529: Trouble.OVERLOADED,
}


def read_claude(record: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    match record.get("type"):
        case "system":
            yield from _system(record, notes)
        case "assistant":
            yield from _assistant(record["message"], notes)
        case "user":
            yield from _tool_results(record["message"], notes)
        case "rate_limit_event":
            yield from _rate_limit(record["rate_limit_info"], notes)
        case "result":
            yield from _result(record, notes)
        case _:
            pass


def read_transcript(record: Mapping[str, Any], notes: TurnNotes) -> None:
    """Claude Code's own file of a conversation: what each call used, for a turn that did not come to tell its sum."""
    message = record["message"]
    if notes.began_before(record["timestamp"]) and not notes.is_over and message.get("usage"):
        notes.model = message.get("model") or notes.model
        notes.tally.used(message["id"], _tokens(message["usage"]))


def _system(record: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    if record.get("subtype") == "init":
        notes.stays_in(record["session_id"])
        notes.model = record.get("model", "")
    elif record.get("subtype") == "api_retry":
        status = record.get("error_status")
        reason = str(record.get("error") or status or "no answer")
        seconds = record.get("retry_delay_ms", 0) / 1000
        text = f"{reason}: retry {record.get('attempt')}/{record.get('max_retries')} in {seconds:.0f} s"
        yield from notes.retrying(text, Fault(f"{reason} {status or ''}".strip(), _TROUBLES.get(status or 0)))


def _assistant(message: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    if message.get("usage") and message.get("id"):
        notes.tally.steps[message["id"]] = _tokens(message["usage"])
    if message.get("stop_reason") == "refusal":
        notes.fail(Fault("the model refused to answer", Trouble.REFUSED))
    for block in message["content"]:
        match block.get("type"):
            case "text":
                yield from notes.say(block["text"])
            case "thinking":
                yield from notes.say(block["thinking"], EventKind.THOUGHT)
            case "tool_use":
                name, given = block["name"], block.get("input") or {}
                subject = next((str(given[key]) for key in _SUBJECTS if given.get(key)), "")
                notes.expect_files(block["id"], str(given.get(_WRITING_TOOLS.get(name, ""), "")))
                yield from notes.tool(name, notes.relative(subject), {"id": block["id"]})
            case _:
                pass


def _tool_results(message: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    content = message["content"]
    for block in content if isinstance(content, list) else ():
        if block.get("type") != "tool_result":
            continue
        if block.get("is_error"):
            yield from notes.tool_failed(block["tool_use_id"], "tool", _text(block.get("content")))
        else:
            yield from notes.tool_succeeded(block["tool_use_id"])


def _rate_limit(info: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    status, which = (
        info.get("status"),
        str(info.get("rateLimitType") or "").replace("_", " ").replace("five hour", "5-hour"),
    )
    wait = max(0.0, float(info["resetsAt"]) - notes.now().timestamp()) if info.get("resetsAt") else None
    if status == "rejected":
        said = f"{which} limit reached".strip()
        notes.limit = Fault(said, Trouble.RATE_LIMITED, wait)
        yield from notes.retrying(said, notes.limit)
        return
    notes.limit, notes.limit_used = None, 0.0
    used = info.get("utilization")
    if status == "allowed_warning" and isinstance(used, int | float):
        share = used if used <= 1 else used / 100
        notes.limit_used, notes.limit_ends_in = share, wait
        yield (
            EventKind.STATUS,
            f"{which} limit {100 * share:.0f} % used".strip(),
            {"limit_used": share, "resets_in": wait},
        )


def _result(record: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    notes.is_over = True
    for denial in record.get("permission_denials") or ():
        tool = denial.get("tool_name", "tool")
        yield EventKind.PERMISSION, f"{tool} denied by the agent's own rules", {"tool": tool, "granted": False}
    if record.get("usage"):
        notes.tally.total = _tokens(record["usage"])
    notes.tally.cost = record.get("total_cost_usd")
    notes.stays_in(record.get("session_id", ""))
    said = str(record.get("result") or "")
    if record.get("is_error") or record.get("subtype") != "success" or said.startswith(("API Error", "[API Error")):
        errors = record.get("errors") or [said or record.get("subtype")]
        kind = _TROUBLES.get(record.get("api_error_status") or 0)
        if kind is None and notes.limit is not None:
            kind = Trouble.RATE_LIMITED
        retry_after = next((fault.retry_after for fault in reversed(notes.faults) if fault.kind is kind), None)
        notes.fail(Fault("; ".join(str(_text(error)) for error in errors), kind, retry_after))
        return
    if record.get("stop_reason") != "refusal":
        notes.ended_well()
    notes.message = said or notes.message


def _tokens(usage: Mapping[str, Any]) -> Usage:
    cached = usage.get("cache_read_input_tokens") or 0
    written = usage.get("cache_creation_input_tokens") or 0
    return Usage(
        input_tokens=(usage.get("input_tokens") or 0) + cached + written,
        output_tokens=usage.get("output_tokens") or 0,
        cached_tokens=cached,
    )


def _text(content: object) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    if isinstance(content, dict):
        return str(content.get("message", content))
    return str(content)
