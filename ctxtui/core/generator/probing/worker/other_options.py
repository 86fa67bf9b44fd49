"""Makes the receiver of a call with another option, where a comparison of one of its attributes is to be turned."""

from __future__ import annotations

import ast
from typing import Any, Iterable, Iterator

from .comparing import Comparison
from .subjects import Subject

MOST_VALUES = 3


def with_other_option(comparison: Comparison, subject: Subject, values: Iterable[Any]) -> Iterator[Subject]:
    """The subject on an object that was made with the option that the attribute has its name from.

    Whether there is such an option shows when it is made: one that there is not makes the call unusable. A public
    flag may also be set afterwards.
    """
    option = comparison.attribute.lstrip("_")
    if not (option and subject.watched):
        return
    made = f"{subject.watched[0]} = "
    for index, statement in enumerate(subject.setup):
        if statement.startswith(made):
            for value in list(values)[:MOST_VALUES]:
                written = _with_keyword(statement, option, repr(value))
                if written:
                    yield subject._replace(setup=(*subject.setup[:index], written, *subject.setup[index + 1 :]))
    if type(comparison.left) is bool and option == comparison.attribute:
        flag = f"{subject.watched[0]}.{option}"
        kept = [statement for statement in subject.setup if not statement.startswith(f"{flag} = ")]
        yield subject._replace(setup=(*kept, f"{flag} = {not comparison.left}"))


def _with_keyword(statement: str, option: str, text: str) -> str:
    """The construction with one keyword more; empty where it is none, or has the option."""
    node: Any = ast.parse(statement).body[0]
    call: Any = node.value if isinstance(node, ast.Assign) else None
    is_plain = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and "\n" not in statement
    if not is_plain or any(keyword.arg in (option, None) for keyword in call.keywords):
        return ""
    separator = ", " if call.args or call.keywords else ""
    written = f"{statement.rstrip()[:-1].rstrip().rstrip(',')}{separator}{option}={text})"
    try:
        ast.parse(written)
    except (SyntaxError, ValueError):  # what stands in a table may be anything, with a text that is no expression
        return ""
    return written
