"""A callable under exploration, and its calls as source text.

An argument may need statements before the call: such a text has them on lines of their own, its last line is the
expression. No expression here has a line break of its own.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import random
import re
from typing import Container, Dict, NamedTuple, Sequence

from .calls import Call
from .patches import NAME as PATCHES
from .targets import Parameter

Arguments = Dict[str, str]
INNER_BREAK = "\v"
PINNING = f"{PATCHES}."


class Subject(NamedTuple):
    """A callable under exploration. `template` has `{arguments}` (or `{0}`) where the arguments go.

    An inherited one is from outside the package: it is worth a test only where it gets into the module.
    """

    name: str
    owner: str
    template: str
    parameters: Sequence[Parameter]
    setup: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    is_inherited: bool = False


def call_of(subject: Subject, arguments: Arguments) -> Call | None:
    """The call with all that has to be arranged for it; None where two arguments want one name for two things."""
    setup = [as_statement(statement) for statement in subject.setup]
    watched = list(subject.watched)
    for text in arguments.values():
        statements = [as_statement(statement) for statement in text.split("\n")[:-1]]
        setup += [statement for statement in statements if statement not in setup]
        name = expression_of(text)
        is_variable = any(statement.startswith(name + " = ") for statement in statements)
        watched += [name] if is_variable and name not in watched else []
    names = [statement.partition(" = ")[0] for statement in setup if " = " in statement]
    if len(set(names)) < len(names):
        return None
    return Call(tuple(setup), written(subject, arguments), tuple(watched))


def as_statement(line: str) -> str:
    """A statement on several lines, such as a class, is kept on one."""
    return line.replace(INNER_BREAK, "\n")


def call_with_steps(text: str) -> Call:
    """A call behind the statements that it needs, a line each; what a method is called on is watched."""
    *steps, act = text.split("\n")
    node = ast.parse(act, mode="eval").body
    receiver = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    name = receiver.id if isinstance(receiver, ast.Name) else ""
    is_variable = any(step.startswith(f"{name} = ") for step in steps)
    return Call(tuple(map(as_statement, steps)), act, (name,) if is_variable else ())


def arranged(variable: str, text: str) -> tuple[str, ...]:
    """Statements that give a variable the value of an expression which may need statements of its own."""
    *statements, expression = text.split("\n")
    return (*statements, f"{variable} = {expression}")


def expression_of(text: str) -> str:
    return text.rpartition("\n")[2]


def in_a_row(texts: Sequence[str]) -> str:
    """Several arguments one after the other, after the statements that any of them needs."""
    statements = dict.fromkeys(statement for text in texts for statement in text.split("\n")[:-1])
    return "\n".join([*statements, ", ".join(map(expression_of, texts))])


def prepared(variable: str, expression: str, *statements: str) -> str:
    """An argument that is bound to a variable first, so that what the call did to it can be seen."""
    return "\n".join([f"{variable} = {expression}", *statements, variable])


def written(subject: Subject, arguments: Arguments, receiver: str = "") -> str:
    """The call as source text: required arguments by position, optional ones by keyword."""
    receiver = receiver or next(iter(subject.watched), "")
    positional, keywords = [], []
    for parameter in subject.parameters:
        text = arguments.get(parameter.name)
        if text is None:
            continue
        text = expression_of(text)
        if parameter.is_variadic or not (parameter.has_default or parameter.is_keyword_only):
            positional.append(text)
        else:
            keywords.append(parameter.name + "=" + text)
    template = subject.template
    if "{0}" in template:
        template = template.replace("{0}", positional[0] if positional else "''")
    return template.replace("{arguments}", ", ".join(positional + keywords)).replace("{subject}", receiver)


def inlined(setup: Sequence[str], act: str, told: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Setup and act without the variables that are used once and that nothing is told about afterwards."""
    statements = list(setup)
    position = 0
    while position < len(statements):
        statement = statements[position]
        name, assignment, value = statement.partition(" = ")
        later = [*statements[position + 1 :], act]
        users = [source for source in later if name in _names_in(source)]
        is_plain = bool(assignment) and name.isidentifier() and "\n" not in statement
        is_plain = is_plain and not any(source.startswith(PINNING) for source in later)  # it is made before that
        position += 1
        if not is_plain or len(users) != 1 or any(name in _names_in(check) for check in told):
            continue
        source = users[0]
        pattern = rf"\b{re.escape(name)}\b"
        if len(re.findall(pattern, source)) != 1 or _names_in(source).count(name) != 1:
            continue
        put = re.sub(pattern, lambda _match, value=value: value, source)  # type: ignore[misc]
        position -= 1
        del statements[position]
        statements = [put if other is source else other for other in statements]
        act = put if source is act else act
    return tuple(statements), act


def _names_in(source: str) -> list[str]:
    return [node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]


def read(subject: Subject, act: str) -> Arguments | None:
    """The arguments of a plain call of the subject by parameter name, or None for anything more involved."""
    node = ast.parse(act, mode="eval").body
    head = subject.template.partition("(")[0]
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != head:
        return None
    return _given(node, subject.parameters, act)


def _given(node: ast.Call, parameters: Sequence[Parameter], act: str) -> Arguments | None:
    """What a call gives each parameter; the rest goes to the one that takes any number."""
    names = [p.name for p in parameters if not p.is_variadic and not p.is_keyword_only]
    row = next((p.name for p in parameters if p.is_variadic), "") if len(node.args) > len(names) else ""
    is_too_much = len(node.args) > len(names) and not row
    if is_too_much or any(isinstance(argument, ast.Starred) for argument in node.args):
        return None
    known = {p.name for p in parameters}
    if any(keyword.arg not in known for keyword in node.keywords):
        return None
    texts = [ast.get_source_segment(act, argument) or "" for argument in node.args]
    found = dict(zip(names, texts))
    if row:
        found[row] = ", ".join(texts[len(names) :])
    return {**found, **{str(one.arg): ast.get_source_segment(act, one.value) or "" for one in node.keywords}}


def as_called(subject: Subject, call: Call) -> tuple[Subject, Arguments]:
    """A method as an example calls it, on its own receiver, and what it is given; nothing where that is unclear."""
    node = ast.parse(call.act, mode="eval").body
    if "{arguments}" in subject.template and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        arguments = _given(node, subject.parameters, call.act)
        if arguments and node.func.attr == subject.name.rpartition(".")[2]:
            template = (ast.get_source_segment(call.act, node.func) or "") + "({arguments})"
            return subject._replace(template=template, setup=call.setup, watched=call.watched), arguments
    return subject, {}


def variable_of(class_name: str, taken: Container[str]) -> str:
    """The name a person gives an instance: `LRUCache` becomes `lru_cache`, where that hides nothing."""
    words = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3_\2\4", class_name.strip("_"))
    lowered = words.lower()
    is_taken = lowered in taken or hasattr(builtins, lowered) or keyword.iskeyword(lowered)
    return lowered if len(lowered) > 1 and not is_taken else "instance"


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
