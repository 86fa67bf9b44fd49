"""The program as a process: streams that close or cannot say every letter, signals, and what it imports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from ctxtui.__main__ import main as start_program
from tests.integration.cli.conftest import GOOD, git

RETRYABLE = 3
INTERRUPTED = 130
WAITS = {"*": [[["wait_for", "{script_dir}/go"], ["write", "{test_path}", GOOD]]]}


def shell(person, line, **environ):
    """A line of a shell in the project's folder, with `$C` for the program."""
    program = f"{sys.executable} -m ctxtui"
    return subprocess.run(
        ["bash", "-c", line],
        cwd=person.root,
        env={**person.environ, "C": program, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=100,
        check=False,
    )


def test_a_reader_that_leaves_is_no_fault(done):
    for words in ("ls", "export", "--help"):
        told = shell(done, f'$C {words} | head -0; echo "${{PIPESTATUS[0]}}"')
        assert (told.stdout, told.stderr) == ("0\n", ""), words


def test_closed_streams_are_no_fault(done):
    told = shell(done, "$C ls >&-; echo $?; $C show 2>&- | wc -l; $C ls <&- >/dev/null; echo $?")
    assert (told.stdout.split(), told.stderr) == (["0", "3", "0"], "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")  # noqa: PTH110 - a device
def test_a_full_disk_below_the_output_is_said(done):
    told = shell(done, "$C ls >/dev/full")
    assert (told.returncode, told.stderr) == (
        RETRYABLE,
        "ctxtui: the disk is full: free some space and try again\n",
    )


@pytest.mark.parametrize(
    "environ",
    [
        {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TERM": "dumb"},
    ],
)
def test_letters_that_the_output_cannot_say_are_no_fault(done, environ):
    told = shell(done, "$C show", **environ)
    assert told.returncode == 0, told.stderr
    assert "shop.money" in told.stdout
    assert "Traceback" not in told.stderr


@pytest.fixture
def waiting(person):
    """A person whose agents wait until they are let go."""
    person.script.write_text(json.dumps(WAITS))
    yield person
    (person.script.parent / "go").touch()


def agents(person):
    log = person.script.parent / "starts.log"
    return [int(line.split()[2]) for line in log.read_text().splitlines()] if log.exists() else []


def wait_until(is_true, seconds=300.0):
    limit = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < limit, "it did not come to pass in time"
        time.sleep(0.02)


def is_running(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_headless_run_that_is_interrupted_ends_its_agents_and_can_be_resumed(waiting, number):
    process = waiting.starts("run", "shop", "--headless", "--json")
    wait_until(lambda: len(agents(waiting)) == 2)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED, err
    summary = json.loads(out.splitlines()[-1])
    assert (summary["type"], summary["status"], summary["exit"]) == ("summary", "interrupted", INTERRUPTED)
    wait_until(lambda: not any(map(is_running, agents(waiting))))
    (waiting.script.parent / "go").touch()
    resumed = waiting.types("resume", "--headless", "--json", "-q")
    assert (resumed.code, resumed.err) == (0, "")
    assert {component["attempts"] for component in resumed.lines[-1]["components"]} == {1}


def test_ctrl_c_twice_leaves_no_agent_however_stubborn(person):
    person.script.write_text(json.dumps({"*": [[["ignore_term"], ["sleep_forever"]]]}))
    process = person.starts("run", "shop", "--headless")
    wait_until(lambda: len(agents(person)) == 2)
    process.send_signal(signal.SIGINT)
    wait_until(lambda: len(list(person.data.glob("turns/*/*/*/1/stopped"))) == 2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=500)
    # On a slow machine the agents' time to end in order may be over by the second signal.
    assert process.returncode in {-signal.SIGINT, INTERRUPTED}
    assert not any(map(is_running, agents(person)))


def test_following_ends_when_its_reader_has_gone_though_nothing_new_is_told(waiting):
    started = waiting.types("run", "shop", "-q", "--detach", "--json").lines[0]
    wait_until(lambda: len(agents(waiting)) == 2)
    following = waiting.starts("watch", started["run"], "--json", stderr=subprocess.DEVNULL)
    assert json.loads(following.stdout.readline())["run"] == started["run"]
    following.stdout.close()
    assert following.wait(timeout=60) >= 0
    assert any(map(is_running, agents(waiting)))


def test_ctrl_c_stops_the_following_and_not_the_run(waiting):
    started = waiting.types("run", "shop", "-q", "--detach", "--json").lines[0]
    assert started["type"] == "started"
    wait_until(lambda: len(agents(waiting)) == 2)
    following = waiting.starts("watch", started["run"], "--json")
    assert json.loads(following.stdout.readline())["run"] == started["run"]
    following.send_signal(signal.SIGINT)
    _out, err = following.communicate(timeout=60)
    assert (following.returncode, err.strip()) == (INTERRUPTED, "ctxtui: interrupted")
    assert all(map(is_running, agents(waiting)))
    assert waiting.types("ls", "--json").lines[0][0]["status"] == "running"


def test_a_run_goes_on_when_its_reader_leaves(waiting):
    (waiting.script.parent / "go").touch()
    told = shell(waiting, '$C run shop --json 2>/dev/null | head -1; echo "${PIPESTATUS[0]}"')
    assert told.stdout.splitlines()[-1] == "0"
    assert json.loads(told.stdout.splitlines()[0])["type"] == "run"
    assert waiting.types("show", "--json").lines[0]["status"] == "passed"


@pytest.mark.parametrize(
    "more",
    [
        {"CTXTUI_DATA_DIR": "kept", "CTXTUI_CACHE_DIR": "kept/cache"},
        {"CTXTUI_DATABASE": "runs.db"},
        {},
    ],
    ids=["folders", "variable", "settings"],
)
def test_a_detached_runner_finds_places_that_were_named_relatively(waiting, more):
    (waiting.script.parent / "go").touch()
    waiting.more |= more
    if not more:
        (waiting.root / "ctxtui.toml").write_text('database = "runs.db"\n')
        git(waiting.root, "add", ".")
        git(waiting.root, "commit", "-q", "-m", "settings")
    started = waiting.runs("run", "shop", "--detach", "--json").lines[0]
    told = waiting.runs("watch", started["run"], "--json")
    assert told.code == 0, told.err
    assert told.lines[-1]["status"] == "passed"
    assert (waiting.root / ("kept/ctxtui.db" if "CTXTUI_DATA_DIR" in more else "runs.db")).exists()


def test_a_data_folder_that_cannot_be_used_is_told_by_the_interface_too(done):
    ours, theirs = os.openpty()
    try:
        done.more |= {"CTXTUI_DATA_DIR": str(done.folder / "config" / "config.toml"), "TERM": "xterm-256color"}
        home = done.runs(stdin=theirs, stdout=theirs)
    finally:
        os.close(ours)
        os.close(theirs)
    assert home.code == 3
    assert "for the database cannot be made (File exists): choose another one." in home.err.rpartition("ctxtui: ")[2]


HEAVY = {"sqlalchemy", "alembic", "textual", "rich", "git", "psutil", "watchfiles", "asyncio", "pytest", "coverage"}
IMPORTED = """
import contextlib, io, sys
from ctxtui.cli.group import main
with contextlib.redirect_stdout(io.StringIO()):
    code = main(sys.argv[1:])
print(code, *sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize(
    "words", [("--version",), ("--help",), ("run", "--help"), ("ls",), ("ls", "--json"), ("config", "show")]
)
def test_a_quick_word_imports_nothing_heavy(done, words):
    told = subprocess.run(
        [sys.executable, "-c", IMPORTED, *words],
        cwd=done.root,
        env=done.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    code, *imported = told.stdout.split()
    assert code == "0"
    assert not HEAVY.intersection(imported)


def test_only_the_interface_imports_textual(done):
    told = subprocess.run(
        [sys.executable, "-c", IMPORTED, "show"],
        cwd=done.root,
        env=done.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"textual", "rich"}.intersection(told.stdout.split())


def test_a_dumb_terminal_gets_lines_instead_of_the_interface(done):
    ours, theirs = os.openpty()
    try:
        done.more["TERM"] = "dumb"
        watched = done.runs("watch", stdin=theirs, stdout=theirs)
        home = done.runs(stdin=theirs, stdout=theirs)
        printed = os.read(ours, 10_000).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert (watched.code, home.code) == (0, 2)
    assert "shop: 2 of 2 components passed" in printed
    assert "\x1b" not in printed
    assert home.sentence.startswith("The interface needs a terminal")


def test_words_are_completed_by_the_shell(done):
    told = shell(done, "COMP_WORDS='ctxtui re' COMP_CWORD=1 _CTXTUI_COMPLETE=bash_complete $C")
    assert (told.stdout.split(), told.stderr, told.returncode) == (["plain,resume", "plain,retry"], "", 0)


class Interrupting:
    """Finds modules as a person does who presses Ctrl-C."""

    def find_spec(self, name, path=None, target=None):
        if name in {"ctxtui.cli.group", "ctxtui.cli.wordless"}:
            raise KeyboardInterrupt


@pytest.mark.parametrize(("words", "module"), [(["ls"], "ctxtui.cli.group"), ([], "ctxtui.cli.wordless")])
def test_an_interrupt_before_the_command_line_is_there_is_told_in_a_word(monkeypatch, capsys, words, module):
    monkeypatch.setattr(sys, "argv", ["ctxtui", *words])
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    assert start_program() == INTERRUPTED
    assert capsys.readouterr().err == "ctxtui: interrupted\n"
