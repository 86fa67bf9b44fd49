"""The README's table of keys is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.keys import _character_to_key

from ctxtui.screens.history.screen import HistoryScreen
from ctxtui.screens.home.screen import HomeScreen
from ctxtui.screens.keyed_app import KeyedApp
from ctxtui.screens.new_run.module_list import ModuleList
from ctxtui.screens.new_run.screen import NewRunScreen
from ctxtui.screens.review.diff_list import DiffList
from ctxtui.screens.review.screen import ReviewScreen
from ctxtui.screens.run.screen import RunScreen
from ctxtui.screens.run.session_tree import SessionTree
from ctxtui.screens.widgets.line_list import LineList

README = Path(__file__).parents[2] / "README.md"
PLACES = {
    "everywhere": (KeyedApp,),
    "list of runs": (HomeScreen, LineList),
    "new run": (NewRunScreen, ModuleList),
    "run": (RunScreen, SessionTree, LineList),
    "history": (HistoryScreen,),
    "review": (ReviewScreen, DiffList),
}


def rows() -> list[tuple[str, str]]:
    table = README.read_text("utf-8").partition("### In the interface")[2].partition("\nExit codes")[0]
    found = re.findall(r"^\| ([a-z ]+) \| ((?:`[^`]+` ?)+) \|", table, re.MULTILINE)
    return [(where, key) for where, keys in found for key in re.findall(r"`([^`]+)`", keys)]


def bound(kind) -> set[str]:
    keys = (one.key if isinstance(one, Binding) else one[0] for one in kind.BINDINGS)
    return {key.strip() for some in keys for key in some.split(",")}


def test_the_readme_names_keys_of_every_place():
    assert {where for where, _key in rows()} == set(PLACES)


@pytest.mark.parametrize(("where", "key"), rows())
def test_every_key_of_the_readme_is_bound_where_it_says(where, key):
    name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
    assert name in set().union(*(bound(kind) for kind in PLACES[where]))
