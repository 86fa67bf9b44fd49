"""Decides which calls are worth remembering, and makes them simple before they are."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any, Callable, Collection, NamedTuple, Sequence

from .calls import Call, Outcome, Runner
from .shrinking import simpler
from .stand_ins import STAND_IN
from .subjects import PINNING, Arguments, Subject, call_of, written
from .tracing import Arc

FAILED_STEP = "with contextlib.suppress("
"""How a call that fails comes before another one."""
MAX_KEPT = 30
MOST_ALIKE = 4
MOST_SHRINKING = 40
MOST_EDGES = 12


class Kept(NamedTuple):
    """A call worth remembering."""

    subject: Subject
    call: Call
    arguments: Arguments
    outcome: Outcome
    is_example: bool
    adds_arcs: bool
    is_edge: bool = False


class Keeper:
    """What was kept so far, by subject name."""

    def __init__(self, runner: Runner, emit: Callable[[Kept], None]) -> None:
        self._runner = runner
        self._emit = emit
        self._arcs: dict[str, set[Arc]] = {}
        self._results: dict[str, Counter[object]] = {}
        self._count: Counter[str] = Counter()
        self._edges: Counter[str] = Counter()
        self._told: set[tuple[Sequence[str], str]] = set()

    def count_of(self, name: str) -> int:
        return self._count[name]

    def keep_new(  # noqa: PLR0913 - what is known of the call
        self,
        subject: Subject,
        call: Call,
        arguments: Arguments,
        outcome: Outcome,
        *,
        is_example: bool = False,
        is_bent: bool = False,
        is_edge: bool = False,
    ) -> bool:
        """Whether the call says something that few kept ones say, for the ends of ranges look alike; then keeps it."""
        if not outcome.arcs and _runs_nothing(subject, call):
            return False
        asserted = self._arcs.setdefault(subject.name, set())
        results = self._results.setdefault(subject.name, Counter())
        adds_arcs = bool(outcome.arcs - asserted)
        is_rare = results[_result(outcome)] < MOST_ALIKE and self._count[subject.name] < MAX_KEPT
        is_edge = is_edge and not adds_arcs and self._edges[subject.name] < MOST_EDGES
        if not (adds_arcs or is_edge) and (is_bent or not is_rare):
            return False
        shorter, found = self._without_idle_steps(call, outcome)
        if shorter is not call:
            subject = subject._replace(setup=tuple(line for line in subject.setup if line in shorter.setup))
            is_told = (shorter.setup, shorter.act) in self._told
            return not is_told and self.keep_new(
                subject, shorter, arguments, found, is_example=is_example, is_bent=is_bent, is_edge=is_edge
            )
        self._edges[subject.name] += is_edge
        if arguments and adds_arcs and not is_example and call.act == written(subject, arguments):
            call, arguments, outcome = self._shrunk(subject, call, arguments, outcome, outcome.arcs - asserted)
        asserted |= outcome.arcs
        results[_result(outcome)] += 1
        self._count[subject.name] += 1
        self._told.add((call.setup, call.act))
        self._emit(Kept(subject, call, arguments, outcome, is_example, adds_arcs, is_edge))
        return True

    def _without_idle_steps(self, call: Call, outcome: Outcome) -> tuple[Call, Outcome]:
        """Without calls that were made before and that show in nothing: a reader would look for what they do."""
        for step in call.setup[1:]:
            if _is_bare_call(step) or step in self._runner.pins.later:
                shorter = call._replace(setup=tuple(line for line in call.setup if line is not step))
                found = self._runner.run(shorter)
                if _result(found) == _result(outcome) and found.is_done == outcome.is_done:
                    call, outcome = shorter, found
        return call, outcome

    def _shrunk(
        self, subject: Subject, call: Call, arguments: Arguments, outcome: Outcome, needed: Collection[Arc]
    ) -> tuple[Call, Arguments, Outcome]:
        """The simplest call found that still reaches what is needed, in the same way."""
        tries = 0
        is_simpler = True
        while is_simpler:
            is_simpler = False
            for candidate in simpler(subject.parameters, arguments):
                if tries >= MOST_SHRINKING:
                    return call, arguments, outcome
                tries += 1
                attempt = call_of(subject, candidate) or call
                found = self._runner.run(attempt)
                is_alike = bool(found.raises) == bool(outcome.raises) and bool(found.changes) == bool(outcome.changes)
                if found.is_telling and is_alike and found.arcs.issuperset(needed):
                    call, arguments, outcome, is_simpler = attempt, candidate, found, True
                    break
        return call, arguments, outcome


def _result(outcome: Outcome) -> object:
    return (outcome.checks, outcome.changes, outcome.raises, outcome.prints, outcome.warns)


def _is_bare_call(statement: str) -> bool:
    """Whether a statement calls a method of something and keeps nothing of it."""
    if statement.startswith(FAILED_STEP):
        return True
    if "\n" in statement or statement.startswith(PINNING):
        return False
    node: Any = ast.parse(statement).body[0]
    return (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute)
    )


def _runs_nothing(subject: Subject, call: Call) -> bool:
    """Whether a call that ran no line of the module says nothing about it: all that ran is a base or a stand-in."""
    return subject.is_inherited or any(line.startswith(STAND_IN) for line in call.setup)
