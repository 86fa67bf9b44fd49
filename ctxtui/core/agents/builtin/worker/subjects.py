"""A callable under exploration, and its calls as source text."""

from __future__ import annotations

import ast
import random
from typing import Dict, NamedTuple, Sequence

from .targets import Parameter

Arguments = Dict[str, str]


class Subject(NamedTuple):
    """A callable under exploration. `template` has `{arguments}` (or `{0}`) where the arguments go."""

    name: str
    owner: str
    template: str
    parameters: Sequence[Parameter]
    setup: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()


def written(subject: Subject, arguments: Arguments, receiver: str = "") -> str:
    """The call as source text: required arguments by position, optional ones by keyword."""
    receiver = receiver or next(iter(subject.watched), "")
    positional, keywords = [], []
    for parameter in subject.parameters:
        text = arguments.get(parameter.name)
        if text is None:
            continue
        if parameter.is_variadic or not (parameter.has_default or parameter.is_keyword_only):
            positional.append(text)
        else:
            keywords.append(parameter.name + "=" + text)
    template = subject.template
    if "{0}" in template:
        template = template.replace("{0}", positional[0] if positional else "''")
    return template.replace("{arguments}", ", ".join(positional + keywords)).replace("{subject}", receiver)


def read(subject: Subject, act: str) -> Arguments | None:
    """The arguments of a plain call of the subject by parameter name, or None for anything more involved."""
    node = ast.parse(act, mode="eval").body
    head = subject.template.partition("(")[0]
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != head:
        return None
    names = [p.name for p in subject.parameters if not p.is_variadic and not p.is_keyword_only]
    if len(node.args) > len(names) or any(isinstance(argument, ast.Starred) for argument in node.args):
        return None
    pieces = [(names[index], argument) for index, argument in enumerate(node.args)]
    pieces += [(keyword.arg or "", keyword.value) for keyword in node.keywords]
    known = {p.name for p in subject.parameters}
    if any(name not in known for name, _ in pieces):
        return None
    return {name: ast.get_source_segment(act, value) or "" for name, value in pieces}


def bent(expression: str, column: list[str], chance: random.Random) -> str:
    """A literal a little different from the given one; anything else unchanged."""
    try:
        value = ast.literal_eval(expression)
    except (ValueError, SyntaxError):
        return expression
    if type(value) is int:
        return str(chance.choice((value + 1, value - 1, -value, value * 10, value * value)) % 10**12)
    if type(value) is float:
        return repr(chance.choice((value * 2, -value, value + 1, value / 3)))
    if type(value) is str:
        return repr(_bent_text(value, column, chance))
    if type(value) is list and value:
        return repr(chance.choice((value[::-1], value[1:], value + value[:1], value[:1])))
    return expression


def _bent_text(value: str, column: list[str], chance: random.Random) -> str:
    other = chance.choice(column)
    try:
        joined = ast.literal_eval(other)
    except (ValueError, SyntaxError):
        joined = ""
    if not isinstance(joined, str):
        joined = ""
    at = chance.randint(0, len(value))
    return str(
        chance.choice(
            (value + joined, joined + value, value[:at] + joined + value[at:], value[:at], value[at:], value.upper())
        )
    )[:80]
