"""An agent that ends its turn with a question, and has written nothing, waits for an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ctxtui.core.domain.interaction import Result
from ctxtui.core.workflow import state

MOST_CHARS = 600
MOST_UNITS = 12
"""Paragraphs and list items at the end among which a question stands."""

_FENCED = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
_CITED = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|\u201c[^\u201d\n]*\u201d|^[ \t]*>[^\n]*", re.MULTILINE)
_ITEM = re.compile(r"\s*(?:[-*+\u2022]|\(?(?:[a-z]|\d{1,2})[.):])\s+\S", re.IGNORECASE)
_TEST_ITEM = re.compile(r"\s*(?:[-*+\u2022]|\d+[.)])\s+[*_]*test_\w+", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?\uff1f\u061f])[*_)\"'\u201d]*\s+")
_ASKS = re.compile(r"[?\uff1f\u061f][\s*_)\"'\u201d\]]*$")
_OFFER = re.compile(
    r"\W*(?:so,? |now,? )?(?:shall|should|may|can) i\b|\W*(?:would you like|do you want|want) me to\b", re.IGNORECASE
)
_OFFERED = re.compile(
    r"\b(?:proceed|continue|go (?:ahead|on)|start|begin|try again|retry|(?:write|create|add|implement|generate)"
    r" (?:the|them|these|those|it|this|tests?|a|some)\b)",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"\W*(?:please|kindly)\s+(?:tell|confirm|clarify|specify|provide|share|choose|decide|answer|advise|let me know)\b"
    r"|\W*(?:tell me|let me know|i need to know)\s+(?:whether|which|how|what|who|where|if)\b"
    r"|\W*(?:so )?(?:i|we) need (?:an?|your|some)"
    r" (?:answer|decision|choice|clarification|confirmation|guidance|input)\b",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"let me know if you (?:need|want|have|would|'d)|(?:anything|something) else|(?:any|further) questions",
    re.IGNORECASE,
)
_WHO = r"(?:i|we)(?: still| really| first)?"
_WHY_ASKED = (
    r"(?:(?:so|and|but|unfortunately|otherwise),? )*"
    rf"(?:{_WHO} (?:need|have|want) to (?:know|be sure|understand|decide)\b"
    rf"|{_WHO} (?:need|require) (?:this|that|it|your|an?|some)\b"
    rf"|{_WHO} (?:can(?:no|')t|can not|won't|(?:could|do|did|had|have|will)(?: not|n't))\b"
    r"|i(?:'m| am) (?:not sure|unsure|unable|blocked|stuck)\b"
    r"|(?:it|this|that|(?:your|the) (?:answer|choice|decision)) (?:matters|decides|determines|changes|affects|depends"
    r"|is (?:important|needed|required|unclear|not clear|ambiguous|up to you))\b"
    r"|(?:both|either|any|all)(?: of (?:them|these|those|the two))? (?:is|are|would|could|can|will|work|seem)\b"
    r"|no (?:tests?|files?|code)(?: files?)? (?:was|were|has|have)\b|nothing (?:was|has been|is) (?:written|changed)\b"
    r"|(?:the|your) [\w ]{1,40} (?:does|do)(?: not|n't) (?:say|tell|mention|specify|define|state)\b)"
)
_CLOSING = re.compile(
    r"\W*(?:thanks|thank you|then i\b|i(?:'ll| will) (?:wait|write|continue|proceed|go on)"
    r"|(?:once|when|as soon as|if) you\b|i am waiting|i'm waiting|waiting for"
    r"|(?:without|before|until)\b|let me know|please\b|tell me|sorry\b"
    rf"|{_WHY_ASKED})",
    re.IGNORECASE,
)
"""What may follow a question without answering it."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A paragraph without its list, or one item of a list; `start` is where it begins in what was said."""

    start: int
    words: str
    is_item: bool


def question_in(said: str) -> str:
    """The agent's words from the question on with which they end, or an empty text.

    Answers to choose from may follow it, and a polite word. What is code, quoted, or a test's name asks nothing, nor
    does an offer to do what the agent was asked for.
    """
    start = _asked_from(list(_units(_own_words(said)))[-MOST_UNITS:])
    return said[start:].strip()[-MOST_CHARS:].strip() if start is not None else ""


def asks(result: Result) -> str:
    """Why turning the loop again is of no use before somebody has answered; empty where nothing is asked."""
    question = str(result.data.get(state.QUESTION) or "")
    return f"it asks: {question}" if question else ""


def _asked_from(units: list[_Unit]) -> int | None:
    """Where the question begins, going up from the end for as long as nothing else is said."""
    requested: int | None = None
    is_in_list = False
    start: int | None = None
    for unit in reversed(units):
        sentences = [one for one in _SENTENCE_ENDS.split(unit.words.strip()) if one.strip()]
        if start is not None:
            # A list of questions, or of answers, belongs to the sentence that it follows.
            if not is_in_list:
                break
            start, is_in_list = unit.start, unit.is_item
            continue
        while sentences and _is_closing(sentences[-1]):
            requested = unit.start if _is_request(sentences.pop()) else requested
        if sentences and _ASKS.search(sentences[-1]):
            start, is_in_list = unit.start, unit.is_item
        elif sentences and not unit.is_item:
            break
    return start if start is not None else requested


def _is_closing(sentence: str) -> bool:
    if _OFFER.match(sentence):
        return _OFFERED.search(sentence) is not None and re.search(r"\bor\b", sentence, re.IGNORECASE) is None
    return not _ASKS.search(sentence) and _CLOSING.match(sentence) is not None


def _is_request(sentence: str) -> bool:
    return _REQUEST.match(sentence) is not None and _POLITE.search(sentence) is None


def _own_words(said: str) -> str:
    """The same text, as long, with what is code, quoted or a list of tests hidden."""
    hidden = _FENCED.sub(_hide, said.replace("\u2019", "'"))
    hidden = _CITED.sub(_hide, hidden)
    return "".join(_hidden(line) if _TEST_ITEM.match(line) else line for line in hidden.splitlines(keepends=True))


def _hide(found: re.Match[str]) -> str:
    return _hidden(found[0])


def _hidden(text: str) -> str:
    return re.sub(r"\S", "x", text)


def _units(text: str) -> Iterator[_Unit]:
    start, words, is_item = 0, "", False
    position = 0
    for line in [*text.splitlines(keepends=True), ""]:
        is_new = not line.strip() or _ITEM.match(line) is not None
        if is_new and words:
            yield _Unit(start, words, is_item)
            words = ""
        if line.strip():
            if not words:
                start, is_item = position, _ITEM.match(line) is not None
            words += line
        position += len(line)
