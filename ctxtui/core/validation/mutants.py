"""Small changes to a module's source, each of which tests that mean something should notice."""

from __future__ import annotations

import hashlib
import io
import random
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ctxtui.core.domain.syntax import parse
from ctxtui.core.mutations import Edit, Source, edits

MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Mutant:
    """`line` is where the change is, `what` says it in words, `diff` shows it, `content` is the whole changed file.

    `statement` is the first line of the statement that holds the change.
    """

    line: int
    what: str
    diff: str
    content: bytes
    statement: int = 0


def sample_mutants(path: str, content: bytes, reached: Sequence[int], most: int) -> tuple[Mutant, ...]:
    """At most that many mutants of statements that are reached, spread over them; the same ones for the same source.

    None is a near miss: tests are not blamed for what may change nothing.

    Raises SyntaxError or UnicodeDecodeError for a source that this program's own Python cannot read.
    """
    encoding = tokenize.detect_encoding(io.BytesIO(content).readline)[0]
    text = content.decode(encoding)
    source = Source(text.encode())
    lines = frozenset(reached)
    by_statement: dict[int, list[Edit]] = {}
    for edit in edits(parse(text), source):
        if edit.statement in lines and not edit.is_fine:
            by_statement.setdefault(edit.statement, []).append(edit)
    chance = random.Random(hashlib.sha256(content).digest())  # noqa: S311 - a choice that can be repeated, no secret
    chosen: list[Mutant] = []
    for edit in _in_turns(list(by_statement.values()), chance):
        if len(chosen) >= most:
            break
        changed = source.data[: edit.start] + edit.new + source.data[edit.end :]
        if _is_python(changed):
            chosen.append(_mutant(path, source, edit, changed, encoding))
    return tuple(chosen)


def _in_turns(groups: list[list[Edit]], chance: random.Random) -> Iterator[Edit]:
    """One edit of each statement, then a second one of each that has one, and so on."""
    chance.shuffle(groups)
    for group in groups:
        chance.shuffle(group)
    for turn in range(max(map(len, groups), default=0)):
        yield from (group[turn] for group in groups if turn < len(group))


def _is_python(data: bytes) -> bool:
    try:
        parse(data.decode())
    except (SyntaxError, ValueError):
        return False
    return True


def _mutant(path: str, source: Source, edit: Edit, changed: bytes, encoding: str) -> Mutant:
    old, new = _shown(source.data[edit.start : edit.end]), _shown(edit.new)
    if edit.new == b"pass":
        what = f"line {edit.line} is left out: `{old}`"
    else:
        what = edit.told or f"`{old}` becomes `{new}` in line {edit.line}"
    return Mutant(
        edit.line, what, _diff(path, source, edit, changed), changed.decode().encode(encoding), edit.statement
    )


def _diff(path: str, source: Source, edit: Edit, changed: bytes) -> str:
    """A unified diff with a line around the change: where that is is known, so nothing has to be searched for."""
    before, after = source.data.decode().split("\n"), changed.decode().split("\n")
    first, last = source.data.count(b"\n", 0, edit.start), source.data.count(b"\n", 0, edit.end)
    last_after = last + len(after) - len(before)
    above, below = before[max(first - 1, 0) : first], before[last + 1 : last + 2]
    around = len(above) + len(below)
    start = first + 1 - len(above)
    rows = [
        f"--- a/{path}",
        f"+++ b/{path}",
        f"@@ -{start},{last - first + 1 + around} +{start},{last_after - first + 1 + around} @@",
        *(" " + line for line in above),
        *("-" + line for line in before[first : last + 1]),
        *("+" + line for line in after[first : last_after + 1]),
        *(" " + line for line in below),
    ]
    return "\n".join(row.rstrip("\r") for row in rows)


def _shown(data: bytes) -> str:
    text = " ".join(data.decode().split())
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
