"""Text opened in an editor: a missing one, one that returns at once, one that writes, and a signal meanwhile."""

from __future__ import annotations

import shlex
import signal
import sys
from pathlib import Path

import pytest
from scenario import go_to, until, writes


@pytest.fixture(scope="module")
def finished(lasting_project_of):
    project = lasting_project_of({"alpha": [writes("alpha")]})
    project.shell("ctxtui run shop --headless")
    return project


def at_the_diff(project, editor: str):
    window = project.type("watch", "last", EDITOR=editor, TMPDIR=str(project.root.parent))
    window.sees("✓ alpha")
    window.press("g", "j")
    go_to(window, "diff")
    window.sees("assert value()")
    window.press("e")
    return window


def script(project, name: str, text: str) -> str:
    path = project.root.parent / name
    path.write_text(text)
    return shlex.join([sys.executable, str(path)])


@pytest.mark.parametrize(
    ("editor", "told"),
    [
        ("no-such-editor", "no-such-editor cannot be started: there is no such program. Set EDITOR"),
        ("it's", "EDITOR is “it's”, which is no command"),
        ("/", "/ cannot be started"),
    ],
)
def test_an_editor_that_cannot_be_started_is_named_and_the_interface_stays(finished, editor, told):
    window = at_the_diff(finished, editor)
    window.sees(told)
    window.press("escape")
    window.sees("1/1")
    window.leave()


def test_an_editor_that_is_blank_means_none(finished):
    window = at_the_diff(finished, " ")
    window.sees("(END)")
    window.press("q")
    window.sees("assert value()", "esc back")
    window.leave()


def test_what_an_editor_that_returns_at_once_was_given_is_there_until_the_interface_ends(finished):
    log = finished.root.parent / "opened"
    window = at_the_diff(
        finished, script(finished, "quick.py", f"import sys; open({str(log)!r}, 'w').write(sys.argv[1])")
    )
    until(log.exists)
    window.sees("esc back")
    copy = Path(log.read_text())
    assert "assert value()" in copy.read_text()
    assert not copy.stat().st_mode & 0o222
    window.leave()
    assert not copy.parent.exists()


def test_changes_to_the_copy_are_kept_and_the_user_is_told_where(finished):
    change = "import os, sys; os.chmod(sys.argv[1], 0o644); open(sys.argv[1], 'a').write('# mine')"
    window = at_the_diff(finished, script(finished, "change.py", change))
    window.sees("That was a copy: your changes are in")
    window.leave()
    (copy,) = finished.root.parent.glob("ctxtui-*/test_alpha.py")
    assert copy.read_text().endswith("# mine")


def test_a_signal_ends_the_pager_and_the_interface_and_leaves_nothing_of_the_run_in_the_scrollback(finished):
    window = at_the_diff(finished, "less")
    window.sees("(END)")
    window.program.kill(signal.SIGTERM)
    rest = window.ends()
    assert window.program.exitstatus == 128 + signal.SIGTERM
    assert "alpha" not in rest
