"""Searches for telling calls of one callable, led by the lines they reach and the results they give."""

from __future__ import annotations

import builtins
import functools
import keyword
import random
import re
from collections import Counter, defaultdict
from types import FunctionType
from typing import Any, Callable, Iterable, Sequence

from .arranging import statement
from .calls import Call, Outcome, Runner
from .careful import home_of, is_a
from .contexts import Context, context_asked_for, inside
from .inputs import Inputs
from .keeping import Keeper, Kept
from .names import STDLIB
from .pinning import LEFT_ALONE, MOST_PINS, is_pinned, of_variable, other_values_of
from .rows import row_of
from .subjects import Arguments, Subject, as_called, bent, call_of, expression_of, in_a_row, prepared, read
from .targets import Parameter, is_required
from .tracing import Arc
from .values import GRAB_BAG
from .wishing import Wishes
from .work import Deadline
from .wrapping import decorated_by, decorator_in, fitting_calls_of, is_worth_using, uses_of

PATIENCE = 80
STARTS = 14
DONE = 1_000_000
RECENT = 0.6
BENT = 0.4
MOST_FURTHER = 4
LIKELIEST = 5
"""How many values of one parameter are tried before others of the next."""
MOST_OVERRUNS = 3
MOST_ARRANGED = 6
MOST_LOOKS = 8
MOST_BEST = 10
MOST_STATEMENTS = 2
MOST_GIVEN = 2
MOST_TURNED = 3
"""How many calls of a subject are made once more with a flag of the module turned."""
FIRST_WISHES = 12
"""What the first call of all suggests, where it failed for want of a step: the others would fail in the same way."""
MOST_WISHES = 1 << 30


