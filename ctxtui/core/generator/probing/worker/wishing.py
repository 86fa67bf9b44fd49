"""Calls that earlier calls suggest: those that would turn a comparison, or not end with the same error."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Sized
from typing import Callable, Iterable, Iterator, Sequence

from .calls import Outcome
from .comparing import Comparison
from .inputs import Inputs
from .lessons import lessons_of, objects_having
from .missed_keys import with_all_keys
from .places import Wish
from .solving import turned
from .stubs import with_method
from .subjects import Arguments, Subject
from .unset import with_it_set

MOST_WISHES = 200
MOST_LESSONS = 3
MOST_TURNS = 6
MOST_TURNS_IF_NOVEL = 16
OF_MANY = frozenset({"in", "key"})
"""Comparisons with more than two ways to turn out."""
OF_ORDER = frozenset({"<", "len"})
"""Comparisons with an edge: a change of one there is only noticed beside it."""


class Wishes:
    """A queue of calls to make; how often a comparison or an error was followed is counted by subject name."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._ways: defaultdict[tuple[str, int], set[bool]] = defaultdict(set)
        self._edges: set[tuple[str, int]] = set()
        self._lessons: Counter[tuple[str, str]] = Counter()
        self._turns: Counter[tuple[str, int]] = Counter()
        self._waiting: deque[tuple[Wish, bool]] = deque()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def clear(self) -> None:
        self._waiting.clear()

    def subjects(self) -> Iterator[Subject]:
        return (subject for (subject, _), _ in self._waiting)

    def next(self) -> tuple[Wish, bool]:
        """A call, and whether it is at the edge of an order or a size."""
        return self._waiting.popleft()

    def follow_comparisons(self, subject: Subject, arguments: Arguments, events: Sequence[Comparison]) -> bool:
        """Whether a comparison turned out in a way not seen before, or was of equals for the first time.

        After such a call all its comparisons are worth turning: the same ones may now lead somewhere else.
        """
        first: dict[int, Comparison] = {}
        is_novel = False
        for event in events:
            ways = self._ways[subject.name, event.site]
            is_novel = is_novel or event.is_true not in ways
            ways.add(event.is_true)
            if _is_at_edge(event):
                is_novel = is_novel or (subject.name, event.site) not in self._edges
                self._edges.add((subject.name, event.site))
            first.setdefault(event.site, event)
        if is_novel:
            self._add(with_all_keys(events, subject, arguments, self._inputs.literal_for))
        for site, event in first.items():
            key = (subject.name, site)
            is_open = len(self._ways[key]) == 1 or event.kind in OF_MANY
            if self._turns[key] < (MOST_TURNS_IF_NOVEL if is_novel else MOST_TURNS) and (is_open or is_novel):
                self._turns[key] += 1
                wishes = turned(event, subject, arguments, self._inputs.of_kind, self._fitting(subject), self._having)
                self._add(wishes, is_edge=event.kind in OF_ORDER)
        return is_novel

    def _having(self, name: str) -> Sequence[str]:
        return objects_having(name, self._inputs.having)

    def _fitting(self, subject: Subject) -> Callable[[str], Sequence[str]]:
        """What is said to be right for a parameter of the subject."""
        known = {parameter.name: parameter for parameter in subject.parameters}
        return lambda name: self._inputs.fitting(subject.name, known[name])

    def follow_error(self, subject: Subject, arguments: Arguments, outcome: Outcome) -> None:
        """Calls that do not end with the error that this one ended with."""
        error, left_open = outcome.error, outcome.left_open
        if error is None:
            return
        try:
            text = f"{type(error).__name__}{error}{left_open}"[:120]
        except Exception:  # noqa: BLE001 - an error that cannot say what it is teaches nothing
            return
        if self._lessons[subject.name, text] < MOST_LESSONS:
            self._lessons[subject.name, text] += 1
            if left_open[0]:
                self._add(with_method(subject, arguments, *left_open))
            if outcome.unset is not None:
                self._add(with_it_set(subject, arguments, outcome.unset, self._having))
                return
            self._add(lessons_of(error, subject, arguments, self._inputs.having))

    def add(self, subject: Subject, arguments: Arguments) -> None:
        self._add([(subject, arguments)])

    def _add(self, wishes: Iterable[Wish], *, is_edge: bool = False) -> None:
        for wish in wishes:
            if len(self._waiting) >= MOST_WISHES:
                return
            self._waiting.append((wish, is_edge))


def _is_at_edge(event: Comparison) -> bool:
    """Whether a number or a size is the very one that it is compared with."""
    left = len(event.left) if event.kind == "len" and isinstance(event.left, Sized) else event.left
    return event.kind in OF_ORDER and type(left) in (int, float) and left == event.right
