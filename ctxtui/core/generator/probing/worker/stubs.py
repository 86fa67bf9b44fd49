"""Gives an object that a call works with what it turned out to lack: a method, or an attribute."""

from __future__ import annotations

import re
from typing import Callable, Iterator, Tuple

from .stand_ins import NAME
from .subjects import INNER_BREAK, Arguments, Subject

Wish = Tuple[Subject, Arguments]
_GIVEN = ("True", "{'name': 'Ann'}", "'text'", "None")
"""What a method gives that nothing is known about."""
_NAMESPACE = "types.SimpleNamespace("
_ATTRIBUTES = ("lambda *args, **kwargs: True", "'text'")
MOST_METHODS = 6


def with_method(subject: Subject, arguments: Arguments, kind: str, method: str) -> Iterator[Wish]:
    """The call with a subclass in the place of a class whose method is only there to be overridden."""
    for value in _GIVEN:
        added = f"{INNER_BREAK}    def {method}(self, *args, **kwargs):{INNER_BREAK}        return {value}"
        stub = f"{NAME}{kind.strip('_')}"
        head = f"class {stub}({kind}):"
        if any(line.startswith(head) for line in subject.setup):
            setup = tuple(line + added if _can_take(line, head, method) else line for line in subject.setup)
            if setup != subject.setup:
                yield subject._replace(setup=setup), arguments
            continue
        made = re.compile(rf"(?<![\w.]){re.escape(kind)}\(")
        replaced, changed = _everywhere(subject, arguments, lambda text: made.sub(f"{stub}(", text))  # noqa: B023 - called at once
        if (replaced, changed) != (subject, arguments):
            yield replaced._replace(setup=(head + added, *replaced.setup)), changed


def with_attribute(subject: Subject, arguments: Arguments, name: str) -> Iterator[Wish]:
    """The call with one more attribute of what stands for an object."""
    for value in _ATTRIBUTES:
        put = f"{_NAMESPACE}{name}={value}, "
        found = _everywhere(subject, arguments, lambda text: text.replace(_NAMESPACE, put).replace(", )", ")"))  # noqa: B023 - called at once
        if found != (subject, arguments):
            yield found


def _can_take(line: str, head: str, method: str) -> bool:
    return line.startswith(head) and f"def {method}(" not in line and line.count("def ") < MOST_METHODS


def _everywhere(subject: Subject, arguments: Arguments, change: Callable[[str], str]) -> Wish:
    """The call with its arguments and what is arranged before changed, but for classes and functions."""
    setup = tuple(line if line.startswith(("class ", "def ")) else change(line) for line in subject.setup)
    return subject._replace(setup=setup), {name: change(text) for name, text in arguments.items()}
