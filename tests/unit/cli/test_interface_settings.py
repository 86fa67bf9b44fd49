"""What the interface is opened with."""

from __future__ import annotations

import pytest

from ctxtui.cli.interface import open_home
from ctxtui.cli.shell import Shell


class Program:
    """The interface, closed at once."""

    failure = ""
    fault = None
    return_code = 0

    def __init__(self, services, *_rest) -> None:
        type(self).services = services

    def begin_with_keys(self, typed) -> None:
        """Nobody typed anything."""

    def run(self, *, mouse: bool) -> None:
        """Nobody looks."""


@pytest.mark.parametrize("typed", [{}, {"agent": "claude", "jobs": 9, "max_attempts": 7}])
def test_the_form_of_a_new_run_shows_what_its_plan_is_made_with(monkeypatch, tmp_path, typed):
    """What was typed for the run that is being watched holds for that one alone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Shell, "is_terminal", True)
    monkeypatch.setattr("ctxtui.cli.interface.begin_uncollected", lambda: None)
    monkeypatch.setattr("ctxtui.app.CtxtuiApp", Program)
    environ = {"CTXTUI_UI_THEME": "ctxtui-dark", "CTXTUI_JOBS": "3"}
    environ |= {f"CTXTUI_{place}_DIR": str(tmp_path / place) for place in ("CONFIG", "DATA", "CACHE")}
    assert open_home(Shell(environ=environ, overrides=typed)) == 0
    wish = Program.services.default_wish
    assert (wish.agent, wish.jobs, wish.attempts) == ("builtin", 3, 3)
