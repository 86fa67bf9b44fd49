"""Explores a class: how it is built, what its members give, and how its state changes."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from typing import Any, Container, Iterator, Mapping, Sequence

from .calls import Call
from .explore import Explorer, Kept
from .inputs import Inputs, interleave
from .subjects import Subject
from .targets import OPERATORS, Method, Parameter, Target, is_enumeration, methods_of, parameters_of

MAX_RECEIVERS = 4
MAX_RECEIVERS_OF_CHEAP = 8
MAX_MUTATIONS = 5


class ClassExplorer:
    """Explores one class after its constructors are known to `inputs`."""

    def __init__(self, explorer: Explorer, inputs: Inputs, package: str, taken: Container[str]) -> None:
        self._explorer = explorer
        self._inputs = inputs
        self._package = package
        self._taken = taken
        self._mutations: dict[str, list[tuple[str, str]]] = {}

    def note(self, kept: Kept) -> None:
        """Remembers calls that changed their receiver, to arrange later calls with."""
        known = self._mutations.setdefault(kept.subject.owner, [])
        is_simple = len(kept.call.setup) == 1 and len(known) < MAX_MUTATIONS
        if kept.outcome.changes and is_simple and kept.subject.name not in [name for name, _ in known]:
            known.append((kept.subject.name, kept.call.act))

    def members(self, target: Target, seeds: Mapping[str, Sequence[str]], cpu_seconds: float) -> None:
        kind: Any = target.value
        receivers = self._receivers(target)
        methods = methods_of(kind, self._package)
        if not methods:
            return
        share = cpu_seconds / len(methods) / (1.5 if receivers else 1)
        for method in methods:
            name = target.name + "." + method.name
            calls = [Call((), text) for text in seeds.get(name, ()) if _made_by(text) in ("", target.name)]
            chosen = receivers if method.kind == "property" else receivers[:MAX_RECEIVERS]
            for index, subject in enumerate(self._subjects(target, method, chosen)):
                self._explorer.explore(subject, calls if index == 0 else (), share / max(len(chosen), 1))
        self._again_after_changes(target, methods, receivers, share)

    def _again_after_changes(self, target: Target, methods: list[Method], receivers: list[str], share: float) -> None:
        """Members once more, on receivers that an earlier call has changed."""
        variable = variable_of(target.name, self._taken)
        for receiver in receivers[:2]:
            for _, mutation in self._mutations.get(target.name, [])[:3]:
                setup = (f"{variable} = {receiver}", mutation)
                for method in methods:
                    if method.kind in ("method", "property"):
                        for subject in self._subjects(target, method, [receiver]):
                            self._explorer.explore(subject._replace(setup=setup), (), share / 6)

    def _receivers(self, target: Target) -> list[str]:
        if is_enumeration(target.value):
            members: Any = target.value
            return [f"{target.name}.{member.name}" for member in list(members)[:MAX_RECEIVERS_OF_CHEAP]]
        known = self._inputs.instances.get(target.name, [])
        exact = self._inputs.exact.get(target.name, [])
        pioneers = [text for text in known if text in exact]
        return varied(list(dict.fromkeys([*pioneers, *exact])) or known)[:MAX_RECEIVERS_OF_CHEAP]

    def _subjects(self, target: Target, method: Method, receivers: list[str]) -> Iterator[Subject]:
        name = target.name + "." + method.name
        is_on_class = method.kind in ("class", "static")
        parameters = _parameters(method)
        if parameters is None:
            return
        if is_on_class:
            yield Subject(name, target.name, f"{name}({{arguments}})", parameters)
            return
        variable = variable_of(target.name, self._taken)
        shape = "{subject}." + method.name
        if method.kind == "method":
            shape = OPERATORS.get(method.name, shape + "({arguments})")
        for receiver in receivers:
            yield Subject(name, target.name, shape, parameters, (f"{variable} = {receiver}",), (variable,))


def varied(constructions: Sequence[str]) -> list[str]:
    """The same expressions, with those first that differ from one another in their first argument."""
    groups: dict[str, list[str]] = {}
    for text in constructions:
        node = ast.parse(text, mode="eval").body
        values = [*node.args, *(keyword.value for keyword in node.keywords)] if isinstance(node, ast.Call) else []
        groups.setdefault(ast.dump(values[0]) if values else "", []).append(text)
    return interleave(groups.values())


def _made_by(text: str) -> str:
    """The class that a method call's receiver is made with on the spot; empty when it is not."""
    node = ast.parse(text, mode="eval").body
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
    parameters = parameters_of(kind)
    if parameters is None:
        parameters = []
    return Subject(target.name, target.name, target.name + "({arguments})", parameters)


def variable_of(class_name: str, taken: Container[str]) -> str:
    """The name a person gives an instance: `LRUCache` becomes `lru_cache`, where that hides nothing."""
    words = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3_\2\4", class_name.strip("_"))
    lowered = words.lower()
    return lowered if lowered not in taken and not hasattr(builtins, lowered) and len(lowered) > 1 else "instance"