class Explorer:
    """Explores subjects one after the other; novelty is judged per subject name."""

    def __init__(
        self, runner: Runner, inputs: Inputs, emit: Callable[[Kept], None], provide: Callable[[Kept], None], seed: int
    ) -> None:
        self._runner = runner
        self.work = runner.work
        self.pins = runner.pins
        self._inputs = inputs
        self._provide = provide
        self._random = random.Random(seed)  # noqa: S311 - a repeatable search, not a secret
        self._arcs: dict[str, set[Arc]] = {}
        self._overruns: dict[str, int] = {}
        self._is_bent = False
        self._is_edge = False
        self._further: Counter[tuple[Any, ...]] = Counter()
        self._best: defaultdict[str, list[Arguments]] = defaultdict(list)
        self._looks: Counter[str] = Counter()
        self._arranged: Counter[str] = Counter()
        self._tried: set[tuple[Any, ...]] = set()
        self._pinned: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._looked_up: defaultdict[str, set[str]] = defaultdict(set)
        self._turned: Counter[tuple[str, str]] = Counter()
        self._contexts: dict[str, Context] = {}
        self._wishes = Wishes(inputs)
        self._keeper = Keeper(runner, emit)

    def explore(self, subject: Subject, seeds: Iterable[Call], cpu_seconds: float) -> bool:
        """Whether anything was kept."""
        before = self._keeper.count_of(subject.name)
        self._explore(subject, seeds, cpu_seconds)
        return self._keeper.count_of(subject.name) > before

    def _explore(self, subject: Subject, seeds: Iterable[Call], cpu_seconds: float) -> None:
        deadline = self.work.for_seconds(cpu_seconds)
        self._is_bent = False
        self._wishes.clear()
        corpus: list[tuple[int, Arguments]] = []
        for call in seeds:
            if self._is_hopeless(subject, deadline):
                break
            arguments = read(subject, call.act)
            if arguments is None:
                about, arguments = as_called(subject, call)
                self._try(about, call, arguments, is_example=True)
            else:
                self._attempt(subject, arguments, corpus, is_example=True)
        for given in self._inputs.given_to(subject.name):
            if self._is_hopeless(subject, deadline):
                break
            self._attempt(subject, dict(given), corpus)
        columns = {
            parameter.name: self._columns(subject, parameter)
            for parameter in subject.parameters
            if not (parameter.is_variadic and parameter.name in ("kwargs", "kwds", "kw", "options"))
        }
        if any(not columns.get(p.name) for p in subject.parameters if not p.has_default and not p.is_variadic):
            return
        subject = self._first_calls(subject, columns, corpus, deadline)
        self._equip(subject, corpus)
        self._follow(subject, corpus, deadline)
        if subject.parameters and not any(score >= DONE for score, _ in corpus):
            columns = {
                p.name: [*columns[p.name], *(GRAB_BAG if not p.annotation else ())]
                for p in subject.parameters
                if p.name in columns
            }
            subject = self._first_calls(subject, columns, corpus, deadline)
        self._vary(subject, columns, corpus, deadline)

    def works(self, setup: Sequence[str], act: str) -> bool:
        """Whether a call ends without an error."""
        return self._runner.run(Call(tuple(setup), act)).is_done

    def waits_of(self, owner: str, made: Sequence[str]) -> list[str]:
        """Steps with which time passes, where a member of the class or the making of an instance reads the clock."""
        read = {pin for name, pins in self._pinned.items() if name.startswith(owner + ".") for pin in pins}
        read.update(line for text in made for line in text.split("\n"))
        return [later for later, now in self.pins.later.items() if now in read]

    def revisit(self, subject: Subject, cpu_seconds: float, given: Sequence[str] = ()) -> None:
        """Calls that told something before, on a receiver with another history.

        What its earlier calls were `given` is likely to mean something to it now.
        """
        deadline = self.work.for_seconds(cpu_seconds)
        self._is_bent = False
        self._wishes.clear()
        corpus: list[tuple[int, Arguments]] = []
        for arguments in [*self._with_given(subject, given), *self._best[subject.name]]:
            if self._is_hopeless(subject, deadline):
                return
            self._attempt(subject, arguments, corpus)
        self._follow(subject, corpus, deadline)

    def _with_given(self, subject: Subject, given: Sequence[str]) -> list[Arguments]:
        """Calls of the subject with one of the texts for one of its required parameters."""
        required = [one for one in subject.parameters if is_required(one)]
        best = next(iter(self._best[subject.name]), None) or {
            one.name: next(iter(self._columns(subject, one)), "None") for one in required
        }
        kept = {one.name: best[one.name] for one in required if one.name in best}
        return [{**kept, one.name: text} for one in required[:MOST_GIVEN] for text in given[:MOST_GIVEN]]

    def _columns(self, subject: Subject, parameter: Parameter) -> list[str]:
        found = self._inputs.candidates(subject.name, parameter)
        if not parameter.is_variadic:
            return found
        return found[:4] + [in_a_row(found[start : start + 2]) for start in range(0, 6, 2)] + [in_a_row(found[:3])]

    def _first_calls(
        self, subject: Subject, columns: dict[str, list[str]], corpus: list[tuple[int, Arguments]], deadline: Deadline
    ) -> Subject:
        """Required arguments only, in step through their candidates, then crosswise.

        In step with others, one that is known to take certain values takes no others. Gives the subject with what has
        to be arranged for it to work, where the first call of all failed for want of it.
        """
        required = [p.name for p in subject.parameters if not p.has_default and not p.is_variadic]
        told = {name: self._inputs.told(subject.name, name) for name in required if len(required) > 1}
        likely = {name: [text for text in told.get(name, ()) if text in columns[name]] for name in required}
        rows = STARTS if required else 1
        for row in range(rows):
            values = {name: likely[name] or columns[name] for name in required}
            arguments = row_of(values, row)
            self._attempt(subject, arguments, corpus)
            if row == 0 and any(_adds_steps(wish, subject) for wish in self._wishes.subjects()):
                subject = self._follow(subject, corpus, deadline, most=FIRST_WISHES)
            if self._is_hopeless(subject, deadline):
                return subject
        if len(required) > 1:
            for _ in range(STARTS):
                if self._is_hopeless(subject, deadline):
                    return subject
                arguments = {name: self._random.choice(columns[name][:10]) for name in required}
                self._attempt(subject, arguments, corpus)
        return subject

    def _vary(
        self, subject: Subject, columns: dict[str, list[str]], corpus: list[tuple[int, Arguments]], deadline: Deadline
    ) -> None:
        """One parameter at a time from the most promising calls, then at random while anything new turns up."""
        names = [name for name, column in columns.items() if column]
        if not names:
            return
        if not corpus:
            required = [p.name for p in subject.parameters if not p.has_default and not p.is_variadic]
            corpus.append((0, {name: columns[name][0] for name in required}))
        self._follow(subject, corpus, deadline)
        best = max(corpus, key=lambda entry: entry[0])[1]
        for part in (slice(LIKELIEST), slice(LIKELIEST, None)):
            for name in names:
                for candidate in columns[name][part]:
                    if best.get(name) != candidate:
                        self._attempt(subject, {**best, name: candidate}, corpus)
                    if self._is_hopeless(subject, deadline):
                        return
            self._follow(subject, corpus, deadline)
        idle = 0
        while idle < PATIENCE and not self._is_hopeless(subject, deadline):
            arguments = dict(self._random.choice(corpus[-12:] if self._random.random() < RECENT else corpus)[1])
            for name in self._random.sample(names, min(len(names), self._random.choice((1, 1, 2)))):
                arguments[name] = self._pick(columns[name], arguments.get(name))
            self._is_bent = any(text not in columns[name] for name, text in arguments.items())
            idle = 0 if self._attempt(subject, arguments, corpus) else idle + 1
            self._follow(subject, corpus, deadline)

    def _equip(self, subject: Subject, corpus: list[tuple[int, Arguments]]) -> None:
        """A call with all that is optional: an instance that was given nothing can do little."""
        equipment = self._inputs.equipment(subject.name, subject.parameters)
        if not equipment:
            return
        best = max(corpus, key=lambda entry: entry[0], default=(0, {}))[1]
        arguments = {**best, **equipment}
        call = call_of(subject, arguments)
        self._attempt(subject, arguments, corpus)
        outcome = self._runner.run(call) if call else None
        if call and outcome and outcome.is_done:
            self._provide(Kept(subject, call, arguments, outcome, is_example=False, adds_arcs=True))

    def _follow(
        self, subject: Subject, corpus: list[tuple[int, Arguments]], deadline: Deadline, most: int = MOST_WISHES
    ) -> Subject:
        """Calls that earlier ones suggest, until none is left or there were enough.

        Gives the first subject that worked with more arranged for it, if one did and none had before.
        """
        working = subject
        for _ in range(most):
            if not self._wishes or self._is_hopeless(subject, deadline):
                break
            (wish, arguments), self._is_edge = self._wishes.next()
            had_worked = any(score >= DONE for score, _ in corpus)
            self._attempt(wish, arguments, corpus)
            self._is_edge = False
            if not had_worked and _adds_steps(wish, subject) and any(score >= DONE for score, _ in corpus):
                working = wish
        return working

    def _is_hopeless(self, subject: Subject, deadline: Deadline) -> bool:
        """Whether the time is up, or too many calls of the subject did not come back."""
        return deadline.is_over() or self._overruns.get(subject.name, 0) >= MOST_OVERRUNS

    def _pick(self, column: list[str], current: str | None) -> str:
        if current is not None and self._random.random() < BENT:
            return bent(current, column, self._random)
        return self._random.choice(column)

    def _call_further(self, subject: Subject, call: Call, outcome: Outcome, arguments: Arguments) -> None:
        """A function that a call gave is told by what that one gives, a decorator by what it makes of a function."""
        value = outcome.value
        is_function = isinstance(value, (FunctionType, functools.partial))
        is_object = home_of(type(value)) != "builtins" or not callable(value)
        if len(call.setup) > MOST_STATEMENTS or not (is_function or (is_object and not call.watched)):
            return
        before, decorator = decorator_in(call)
        waits = list(self._runner.pins.later)
        uses = decorated_by(decorator, value, waits) if decorator else uses_of(self._runner, call.act, value, before)
        fitting = () if decorator else [*fitting_calls_of(call.act, value, self._inputs.candidates)]
        for use in (*fitting, *uses):
            deeper = use._replace(setup=self._runner.pins.over_time([*before, *use.setup]))
            found = self._runner.run(deeper)
            is_something = found.value is not None or bool(found.arcs - self._arcs.get(subject.name, set()))
            is_plain = bool(found.checks) and is_something and not callable(found.value)
            if is_plain or found.changes or (found.raises and (use.setup or use in fitting)):
                self._keeper.keep_new(subject, deeper, {} if deeper.setup else arguments, found, is_bent=self._is_bent)

    def _attempt(
        self,
        subject: Subject,
        arguments: Arguments,
        corpus: list[tuple[int, Arguments]],
        *,
        is_example: bool = False,
    ) -> bool:
        call = call_of(subject, arguments)
        is_whole = all(one.name in arguments for one in subject.parameters if is_required(one))
        if call is None or not is_whole or (call.setup, call.act) in self._tried:
            return False
        self._tried.add((call.setup, call.act))
        outcome = self._try(subject, call, arguments, is_example=is_example)
        if outcome is not None:
            corpus.append((len(outcome.arcs) + (DONE if outcome.is_done else 0), arguments))
            if len(self._best[subject.name]) < MOST_BEST and arguments not in self._best[subject.name]:
                self._best[subject.name].append(arguments)
        return outcome is not None

    def _try(self, subject: Subject, call: Call, arguments: Arguments, *, is_example: bool = False) -> Outcome | None:
        """The outcome when it is new in any way, else None."""
        subject, call, outcome = self._run_inside(subject, call, arguments)
        outcome = self._runner.looked_into(call, outcome, map(expression_of, arguments.values()))
        is_novel = self._wishes.follow_comparisons(subject, arguments, self._runner.compared(outcome))
        if arguments or subject.setup:
            self._wishes.follow_error(subject, arguments, outcome)
        if outcome.is_overrun:
            self._overruns[subject.name] = self._overruns.get(subject.name, 0) + 1
        seen = self._arcs.setdefault(subject.name, set())
        is_new = bool(outcome.arcs - seen)
        seen |= outcome.arcs
        if is_example and not outcome.arcs:
            if outcome.is_done:
                self._provide(Kept(subject, call, arguments, outcome, is_example, is_new))
            return None
        if outcome.is_done and _gives_little(outcome, arguments):
            self._look_at_arguments(subject, arguments, is_new=is_new)
        is_kept = outcome.is_telling and self._keeper.keep_new(
            subject,
            call,
            arguments,
            outcome,
            is_example=is_example,
            is_bent=self._is_bent,
            is_edge=self._is_edge or is_novel,
        )
        is_failure = outcome.error is not None and outcome.is_touching and bool(subject.watched)
        is_untold = is_new or not (outcome.is_telling and outcome.arcs)
        is_unseen = is_failure or (outcome.is_done and not is_kept and is_untold)
        if is_unseen or _is_made_to_go_through(subject, outcome):
            self._provide(Kept(subject, call, arguments, outcome, is_example, is_new))
        way = (subject.name, subject.setup, *arguments)
        if outcome.is_done and is_worth_using(outcome.value) and (is_new or self._further[way] < MOST_FURTHER):
            self._further[way] += 1
            self._call_further(subject, call, outcome, arguments)
        self._arrange(subject, arguments, outcome, is_new=is_new)
        return outcome if is_new or is_kept or is_novel else None

    def _run_inside(self, subject: Subject, call: Call, arguments: Arguments) -> tuple[Subject, Call, Outcome]:
        """Runs the call in the context that an earlier one of the subject asked for, or that it asks for itself."""
        context = self._contexts.get(subject.name)
        if context is None:
            found = self._run_pinned(subject, call, arguments)
            context = context_asked_for(found[2].error, self._runner.names)
            if context is None:
                return found
            self._contexts[subject.name] = context
        return self._run_pinned(*inside(context, subject, call), arguments)

    def _run_pinned(self, subject: Subject, call: Call, arguments: Arguments) -> tuple[Subject, Call, Outcome]:
        """Runs the call with all pinned that it is known to read of its surroundings, and again when more turns up."""
        rounds = 0
        while True:
            known = self._runner.pins.without_given(self._pinned[subject.name], arguments)
            pins = [pin for pin in known if not _is_set_up(pin, call.setup)]
            call = call._replace(setup=(*pins, *call.setup))
            subject = subject._replace(setup=(*pins, *subject.setup))
            outcome = self._runner.run(call)
            rounds += 1
            if not self._note_pins(subject, call, arguments, outcome) or rounds == MOST_PINS:
                break
        unread = self._runner.pins.unread([*pins, *call.setup], {line for arc in outcome.arcs for line in arc})
        others = self._looked_up[subject.name] - set(outcome.looked_up)
        unread |= {line for line in call.setup for name in others if is_pinned(name, [line])}
        if unread:
            call = call._replace(setup=tuple(line for line in call.setup if line not in unread))
            subject = subject._replace(setup=tuple(line for line in subject.setup if line not in unread))
        return subject, call, outcome

    def _note_pins(self, subject: Subject, call: Call, arguments: Arguments, outcome: Outcome) -> bool:
        """Whether the call read something that is not pinned and can be."""
        pinned = self._pinned[subject.name]
        lines = {line for arc in outcome.arcs for line in arc}
        read = self._runner.pins.without_given(self._runner.pins.for_lines(lines), arguments)
        new = dict.fromkeys(pin for pin in read if not _is_set_up(pin, call.setup))
        for name in outcome.looked_up:
            if name not in LEFT_ALONE and not is_pinned(name, call.setup):
                new[of_variable(name)] = None
                self._looked_up[subject.name].add(name)
                for value in other_values_of(name):
                    self._wishes.add(subject._replace(setup=(value, *subject.setup)), arguments)
        turned = [one for one in self._runner.pins.flags_turned(lines) if not _is_set_up(one, call.setup)]
        for flag in turned:
            self._turned[subject.name, flag] += 1
            if self._turned[subject.name, flag] <= MOST_TURNED:
                self._wishes.add(subject._replace(setup=(flag, *subject.setup)), arguments)
        for pin in new:
            for other in self._runner.pins.others(pin):
                self._wishes.add(subject._replace(setup=(other, *subject.setup)), arguments)
        if not new or len(pinned) + len(new) > MOST_PINS or any(pin in pinned for pin in new):
            return False
        pinned.update(new)
        return True

    def _arrange(self, subject: Subject, arguments: Arguments, outcome: Outcome, *, is_new: bool) -> None:
        """Suggests the call with the file in place that was looked for and not found, and with a folder there."""
        if not outcome.missing or (self._arranged[subject.name] >= MOST_ARRANGED and not is_new):
            return
        self._arranged[subject.name] += 1
        maker = self._runner.path_maker()
        made = tuple(statement(maker, name, is_folder=is_folder) for name, is_folder in outcome.missing)
        folders = tuple(statement(maker, name, is_folder=True) for name, _ in outcome.missing)
        for way in dict.fromkeys((made, folders)):
            self._wishes.add(subject._replace(setup=(*way, *subject.setup)), arguments)

    def _look_at_arguments(self, subject: Subject, arguments: Arguments, *, is_new: bool) -> None:
        """A call that gives little may have changed what it was given: each that went a new way is looked at."""
        changeable = [name for name, text in arguments.items() if _is_changeable(text) and name.isidentifier()]
        if not changeable or (self._looks[subject.name] >= MOST_LOOKS and not is_new):
            return
        self._looks[subject.name] += 1
        bound = {
            name: prepared(_free_name(name), text) if name in changeable else text for name, text in arguments.items()
        }
        call = call_of(subject, bound)
        if call is None:
            return
        outcome = self._runner.run(call)
        if outcome.is_done and outcome.changes:
            self._keeper.keep_new(subject, call, bound, outcome, is_bent=self._is_bent)


