"""What the list of runs does not wait for."""

from __future__ import annotations

import subprocess
import sys

_AT_THE_FIRST_FRAME = """
import sys
from ctxtui.cli import wordless
import ctxtui.app
from ctxtui.core.store.glance import glance_runs
from ctxtui.screens.opening import screen_class
screen_class("home")
print(*sys.modules)
"""
NOT_NEEDED = frozenset(
    {
        *("click", "sqlalchemy", "git"),
        *("ctxtui.core.domain.session", "ctxtui.core.domain.attempt", "ctxtui.core.domain.interaction"),
        *("ctxtui.core.domain.verdict", "ctxtui.core.ports.store", "ctxtui.screens.launcher"),
    }
)


def test_the_list_of_runs_is_drawn_before_what_it_does_not_need_is_loaded():
    loaded = subprocess.run(
        [sys.executable, "-c", _AT_THE_FIRST_FRAME], check=True, capture_output=True, text=True, timeout=60
    ).stdout.split()
    assert sorted(NOT_NEEDED & set(loaded)) == []


def test_without_a_word_an_error_is_told_as_with_words(monkeypatch, capsys):
    from ctxtui.__main__ import main  # noqa: PLC0415 - which ends with a handler of its own

    monkeypatch.setattr("sys.argv", ["ctxtui"])
    monkeypatch.setattr("ctxtui.__main__.signal.signal", lambda _number, _handler: None)
    assert main() == 2
    assert capsys.readouterr().err.startswith("ctxtui: The interface needs a terminal")
