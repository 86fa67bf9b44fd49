"""What the README promises in tables: every command can be typed, every key pressed, every exit code given."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from ctxtui.cli.group import COMMANDS, ctxtui
from ctxtui.cli.options import EXIT_CODES
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.rung import Rung
from ctxtui.screens.home.screen import HomeScreen
from ctxtui.screens.retry.screen import RetrySheet
from ctxtui.screens.run.bindings import run_bindings
from ctxtui.screens.widgets.line_list import LineList

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
KEY_NAMES = {"+": "plus", "-": "minus", ">": "greater_than_sign"}


def rows() -> list[tuple[str, str, str]]:
    table = README[README.index("| you want to |") :].split("\n\n")[0]
    cells = [line.strip("|").split(" | ") for line in table.splitlines()[2:]]
    return [(row[0].strip(), row[1].strip(), row[2].strip(" |")) for row in cells]


def typed() -> list[str]:
    """Every `ctxtui …` of the table and of the examples above it."""
    from_table = [words for _what, cell, _key in rows() for words in re.findall(r"`(ctxtui [^`]*)`", cell)]
    return from_table + re.findall(r"^(ctxtui \w[^#\n]*)", README, re.MULTILINE)


def keys_of(bindings) -> set[str]:
    return {key for binding in bindings for key in binding.key.split(",")}


@pytest.mark.parametrize("words", typed())
def test_a_command_of_the_readme_is_one_and_takes_these_options(words):
    _program, name, *rest = shlex.split(words.partition(" > ")[0].replace("[", "").replace("]", ""))
    assert name in COMMANDS
    command = ctxtui.get_command(click.Context(ctxtui), name)
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options


@pytest.mark.parametrize(("what", "keys"), [(what, keys) for what, _words, keys in rows() if keys])
def test_a_key_of_the_readme_is_bound_where_it_says(what, keys):
    bound = keys_of([*HomeScreen.BINDINGS, *LineList.BINDINGS] if "in the list" in keys else run_bindings())
    if "`, then `" in keys:
        bound |= keys_of(RetrySheet.BINDINGS)
    for key in re.findall(r"`([^`]+)`", keys):
        assert {key, KEY_NAMES.get(key, key)} & bound, what


def test_the_exit_codes_are_those_there_are():
    told = README[README.index("Exit codes:") :].split("\n\n")[0]
    assert {int(code) for code in re.findall(r"`(\d+)`", told)} == set(ExitCode)
    assert {int(code) for code in re.findall(r"(?:^|\s)(\d+)(?=  )", EXIT_CODES)} == set(ExitCode)


def test_the_rungs_are_those_there_are_in_their_order():
    told = README[README.index('## What "proved" means') :]
    assert re.findall(r"^\d\. \*\*(\w+)\*\*", told, re.MULTILINE) == list(Rung)