def _gives_little(outcome: Outcome, arguments: Arguments) -> bool:
    """Whether a call gives nothing, yes or no, or what it was given."""
    if not outcome.checks or outcome.value is None or is_a(outcome.value, bool):
        return True
    return outcome.checks[0] in [f"result == {expression_of(text)}" for text in arguments.values()]


def _adds_steps(wish: Subject, subject: Subject) -> bool:
    """Whether more is done to the same receiver before the call."""
    known = len(subject.setup)
    return len(wish.setup) > known and wish.setup[:known] == subject.setup


def _is_set_up(pin: str, setup: Sequence[str]) -> bool:
    """Whether what the pin is about has a value already."""
    about = pin.partition(",")[0].partition("(")[2]
    return any(line.partition(",")[0].partition("(")[2] == about for line in setup if line.startswith("monkeypatch."))


def _is_made_to_go_through(subject: Subject, outcome: Outcome) -> bool:
    """Whether an instance was made that is its own iterator and has nothing to give yet."""
    return outcome.is_lazy and outcome.value is not None and subject.name == subject.owner


def _is_changeable(text: str) -> bool:
    """Whether an argument is written as a list, a dictionary, a set or the making of an instance."""
    is_container = text[:1] in ("[", "{") and text[-1:] in ("]", "}")
    return "\n" not in text and (is_container or _MAKING.fullmatch(text) is not None)


_MAKING = re.compile(r"(\w+\.)*[A-Z]\w*\(.*\)")


def _free_name(name: str) -> str:
    """The parameter's own name for a variable, unless it would hide something."""
    bare = name.strip("_")
    is_taken = bare in STDLIB or hasattr(builtins, bare) or keyword.iskeyword(bare) or not bare
    return bare + "_given" if is_taken else bare
