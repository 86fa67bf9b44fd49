"""Explores a class: how it is built, what its members give, and how its state changes."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections import deque
from typing import Any, Collection, Container, Iterator, Mapping, Sequence

from .calls import Call
from .descriptors import uses_of_descriptor
from .doubles import doubles_in
from .explore import Explorer
from .inputs import Inputs, interleave
from .keeping import FAILED_STEP, Kept
from .models import fields_of
from .subjects import INNER_BREAK, PINNING, Subject, arranged, as_statement, expression_of, variable_of, written
from .targets import (
    OPERATORS,
    Method,
    Parameter,
    Target,
    inherited_methods_of,
    is_enumeration,
    is_required,
    methods_of,
    parameters_of,
)

MAX_RECEIVERS = 4
MAX_RECEIVERS_OF_CHEAP = 8
MAX_TRIED = 14
MAX_OWN_IF_LACKING = 2
"""Instances of a class some of whose methods only work in a subclass: the others are told without one."""
MAX_MUTATIONS = 8
MAX_MUTATIONS_OF_ONE = 2
MAX_HISTORIES = 14
MAX_HISTORY = 3
MAX_WAITS = 2
AT_ONCE = 6
"""No member takes more than that part of the time for changed receivers at once."""
CHANGED_SHARE = 0.5
SETTING = "setattr("
ITSELF = "result is "
_STOPGAP = re.compile(r"\b\w+Error\(|\b(?:list|dict|tuple)\[|\bfor value in |\blambda\b")
"""What is passed where nothing is known of a parameter: nobody would make an instance of it."""


class ClassExplorer:
    """Explores one class after its constructors are known to `inputs`."""

    def __init__(
        self, explorer: Explorer, inputs: Inputs, package: str, taken: Container[str], lacking: Container[str] = ()
    ) -> None:
        self._explorer = explorer
        self._inputs = inputs
        self._package = package
        self._taken = taken
        self._lacking = lacking
        self._mutations: dict[str, list[tuple[str, str]]] = {}
        self._touching: set[str] = set()
        self._longer: deque[tuple[str, ...]] = deque()

    def note(self, kept: Kept) -> None:
        """Remembers calls that changed their receiver, or gave nothing, to arrange later calls with."""
        outcome = kept.outcome
        gives_nothing_else = outcome.value is None or kept.subject.watched[:1] == _named_by(outcome.checks)
        is_change = bool(outcome.changes) or outcome.is_touching or (outcome.is_done and gives_nothing_else)
        is_look = "(" not in kept.call.act  # an attribute that is None was only read
        is_prepared = kept.call.setup != tuple(map(as_statement, kept.subject.setup))
        if is_look or not is_change or not kept.subject.watched or is_prepared:
            return
        act = self._as_step(kept)
        if not act:
            return
        if outcome.changes or outcome.is_touching:
            self._touching.add(act)
        name = kept.subject.name if outcome.error is None else f"{kept.subject.name} fails"
        history = _history_of(kept)
        known = self._mutations.setdefault(kept.subject.owner, [])
        if history:
            if kept.adds_arcs and len(history) < MAX_HISTORY:
                self._longer.append((*history, act))
        elif len(known) < MAX_MUTATIONS and [one for one, _ in known].count(name) < MAX_MUTATIONS_OF_ONE:
            known.append((name, act))

    def _as_step(self, kept: Kept) -> str:
        """The call as a statement before another one; empty where it ends with an error that has no name here."""
        act, error = kept.call.act, kept.outcome.error
        act = f"asyncio.run({act})" if kept.outcome.is_async else act
        if error is None:
            return act
        name = type(error).__name__
        is_known = getattr(builtins, name, None) is type(error) or name in self._taken
        return f"{FAILED_STEP}{name}):{INNER_BREAK}    {act}" if is_known and not kept.outcome.is_async else ""

    def members(
        self,
        target: Target,
        seeds: Mapping[str, Sequence[Call]],
        cpu_seconds: float,
        methods: Sequence[Method] | None = None,
    ) -> None:
        """Explores the given members; all public ones when none are given."""
        kind: Any = target.value
        receivers = self._receivers(target)
        if methods is None:
            methods = [*methods_of(kind, self._package), *inherited_methods_of(kind, self._package)]
        if not methods:
            return
        receivers = self._working_first(target, methods, receivers)
        share = cpu_seconds / len(methods) / (1.5 if receivers else 1)
        for method in methods:
            name = target.name + "." + method.name
            calls = [call for call in seeds.get(name, ()) if _made_by(call.act) in ("", target.name)]
            chosen = receivers if method.kind == "property" else receivers[:MAX_RECEIVERS]
            for index, subject in enumerate(self._subjects(target, method, chosen)):
                self._explorer.explore(subject, calls if index == 0 else (), share / max(len(chosen), 1))
        self._again_after_changes(target, methods, receivers, cpu_seconds * CHANGED_SHARE)

    def _again_after_changes(
        self, target: Target, methods: Sequence[Method], receivers: list[str], cpu_seconds: float
    ) -> None:
        """Members once more, on receivers that one or two earlier calls have changed, or long after one."""
        deadline = self._explorer.work.for_seconds(cpu_seconds)
        share = cpu_seconds / AT_ONCE
        variable = variable_of(target.name, self._taken)
        changes = [act for _, act in interleave_by_name(self._mutations.get(target.name, []))]
        changes.sort(key=lambda act: act not in self._touching)
        waits = self._explorer.waits_of(target.name, receivers)[:MAX_WAITS]
        histories: list[tuple[str, ...]] = [(wait,) for wait in waits]
        histories += [(act, *wait) for act in changes[:5] for wait in ((), *((one,) for one in waits))]
        pairs = [(first, second) for first in changes[:4] for second in changes[:4]]
        histories += sorted(pairs, key=lambda pair: pair[0] == pair[1])
        for receiver in receivers[:2]:
            self._longer.clear()
            pending = deque(histories[:MAX_HISTORIES])
            made = arranged(variable, receiver)
            for _ in range(MAX_HISTORIES):
                if not (pending or self._longer):
                    break
                history = self._longer.popleft() if self._longer else pending.popleft()
                setup = self._explorer.pins.over_time([*made, *history])
                for method in methods:
                    if method.kind in ("method", "property", "setter"):
                        left = deadline.left()
                        for subject in self._subjects(target, method, [receiver]) if left > 0 else ():
                            again = subject._replace(setup=setup)
                            self._explorer.revisit(again, min(left, share), arguments_in(history))

    def _receivers(self, target: Target) -> list[str]:
        if is_enumeration(target.value):
            members: Any = target.value
            return [f"{target.name}.{member.name}" for member in list(members)[:MAX_RECEIVERS_OF_CHEAP]]
        known = self._inputs.instances.get(target.name, [])
        exact = self._inputs.exact.get(target.name, [])
        pioneers = [text for text in known if text in exact]
        own = varied(list(dict.fromkeys([*pioneers, *exact])) or known)[:MAX_TRIED]
        if target.name not in self._lacking:
            return own
        others = [text for text in known if text not in own]
        return [*own[:MAX_OWN_IF_LACKING], *varied(others)][:MAX_TRIED]

    def _working_first(self, target: Target, methods: Sequence[Method], receivers: list[str]) -> list[str]:
        """A construction may take anything: receivers on which most works that needs no argument."""
        plain = [method for method in methods if method.kind in ("method", "property")]
        variable = variable_of(target.name, self._taken)
        subjects = {
            receiver: [one for method in plain for one in self._subjects(target, method, [receiver])]
            for receiver in receivers
        }

        def failures(receiver: str) -> int:
            bare = [
                subject for subject in subjects[receiver] if not any(is_required(one) for one in subject.parameters)
            ]
            acts = [
                ([as_statement(line) for line in subject.setup], written(subject, {})) for subject in bare[:MAX_TRIED]
            ]
            return sum(not self._explorer.works(setup, act) for setup, act in acts if act)

        def is_empty(receiver: str) -> bool:
            setup = [as_statement(line) for line in arranged(variable, receiver)]
            return not self._explorer.works(setup, f"1 / len({variable})")

        found = {receiver: failures(receiver) for receiver in receivers} if len(receivers) > 1 else {}
        ranked = sorted(receivers, key=lambda receiver: (found.get(receiver, 0), len(_STOPGAP.findall(receiver))))
        if found and hasattr(target.value, "__len__"):
            empty = [receiver for receiver in ranked if is_empty(receiver)]
            ranked = with_an_empty_one([receiver for receiver in ranked if receiver not in empty], empty)
        return ranked[:MAX_RECEIVERS_OF_CHEAP]

    def _subjects(self, target: Target, method: Method, receivers: list[str]) -> Iterator[Subject]:
        name = target.name + "." + method.name
        if method.kind == "descriptor":
            yield Subject(name, target.name, name, ())
            variable = variable_of(target.name, self._taken)
            for receiver in receivers[:2]:
                yield Subject(name, target.name, f"{variable}.{method.name}", (), arranged(variable, receiver))
            return
        is_on_class = method.kind in ("class", "static")
        parameters = _parameters(method)
        if parameters is None:
            return
        if is_on_class:
            yield Subject(name, target.name, f"{name}({{arguments}})", parameters)
            return
        variable = variable_of(target.name, self._taken)
        shape = "{subject}." + method.name
        if method.kind == "setter":
            shape = f"{SETTING}{{subject}}, {method.name!r}, {{0}})"
        if method.kind in ("method", "inherited"):
            shape = OPERATORS.get(method.name, shape + "({arguments})")
        if "{0}" not in shape and "{arguments}" not in shape:
            parameters = []
        if method.name in ("__exit__", "__get__"):
            is_entered = method.name == "__exit__"
            in_place = _entered(name, target.name, variable, receivers)
            yield from in_place if is_entered else self._as_member(target, receivers)
            return
        for receiver in receivers:
            setup = arranged(variable, receiver)
            watched = (variable, *doubles_in(setup))
            yield Subject(name, target.name, shape, parameters, setup, watched, method.kind == "inherited")

    def _as_member(self, target: Target, made: Sequence[str]) -> Iterator[Subject]:
        """A descriptor in a class that is written for it."""
        pins = self._explorer.pins
        for steps, act in uses_of_descriptor(target.name, made, list(pins.later)):
            yield Subject(f"{target.name}.__get__", target.name, act, (), pins.over_time(steps))


def with_an_empty_one(full: Sequence[str], empty: Sequence[str]) -> list[str]:
    """An empty instance shows little, but one of them shows what nothing else does: it is the last that counts."""
    return [*full[: MAX_RECEIVERS - 1], *empty[:1], *full[MAX_RECEIVERS - 1 :], *empty[1:]]


def _entered(name: str, owner: str, variable: str, receivers: Sequence[str]) -> Iterator[Subject]:
    """An instance in a `with` statement, left with and without an error."""
    for receiver in receivers:
        *before, made = receiver.split("\n")
        block = f"with {made} as {variable}:\v    pass"
        yield Subject(name, owner, variable, (), (*before, block))
        failing = f"def fail():\v    with {made}:\v        raise ValueError('boom')"
        yield Subject(name, owner, "fail()", (), (*before, failing))


def arguments_in(history: Sequence[str]) -> list[str]:
    """What earlier calls were given: what was put in under a key is asked for by that key."""
    found: dict[str, None] = {}
    for step in history:
        if step.startswith(PINNING):
            continue
        call = _call_in(ast.parse(as_statement(step)).body[0])
        for node in (*call.args, *(keyword.value for keyword in call.keywords)) if call is not None else ():
            text = ast.get_source_segment(as_statement(step), node)
            if text and not isinstance(node, (ast.Starred, ast.Lambda)) and "\n" not in text:
                found.setdefault(text)
    return list(found)


def _call_in(statement: ast.stmt) -> ast.Call | None:
    """The call that a step consists of; none for one that fails or assigns."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    is_run = isinstance(value, ast.Call) and ast.dump(value.func) == _RUN and len(value.args) == 1
    inner: Any = value.args[0] if is_run and isinstance(value, ast.Call) else value
    return inner if isinstance(inner, ast.Call) else None


