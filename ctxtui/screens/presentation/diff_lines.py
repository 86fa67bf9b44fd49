"""The difference between two texts as lines with numbers, highlighted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from ctxtui.screens.launcher import FileTexts
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, clean, line

GUTTER = 10
"""Cells of the number and the sign before the code."""
_CONTEXT = 3
_SIGNS = {"insert": ("+", Tone.ADDED), "delete": ("-", Tone.REMOVED), "equal": (" ", Tone.FAINT)}


class DiffLine(NamedTuple):
    """`number` counts the lines of the text as it is now; 0 for headings and for what was taken out."""

    spans: Line
    number: int = 0


def file_lines(file: FileTexts) -> list[Line]:
    """A file's heading, then its changes; a new file is shown whole."""
    return [one.spans for one in diff_lines(file)]


def diff_lines(file: FileTexts) -> list[DiffLine]:
    """The same lines, with their numbers."""
    kind = "new" if not file.before else "changed"
    state = ("accepted", Tone.GOOD) if file.is_accepted else ("not accepted yet", Tone.WARN)
    before, after = highlighted(file.before, file.path), highlighted(file.after, file.path)
    heading = line((f" {file.path}", Tone.STRONG), (f"  {kind} {change_size(file)} · ", Tone.MUTED), state)
    return [DiffLine(heading), DiffLine(BLANK), *_hunks(file, before, after), DiffLine(BLANK)]


def change_size(file: FileTexts) -> str:
    """How many lines came and went: "+12 -3"."""
    added, removed = _sizes(file.before.splitlines(), file.after.splitlines())
    return f"+{added}" + (f" -{removed}" if removed else "")


def _sizes(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks())
    return len(after) - kept, len(before) - kept


def _hunks(file: FileTexts, before: list[Line], after: list[Line]) -> Iterator[DiffLine]:
    if not file.before:
        yield from (_numbered(number, "insert", text) for number, text in enumerate(after, 1))
        return
    matcher = SequenceMatcher(a=file.before.splitlines(), b=file.after.splitlines(), autojunk=False)
    for place, group in enumerate(matcher.get_grouped_opcodes(_CONTEXT)):
        if place:
            yield DiffLine(line(("      ⋯", Tone.FAINT)))
        for kind, a1, a2, b1, b2 in group:
            if kind == "equal":
                yield from (_numbered(b1 + n + 1, "equal", after[b1 + n]) for n in range(b2 - b1))
                continue
            yield from (_numbered(n + 1, "delete", before[n]) for n in range(a1, a2))
            yield from (_numbered(n + 1, "insert", after[n]) for n in range(b1, b2))


def _numbered(number: int, kind: str, text: Line) -> DiffLine:
    sign, tone = _SIGNS[kind]
    spans = (Span(f" {number:>4} ", Tone.FAINT), Span(f" {sign} ", tone), Span(" "), *text)
    return DiffLine(spans, 0 if kind == "delete" else number)


def highlighted(text: str, path: str) -> list[Line]:
    """One line for each line of the text."""
    from pygments.lexers import get_lexer_for_filename  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to import, and only diffs need it
    from pygments.lexers.special import TextLexer  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
    from pygments.token import Token  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    tones = (
        (Token.Keyword, Tone.BUSY),
        (Token.Operator.Word, Tone.BUSY),
        (Token.Literal.String, Tone.GOOD),
        (Token.Literal.Number, Tone.WARN),
        (Token.Comment, Tone.MUTED),
        (Token.Name.Function, Tone.KEY),
        (Token.Name.Class, Tone.KEY),
        (Token.Name.Decorator, Tone.CHECK),
    )
    try:
        lexer = get_lexer_for_filename(path, stripnl=False, ensurenl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False, ensurenl=False)
    lines: list[list[Span]] = [[]]
    for token, piece in lexer.get_tokens("\n".join(text.splitlines())):
        tone = next((tone for kind, tone in tones if token in kind), Tone.TEXT)
        for place, part in enumerate(piece.split("\n")):
            if place:
                lines.append([])
            if part:
                lines[-1].append(Span(clean(part), tone))
    return [tuple(spans) for spans in lines]
