"""Every view opens, shows its keys and closes at every size and in every kind of terminal."""

from __future__ import annotations

import pytest
from scenario import come_back, go_to, writes

LOOKS = [
    pytest.param((200, 60), {}, id="200x60 dark"),
    pytest.param((120, 40), {"COLORFGBG": "0;15"}, id="120x40 light"),
    pytest.param((80, 24), {"TERM": "screen", "COLORTERM": ""}, id="80x24 sixteen colours"),
    pytest.param((60, 20), {"NO_COLOR": "1"}, id="60x20 no colour"),
]


@pytest.fixture(scope="module")
def finished(lasting_project_of):
    project = lasting_project_of({name: [writes(name)] for name in ("alpha", "beta", "gamma")})
    project.shell("ctxtui run shop --headless")
    return project


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("size", "look"), LOOKS)
def test_every_view_opens_and_closes(finished, size, look):
    window = finished.type(size=size, **look)
    window.sees("shop", "✓ passed", "? help")
    for view in ("help", "machine", "new run", "commands"):
        go_to(window, view)
        come_back(window, view)
    window.press("enter")
    window.sees("alpha", "3/3", "? help")
    window.press("j")
    for view in ("diff", "history", "timeline", "help", "commands"):
        go_to(window, view)
        come_back(window, view)
    go_to(window, "messages")
    come_back(window, "messages")
    window.press("H")
    window.sees("1 run")
    assert not [line for line in window.lines if len(line) > size[0]]
    assert "The run goes on" not in window.leave()
