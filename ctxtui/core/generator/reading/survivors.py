"""Changed versions of the module that the tests did not notice, put together again from the diffs in the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_HUNK = re.compile(r"^@@ -(\d+)")


def changed_sources(source: Path, diffs: Sequence[str]) -> Iterator[str]:
    """The whole text for each diff that fits the module as it is now."""
    lines = source.read_text(encoding="utf-8", errors="replace").split("\n")
    for diff in diffs:
        changed = applied(lines, diff)
        if changed is not None:
            yield "\n".join(changed)


def applied(lines: Sequence[str], diff: str) -> list[str] | None:
    """The lines with a one-hunk unified diff applied; None when they are not what it was made from."""
    body = diff.split("\n")
    start = next((number for number, row in enumerate(body) if _HUNK.match(row)), None)
    if start is None:
        return None
    match = _HUNK.match(body[start])
    first = int(match[1]) - 1 if match else 0
    rows = [row for row in body[start + 1 :] if row[:1] in {" ", "-", "+"}]
    before = [row[1:] for row in rows if row[0] != "+"]
    after = [row[1:] for row in rows if row[0] != "-"]
    found = [line.rstrip("\r") for line in lines[first : first + len(before)]]
    if found != before:
        return None
    return [*lines[:first], *after, *lines[first + len(before) :]]