_RUN = ast.dump(ast.parse("asyncio.run", mode="eval").body)


def _named_by(checks: Sequence[str]) -> tuple[str, ...]:
    """The variable that a result is: a method that gives its own object back is there for what it changes."""
    return tuple(check[len(ITSELF) :] for check in checks if check.startswith(ITSELF))[:1]


def _history_of(kept: Kept) -> tuple[str, ...]:
    """The calls between the making of the receiver and the act."""
    made = f"{kept.subject.watched[0]} = "
    positions = [index for index, statement in enumerate(kept.call.setup) if statement.startswith(made)]
    return kept.call.setup[positions[-1] + 1 :] if positions else ()


def interleave_by_name(mutations: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """One of each method in turn."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, act in mutations:
        groups.setdefault(name, []).append((name, act))
    rows = max((len(group) for group in groups.values()), default=0)
    return [group[row] for row in range(rows) for group in groups.values() if row < len(group)]


def varied(constructions: Sequence[str]) -> list[str]:
    """The same expressions, with those first that differ from one another in their first argument."""
    groups: dict[str, list[str]] = {}
    for text in constructions:
        node = ast.parse(expression_of(text), mode="eval").body
        values = [*node.args, *(keyword.value for keyword in node.keywords)] if isinstance(node, ast.Call) else []
        groups.setdefault(ast.dump(values[0]) if values else "", []).append(text)
    return interleave(groups.values())


def _made_by(text: str) -> str:
    """The class that a method call's receiver is made with on the spot; empty when it is not."""
    node = ast.parse(expression_of(text), mode="eval").body
    receiver = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    made = receiver.func if isinstance(receiver, ast.Call) else None
    return made.id if isinstance(made, ast.Name) and made.id[:1].isupper() else ""


def _parameters(method: Method) -> Sequence[Parameter] | None:
    if method.kind == "property":
        return []
    return parameters_of(method.value, skip_first=method.kind != "static")


def constructor_of(target: Target) -> Subject | None:
    """How instances of a class are made, or None when they cannot be."""
    kind: Any = target.value
    if inspect.isabstract(kind) or is_enumeration(kind) or getattr(kind, "_is_protocol", False):
        return None
    parameters = fields_of(kind) or parameters_of(kind) or []
    return Subject(target.name, target.name, target.name + "({arguments})", parameters)


def with_options(subject: Subject, names: Collection[str]) -> Subject:
    """The subject with keywords that are always given, whether its parameters name them or only let them through."""
    known = {one.name: one for one in subject.parameters}
    given = [known.get(name) or Parameter(name, "", None, True, True, False) for name in names]  # noqa: FBT003 - a row
    others = [one for one in subject.parameters if one.name not in names]
    return subject._replace(
        parameters=[*others, *(one._replace(has_default=False, is_keyword_only=True) for one in given)]
    )
