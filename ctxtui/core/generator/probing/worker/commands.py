"""Calls commands of click as their users do: with words, and with a look at what they print."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping

from .careful import attribute, home_of

ORIGIN = {"CliRunner": ("click.testing", "CliRunner")}
USAGE = 2
MOST_LINES = 12
MOST_COMMANDS = 6
_BY_TYPE: Mapping[str, str] = {"integer": "3", "float": "1.5", "boolean": "true", "uuid": "0" * 32}


def is_command(value: object) -> bool:
    return any(owner.__name__ == "Command" and home_of(owner) == "click.core" for owner in type(value).__mro__)


def runs_of(name: str, command: object) -> list[str]:
    """Ways to call a command; the first gives it no words."""
    run = f"CliRunner().invoke({name}"
    return [f"{run})", *(f"{run}, {words!r})" for words in [*_lines_for(command)][:MOST_LINES] if words)]


def told_of_run(value: Any, literal: Callable[[object], str | None]) -> list[str] | None:  # noqa: ANN401 - any object
    """How a command ended and what it printed; None for what is no such result.

    How a command is to be used is told by click, in words that change with it.
    """
    if (home_of(type(value)), type(value).__name__) != ("click.testing", "Result"):
        return None
    if value.exception is not None and not isinstance(value.exception, SystemExit):
        return []
    text = literal(value.output) if value.exit_code != USAGE else None
    printed = [] if text is None else [f"result.output == {text}"]
    return [f"result.exit_code == {value.exit_code}", *printed]


def _lines_for(command: Any) -> Iterator[list[str]]:  # noqa: ANN401 - a command of click
    """The least that a command asks for, and that with each of its options; commands of a group in turn."""
    needed = [word for one in command.params if one.required for word in _given(one)]
    inner = list((attribute(command, "commands") or {}).items())
    for name, one in inner[:MOST_COMMANDS]:
        yield from ([*needed, name, *line] for line in _lines_for(one))
    if inner:
        return
    yield needed
    for one in command.params:
        if not one.required and one.name != "help":
            yield [*_given(one), *needed] if one.param_type_name == "option" else [*needed, *_given(one)]


def _given(parameter: Any) -> list[str]:  # noqa: ANN401 - an option or an argument of click
    is_option = parameter.param_type_name == "option"
    head = [max(parameter.opts, key=len)] if is_option else []
    if is_option and (parameter.is_flag or parameter.count):
        return head
    choices = attribute(parameter.type, "choices") or [_BY_TYPE.get(parameter.type.name, parameter.name)]
    return [*head, *[str(choices[0])] * max(parameter.nargs, 1)]
