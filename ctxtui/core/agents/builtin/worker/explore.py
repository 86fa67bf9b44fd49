"""Searches for telling calls of one callable, led by the lines they reach and the results they give."""

from __future__ import annotations

import functools
import random
import time
from collections import Counter
from types import FunctionType
from typing import Callable, Collection, Iterable, NamedTuple

from .calls import Call, Outcome, Runner
from .inputs import Inputs
from .shrinking import simpler
from .subjects import Arguments, Subject, bent, read, written
from .targets import Parameter
from .tracing import Arc
from .values import GRAB_BAG
from .wrapping import uses_of

MAX_KEPT = 30
PATIENCE = 120
STARTS = 14
DONE = 1_000_000
RECENT = 0.6
BENT = 0.4
MOST_SHRINKING = 40
MOST_ALIKE = 4
MOST_FURTHER = 4
MOST_OVERRUNS = 3


class Kept(NamedTuple):
    """A call worth remembering."""

    subject: Subject
    call: Call
    arguments: Arguments
    outcome: Outcome
    is_example: bool
    adds_arcs: bool


class Explorer:
    """Explores subjects one after the other; novelty is judged per subject name."""

    def __init__(self, runner: Runner, inputs: Inputs, emit: Callable[[Kept], None], seed: int) -> None:
        self._runner = runner
        self._inputs = inputs
        self._emit = emit
        self._random = random.Random(seed)  # noqa: S311 - a repeatable search, not a secret
        self._arcs: dict[str, set[Arc]] = {}
        self._asserted_arcs: dict[str, set[Arc]] = {}
        self._results: dict[str, Counter[object]] = {}
        self._kept: dict[str, int] = {}
        self._overruns: dict[str, int] = {}
        self._is_bent = False
        self._further: Counter[str] = Counter()

    def explore(self, subject: Subject, seeds: Iterable[Call], cpu_seconds: float) -> None:
        deadline = time.process_time() + cpu_seconds
        self._is_bent = False
        corpus: list[tuple[int, Arguments]] = []
        for call in seeds:
            if self._is_hopeless(subject, deadline):
                break
            arguments = read(subject, call.act)
            if arguments is None:
                self._try(subject, call, {}, is_example=True)
            else:
                self._attempt(subject, arguments, corpus, is_example=True)
        columns = {
            parameter.name: self._columns(subject, parameter)
            for parameter in subject.parameters
            if not (parameter.is_variadic and parameter.name in ("kwargs", "kwds", "kw", "options"))
        }
        if any(not columns.get(p.name) for p in subject.parameters if not p.has_default and not p.is_variadic):
            return
        self._first_calls(subject, columns, corpus, deadline)
        if subject.parameters and not any(score >= DONE for score, _ in corpus):
            columns = {
                p.name: [*columns[p.name], *(GRAB_BAG if not p.annotation else ())]
                for p in subject.parameters
                if p.name in columns
            }
            self._first_calls(subject, columns, corpus, deadline)
        self._vary(subject, columns, corpus, deadline)

    def _columns(self, subject: Subject, parameter: Parameter) -> list[str]:
        found = self._inputs.candidates(subject.name, parameter)
        if not parameter.is_variadic:
            return found
        return found[:4] + [", ".join(found[start : start + 2]) for start in range(0, 6, 2)] + [", ".join(found[:3])]

    def _first_calls(
        self, subject: Subject, columns: dict[str, list[str]], corpus: list[tuple[int, Arguments]], deadline: float
    ) -> None:
        """Required arguments only, in step through their candidates, then crosswise."""
        required = [p.name for p in subject.parameters if not p.has_default and not p.is_variadic]
        rows = STARTS if required else 1
        for row in range(rows):
            arguments = {name: columns[name][row % len(columns[name])] for name in required}
            self._attempt(subject, arguments, corpus)
            if self._is_hopeless(subject, deadline):
                return
        if len(required) > 1:
            for _ in range(STARTS):
                if self._is_hopeless(subject, deadline):
                    return
                arguments = {name: self._random.choice(columns[name][:10]) for name in required}
                self._attempt(subject, arguments, corpus)

    def _vary(
        self, subject: Subject, columns: dict[str, list[str]], corpus: list[tuple[int, Arguments]], deadline: float
    ) -> None:
        """One parameter at a time from the most promising calls, then at random while anything new turns up."""
        names = [name for name, column in columns.items() if column]
        if not names:
            return
        if not corpus:
            required = [p.name for p in subject.parameters if not p.has_default and not p.is_variadic]
            corpus.append((0, {name: columns[name][0] for name in required}))
        best = max(corpus, key=lambda entry: entry[0])[1]
        for name in names:
            for candidate in columns[name]:
                if best.get(name) != candidate:
                    self._attempt(subject, {**best, name: candidate}, corpus)
                if self._is_hopeless(subject, deadline):
                    return
        idle = 0
        while idle < PATIENCE and not self._is_hopeless(subject, deadline):
            arguments = dict(self._random.choice(corpus[-12:] if self._random.random() < RECENT else corpus)[1])
            for name in self._random.sample(names, min(len(names), self._random.choice((1, 1, 2)))):
                arguments[name] = self._pick(columns[name], arguments.get(name))
            self._is_bent = any(text not in columns[name] for name, text in arguments.items())
            idle = 0 if self._attempt(subject, arguments, corpus) else idle + 1

    def _is_hopeless(self, subject: Subject, deadline: float) -> bool:
        """Whether the time is up, or too many calls of the subject did not come back."""
        return time.process_time() > deadline or self._overruns.get(subject.name, 0) >= MOST_OVERRUNS

    def _pick(self, column: list[str], current: str | None) -> str:
        if current is not None and self._random.random() < BENT:
            return bent(current, column, self._random)
        return self._random.choice(column)

    def _call_further(self, subject: Subject, call: Call, outcome: Outcome, arguments: Arguments) -> None:
        """A function that a call gave is told by what that one gives, a decorator by what it makes of a function."""
        value = outcome.value
        is_function = isinstance(value, (FunctionType, functools.partial)) or type(value).__module__ != "builtins"
        if call.setup or isinstance(value, type) or not is_function:
            return
        for deeper in uses_of(self._runner, call.act, value):
            found = self._runner.run(deeper)
            if found.is_telling and not found.raises and found.checks and not callable(found.value):
                self._keep_new(subject, deeper, {} if deeper.setup else arguments, found, is_example=False)

    def _attempt(
        self,
        subject: Subject,
        arguments: Arguments,
        corpus: list[tuple[int, Arguments]],
        *,
        is_example: bool = False,
    ) -> bool:
        call = Call(subject.setup, written(subject, arguments), subject.watched)
        outcome = self._try(subject, call, arguments, is_example=is_example)
        if outcome is not None:
            corpus.append((len(outcome.arcs) + (DONE if outcome.is_done else 0), arguments))
        return outcome is not None

    def _try(self, subject: Subject, call: Call, arguments: Arguments, *, is_example: bool = False) -> Outcome | None:
        """The outcome when it is new in any way, else None."""
        outcome = self._runner.run(call)
        if outcome.is_overrun:
            self._overruns[subject.name] = self._overruns.get(subject.name, 0) + 1
        seen = self._arcs.setdefault(subject.name, set())
        is_new = bool(outcome.arcs - seen)
        seen |= outcome.arcs
        if is_example and not outcome.arcs:
            return None
        is_kept = outcome.is_telling and self._keep_new(subject, call, arguments, outcome, is_example=is_example)
        if outcome.is_done and callable(outcome.value) and (is_new or self._further[subject.name] < MOST_FURTHER):
            self._further[subject.name] += 1
            self._call_further(subject, call, outcome, arguments)
        return outcome if is_new or is_kept else None

    def _keep_new(
        self, subject: Subject, call: Call, arguments: Arguments, outcome: Outcome, *, is_example: bool
    ) -> bool:
        """Whether the call says something that few kept ones say, for the ends of ranges look alike; then keeps it."""
        asserted = self._asserted_arcs.setdefault(subject.name, set())
        results = self._results.setdefault(subject.name, Counter())
        result = (outcome.checks, outcome.changes, outcome.raises, outcome.prints, outcome.warns)
        count = self._kept.get(subject.name, 0)
        adds_arcs = bool(outcome.arcs - asserted)
        if adds_arcs or (not self._is_bent and results[result] < MOST_ALIKE and count < MAX_KEPT):
            if arguments and adds_arcs and not is_example and call.act == written(subject, arguments):
                call, arguments, outcome = self._shrunk(subject, call, arguments, outcome, outcome.arcs - asserted)
                result = (outcome.checks, outcome.changes, outcome.raises, outcome.prints, outcome.warns)
            asserted |= outcome.arcs
            results[result] += 1
            self._kept[subject.name] = count + 1
            self._emit(Kept(subject, call, arguments, outcome, is_example, adds_arcs))
            return True
        return False

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
                attempt = call._replace(act=written(subject, candidate))
                found = self._runner.run(attempt)
                is_alike = bool(found.raises) == bool(outcome.raises) and bool(found.changes) == bool(outcome.changes)
                if found.is_telling and is_alike and found.arcs.issuperset(needed):
                    call, arguments, outcome, is_simpler = attempt, candidate, found, True
                    break
        return call, arguments, outcome
