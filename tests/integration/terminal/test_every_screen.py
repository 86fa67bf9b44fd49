"""What works on every screen: leaving, the shell in between, messages, themes, the title, the clipboard."""

from __future__ import annotations

import base64
import re
import sys

import pytest
from scenario import go_to, until, writes
from window import Window

LIGHT_ANSWER = "\x1b]11;rgb:fbfb/fbfb/fafa\x1b\\"
KIND_ANSWER = "\x1b[?62;c"


@pytest.fixture(scope="module")
def finished(lasting_project_of):
    project = lasting_project_of({"alpha": [writes("alpha")]})
    project.shell("ctxtui run shop --headless")
    return project


def background(window, text: str) -> str:
    return window.style_of(text).bg


def test_ctrl_c_asks_once_and_twice_leaves_with_the_summary(finished):
    window = finished.type("watch", "last")
    window.sees("✓ alpha")
    window.press("ctrl+c")
    window.sees("ctrl+c once more leaves; runs go on.")
    window.program.send("\x03")
    assert "shop: passed" in window.ends()
    assert window.program.exitstatus == 0


def test_a_fault_of_ours_is_one_sentence_and_the_terminal_is_given_back(finished):
    broken = (
        "import sys, ctxtui.screens.run.acts as acts; acts.RunActs.do = None; sys.argv = ['ctxtui', 'watch', 'last']"
    )
    program = f"{broken}; from ctxtui.__main__ import main; sys.exit(main())"
    window = Window([sys.executable, "-c", program], finished.root, finished.environ)
    finished.windows.append(window)
    window.sees("✓ alpha")
    window.press("d")
    told = window.ends()
    assert "ctxtui: something went wrong inside ctxtui (TypeError" in told
    assert "Traceback" not in told
    assert "locals" not in told
    assert window.program.exitstatus == 1


def test_ctrl_z_gives_the_shell_back_and_fg_the_interface(finished):
    window = Window(["bash", "--norc", "-i"], finished.root, finished.environ | {"PS1": "shell> "})
    finished.windows.append(window)
    window.sees("shell>")
    window.type("ctxtui watch last\r")
    window.sees("✓ alpha")
    window.press("ctrl+z")
    window.sees("Stopped")
    window.type("fg\r")
    window.sees("✓ alpha", "? help")
    window.press("q")
    window.sees("shop: passed")


def test_every_message_can_be_read_again_in_full(finished):
    window = finished.type("watch", "last", size=(60, 20))
    window.sees("alpha")
    window.press("c")
    window.sees("not interrupted")
    window.press("M")
    window.sees("what was told since the start", "not interrupted")
    window.press("escape")
    window.sees_no("what was told since the start")


def test_a_theme_is_tried_on_kept_and_there_at_the_next_start(finished):
    window = finished.type(size=(80, 24))
    window.sees("shop")
    dark = background(window, "ctxtui")
    go_to(window, "commands")
    window.type("theme\r")
    window.sees("the terminal's own colours")
    window.press("down")
    until(lambda: window.look() and background(window, "ctxtui") != dark)
    window.press("enter")
    window.sees_no("the terminal's own colours")
    window.leave()
    window = finished.type(size=(80, 24))
    window.sees("shop")
    assert background(window, "ctxtui") not in {dark, "default"}
    go_to(window, "commands")
    window.type("theme\r")
    window.sees("✓ light")
    window.press("up", "enter")
    window.sees_no("the terminal's own colours")
    window.leave()


def test_a_light_terminal_gets_the_light_theme_when_it_says_so(finished):
    (finished.root.parent / "data" / "interface.json").unlink(missing_ok=True)
    window = finished.type(size=(80, 24))
    until(lambda: window.look() is not None and b"\x1b]11;?" in window.sent)
    window.program.send(LIGHT_ANSWER + KIND_ANSWER)
    window.sees("shop")
    assert int(background(window, "ctxtui")[:2], 16) > 0xE0
    assert "11;rgb" not in window.text
    window.leave()


def test_sixteen_colours_and_no_colour_get_the_terminals_own(finished):
    for variables in ({"TERM": "screen", "COLORTERM": ""}, {"NO_COLOR": "1"}):
        window = finished.type("watch", "last", size=(80, 24), **variables)
        window.sees("✓ alpha")
        assert background(window, "✓ alpha") == "default"
        passed = window.style_of("✓ alpha").fg
        assert passed == ("default" if "NO_COLOR" in variables else "green")
        window.leave()


def test_what_can_be_used_is_never_dimmer_than_what_cannot_without_colour(finished):
    window = finished.type(size=(120, 24), NO_COLOR="1")
    window.sees("✓ passed", "continue")
    assert re.search(rb"\x1b\[2;[0-9;]*m c\x1b", window.sent), "c, which continues nothing here, is not dim"
    assert re.search(rb"\x1b\[1;[0-9;]*m n\x1b", window.sent), "n, which starts a run, is not bold"
    window.leave()


def test_the_title_tells_how_the_run_stands_and_is_given_back(finished):
    window = finished.type("watch", "last")
    window.sees("✓ alpha")
    until(lambda: window.look() is not None and "\x1b]2;1/1 · shop\x1b\\".encode() in window.sent)
    window.leave()
    assert b"\x1b[22;0t" in window.sent
    assert b"\x1b[23;0t" in window.sent


def test_a_copy_says_where_the_text_went(finished, tmp_path):
    window = finished.type("watch", "last", PATH=f"{tmp_path}:{finished.environ['PATH']}", TMUX="", DISPLAY="")
    window.sees("✓ alpha")
    window.press("g", "j")
    go_to(window, "diff")
    window.sees("assert value()")
    window.press("y")
    window.sees("to the terminal's clipboard; a terminal that allows no OSC 52 keeps nothing")
    (sent,) = re.findall(rb"\x1b\]52;c;([^\x07]*)\x07", window.sent)
    assert b"assert value()" in base64.b64decode(sent)
    window.press("escape")
    window.leave()

    tmux = tmp_path / "tmux"
    tmux.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/words\ncat > {tmp_path}/buffer\n')
    tmux.chmod(0o755)
    window = finished.type("watch", "last", PATH=f"{tmp_path}:{finished.environ['PATH']}", TMUX="/tmp/x,1,0")
    window.sees("✓ alpha")
    window.press("g", "j")
    go_to(window, "diff")
    window.sees("assert value()")
    window.press("y")
    window.sees("to tmux's buffer")
    assert "assert value()" in (tmp_path / "buffer").read_text()
    assert (tmp_path / "words").read_text().split() == ["load-buffer", "-w", "-"]
