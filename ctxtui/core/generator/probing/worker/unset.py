"""Gives the receiver of a call something in the place of an attribute that is None and that its method works with."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from types import FunctionType
from typing import Any, Callable, Iterator, Sequence, Tuple

from .failing import Unset
from .places import Wish
from .subjects import Arguments, Subject, arranged
from .targets import is_required, parameters_of
from .values import EMPTY_STREAMS

MOST_VALUES = 3
MOST_SETTERS = 2
Setter = Tuple[str, str]


def with_it_set(
    subject: Subject, arguments: Arguments, unset: Unset, having: Callable[[str], Sequence[str]]
) -> Iterator[Wish]:
    """The call after the attribute was set: by the method that is there for it, or else by assigning it.

    `having` gives expressions for objects with an attribute.
    """
    receiver = subject.watched[0]
    value = unset.attribute.strip("_")
    if not value or any(line.startswith(f"{value} = ") for line in subject.setup):
        return
    steps = [f"{receiver}.{method}({value})" for method in setters_of(unset.kind, unset.attribute)[:MOST_SETTERS]]
    if not steps and not unset.attribute.startswith("_"):
        steps = [f"{receiver}.{unset.attribute} = {value}"]
    for text in _values(unset.wanted, having):
        for step in steps:
            setup = (*subject.setup, *arranged(value, text), step)
            yield subject._replace(setup=setup, watched=(*subject.watched, value)), arguments


def _values(wanted: str, having: Callable[[str], Sequence[str]]) -> list[str]:
    """Objects with what is asked of the attribute; what is written to is empty at first."""
    if wanted == "write":
        return list(EMPTY_STREAMS)
    return list(having(wanted))[:MOST_VALUES] or [f"types.SimpleNamespace({wanted}=lambda *args, **kwargs: True)"]


@functools.lru_cache(maxsize=None)
def setters_of(kind: type, attribute: str) -> Sequence[str]:
    """Methods that do no more than take a value for an attribute, public ones first."""
    found = {
        name: None
        for owner in kind.__mro__
        for name, member in vars(owner).items()
        if isinstance(member, FunctionType) and name != "__init__" and attribute in member.__code__.co_names
        if _sets(member, attribute)
    }
    return sorted(found, key=lambda name: name.startswith("_"))


def _sets(method: FunctionType, attribute: str) -> bool:
    """Whether a method has one required parameter, which it stores in the attribute."""
    required = [one.name for one in parameters_of(method, skip_first=True) or () if is_required(one)]
    if len(required) != 1:
        return False
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(method)))
    except (OSError, TypeError, SyntaxError):
        return False
    return any(_is_stored(node, attribute, required[0]) for node in ast.walk(tree))


def _is_stored(node: Any, attribute: str, name: str) -> bool:  # noqa: ANN401 - a node of any kind
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Name) or node.value.id != name:
        return False
    return any(
        isinstance(target, ast.Attribute) and target.attr == attribute and isinstance(target.value, ast.Name)
        for target in node.targets
    )
