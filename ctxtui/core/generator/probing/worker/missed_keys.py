"""Fills a dictionary that a call was given with all the keys that were looked for in it."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Iterator, List, Tuple

from .comparing import Comparison
from .places import Wish, places_in
from .subjects import Arguments, Subject

FEWEST_KEYS = 2
"""For a single one there is a call for each of its values."""
MOST_KEYS = 16
MOST_TEXT = 600
Missed = Tuple[Any, List[str]]


def with_all_keys(
    events: Iterable[Comparison], subject: Subject, arguments: Arguments, value_of: Callable[[str], str]
) -> Iterator[Wish]:
    """The call with a value, as `value_of` writes it, under each key that was missed: many options are used at once."""
    places = [place for place in places_in(subject, arguments) if type(place.value) is dict]
    for holder, keys in _missed_in(events) if places else ():
        if len(keys) >= FEWEST_KEYS:
            for place in places:
                if place.value == holder:
                    items = [f"{key!r}: {item!r}" for key, item in holder.items()]
                    items += [f"{key!r}: {value_of(key)}" for key in keys[:MOST_KEYS]]
                    text = "{" + ", ".join(items) + "}"
                    if len(text) <= MOST_TEXT:
                        yield place.filled(text)


def _missed_in(events: Iterable[Comparison]) -> Iterable[Missed]:
    """Dictionaries with the texts that they were asked for as keys and do not have."""
    found: dict[int, Missed] = {}
    for event in events:
        holder, key = (event.left, event.right) if event.kind == "key" else (event.right, event.left)
        if event.kind in ("key", "in") and type(holder) is dict and type(key) is str and key not in holder:
            _, keys = found.setdefault(id(holder), (holder, []))
            if key not in keys:
                keys.append(key)
    return found.values()
