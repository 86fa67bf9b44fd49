"""The place of a run's parts in a distributed trace: ids that anybody who knows the run can work out again."""

from __future__ import annotations

import hashlib


def trace_id(run_id: str) -> int:
    """128 bits, never zero."""
    return int.from_bytes(hashlib.sha256(f"run {run_id}".encode()).digest()[:16]) or 1


def span_id(*of: str) -> int:
    """64 bits, never zero, of a session, an attempt, a step, or a rung of an attempt."""
    return int.from_bytes(hashlib.sha256(" ".join(("span", *of)).encode()).digest()[:8]) or 1


def trace_parent(run_id: str, interaction_id: str) -> str:
    """The header `traceparent` for what works on that step."""
    return f"00-{trace_id(run_id):032x}-{span_id(interaction_id):016x}-01"
