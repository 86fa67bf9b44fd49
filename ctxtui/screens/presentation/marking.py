"""What was searched for, standing out in the lines that hold it."""

from __future__ import annotations

from ctxtui.screens.presentation.spans import Line, Span, Tone


def text_of(spans: Line) -> str:
    return "".join(span.text for span in spans)


def holds(spans: Line, words: str) -> bool:
    return words.casefold() in text_of(spans).casefold()


def marked(spans: Line, words: str) -> Line:
    """The line with every occurrence of the words in the tone of a match, whatever spans they lie in."""
    text, wanted = text_of(spans).casefold(), words.casefold()
    if not wanted or len(text) != sum(len(span.text) for span in spans):
        # A letter whose lower case is two letters: places would not agree.
        return spans
    places: set[int] = set()
    at = text.find(wanted)
    while at >= 0:
        places.update(range(at, at + len(wanted)))
        at = text.find(wanted, at + len(wanted))
    return _toned(spans, places) if places else spans


def _toned(spans: Line, places: set[int]) -> Line:
    pieces: list[Span] = []
    at = 0
    for span in spans:
        start = 0
        for place in range(1, len(span.text) + 1):
            here = at + place - 1 in places
            if place == len(span.text) or (at + place in places) is not here:
                pieces.append(Span(span.text[start:place], Tone.MATCH if here else span.tone))
                start = place
        at += len(span.text)
    return tuple(pieces)
