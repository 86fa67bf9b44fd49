"""What commands print: history in order, tables that fit, states in colour where that can be seen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from ctxtui.cli.output.colours import coloured
from ctxtui.cli.output.history import HistoryText
from ctxtui.cli.output.lines import Output
from ctxtui.cli.output.progress import Progress
from ctxtui.cli.output.report import print_summary
from ctxtui.cli.output.table import aligned
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Action, Command, Interaction, Result, ResultStatus
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.ports.store import ChildRow, RunChanges, StoredEvent
from ctxtui.core.views.going_on import Way
from ctxtui.core.views.states import ShownState
from ctxtui.core.views.summary import ComponentSummary, RunSummary

NOWHERE = SimpleNamespace()
"""Workspaces of which nothing is asked: the runs have no branch."""
NOW = datetime(2026, 3, 14, 23, 59, 50, tzinfo=UTC)


def at(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def event(number: int, seconds: int, text: str, interaction_id: str = "", **data: object) -> StoredEvent:
    return StoredEvent(number, "s", interaction_id, Event(EventKind.STATUS, at(seconds), text, data))


STEP = Interaction(
    "i",
    "s",
    1,
    Command("generate_tests", Action.ASK_AGENT, {"prompt": "Write\nthem."}, at(0)),
    Result(ResultStatus.ERROR, "it failed\nbecause", exit_code=7, output="boom", duration=4),
)
ASKED = Request(
    "r", "s", "c", RequestKind.SKIP, "ana", at(11), {"note": "not now"}, at(12), is_granted=False, answer="No."
)


def test_a_history_is_told_in_the_order_in_which_it_happened_and_by_whom():
    events = [
        event(1, 3, "waits", "i"),
        event(2, 13, "active → cancelled", by="ana", to="cancelled", **{"from": "active"}),
    ]
    assert list(HistoryText({"c": "shop.money"}).lines([STEP], events, [ASKED])) == [
        "2026-03-14",
        "23:59:50   1. generate_tests — error after 4.0 s: it failed … (exit code 7)",
        "23:59:53        status     waits",
        "2026-03-15",
        "00:00:01      ana asks: skip shop.money note 'not now' — refused: No.",
        "00:00:03      stopped (by ana)",
    ]


def test_a_full_history_keeps_prompts_and_output():
    text = "\n".join(HistoryText({}, is_full=True).lines([STEP], (), ()))
    assert "it failed\nbecause" in text
    for line in ("Write", "them.", "boom"):
        assert f"            │ {line}" in text


def test_a_line_that_is_too_long_for_a_terminal_is_cut_and_colours_take_no_room():
    rows = [["\x1b[32ma\x1b[0m", "much too long"], ["bcd", "x"]]
    assert aligned(rows, 10) == ["\x1b[32ma\x1b[0m    much…", "bcd  x"]
    assert aligned(rows)[0].endswith("much too long")


def test_columns_stay_below_each_other_behind_letters_that_take_two_cells_or_none():
    rows = [["shop.数据", "x", "1"], ["shop.cafe\u0301", "ab", "2"], ["ok ✅", "", "3"]]
    assert aligned(rows) == ["shop.数据  x   1", "shop.cafe\u0301  ab  2", "ok ✅          3"]
    assert aligned(rows, 8) == ["shop.数…", "shop.ca…", "ok ✅  …"]


SPITEFUL = "AssertionError: \x1b[2J\x1b]0;owned\x07\x9b31m said \u202ebackwards\n\tmore"
HARMLESS = "AssertionError: 31m said backwards\n\tmore\n"


@pytest.mark.parametrize("print_it", [Output.out, Output.say, Output.complain])
def test_what_a_test_or_an_agent_said_cannot_steer_the_terminal(print_it, monkeypatch, capfd):
    monkeypatch.setattr("ctxtui.cli.output.lines.is_terminal", lambda _stream: True)
    monkeypatch.setattr("click._compat.isatty", lambda _stream: True)
    print_it(Output(), SPITEFUL)
    assert "".join(capfd.readouterr()) == HARMLESS


def test_the_colours_of_states_are_printed_on_a_terminal_that_shows_them(monkeypatch, capfd):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("ctxtui.cli.output.lines.is_terminal", lambda _stream: True)
    monkeypatch.setattr("click._compat.isatty", lambda _stream: True)
    output = Output()
    output.out(coloured(output, ShownState.FAILED, "✕") + " \x1b[2Jmoney")
    assert capfd.readouterr().out == "\x1b[31m✕\x1b[0m money\n"


def test_data_is_printed_as_it_is(capfd):
    Output().out_json({"text": "\u202e\x9b"})
    assert json.loads(capfd.readouterr().out) == {"text": "\u202e\x9b"}


def test_a_component_takes_one_line_however_much_its_agent_said(capsys):
    component = ComponentSummary("shop.money", "tests/t.py", "cancelled", "came too late: 1\n2\n3", 0, 0, (), 0.0)
    print_summary(
        Shell(), RunSummary("r", "shop", "cancelled", "", "", "", "/", (component,)), ExitCode.INTERRUPTED, NOWHERE
    )
    assert capsys.readouterr().out.splitlines()[1:] == ["  ⊘ shop.money  cancelled  came too late: 1 …"]


def test_many_components_that_wait_are_counted(capsys):
    states = {"shop.money": "passed"} | {f"shop.m{number}": "queued" for number in range(21)}
    components = tuple(ComponentSummary(name, "t.py", state, "", 0, 0, (), 0.0) for name, state in states.items())
    summary = RunSummary("r", "shop", "interrupted", "", "", "", "/", components)
    print_summary(Shell(), summary, ExitCode.INTERRUPTED, NOWHERE)
    assert capsys.readouterr().out.splitlines()[1:] == ["  ✓ shop.money  passed", "  ○ 21 components queued"]
    print_summary(Shell(), replace(summary, components=components[:-1]), ExitCode.INTERRUPTED, NOWHERE)
    assert "  ○ shop.m0     queued" in capsys.readouterr().out.splitlines()


def test_a_way_on_that_the_run_names_itself_is_not_named_again(capsys):
    ways = (Way("take a step", "ctxtui step r"), Way("watch", "ctxtui watch r"))
    message = "takes each step when you ask: ctxtui step r"
    print_summary(
        Shell(), RunSummary("r", "shop", "needs you", "", "", message, "/", (), ways=ways), ExitCode.OK, NOWHERE
    )
    assert capsys.readouterr().err.splitlines() == ["", message, "  watch:  ctxtui watch r"]


def row(id_: str, parent_id: str | None, step: str, **more: object) -> ChildRow:
    state = {"branch_name": "b"} if parent_id is None else {}
    told = {"status": SessionStatus.ACTIVE, "state": state, "pending_step": step} | more
    return ChildRow(
        id=id_,
        parent_id=parent_id,
        component_id="c",
        name="shop.money" if parent_id else "shop",
        test_path="tests/t.py",
        priority=1,
        agent="builtin",
        pending_since=NOW,
        attempts=(),
        max_attempts=3,
        last_action="",
        last_action_at=None,
        created_at=NOW,
        updated_at=NOW,
        version=1,
        **told,
    )


def test_that_all_tests_run_together_is_said_once_while_no_component_moves(capsys):
    run = row("p", None, "spawn_component_testing_sessions")
    at_work, passed = row("a", "p", "run_tests"), row("a", "p", "", status=SessionStatus.COMPLETE)
    news = iter([(run, at_work), (passed,), (run,)])

    def changes(*_given):
        return RunChanges(version=1, rows=next(news, ()), requests=(), lease=None)

    progress = Progress(
        Shell(), SimpleNamespace(feed=SimpleNamespace(changes=changes)), Scope("ana", "s"), "p", lambda: NOW
    )
    for _ in range(4):
        progress._tell_changes()
    assert [line for line in capsys.readouterr().err.splitlines() if "together" in line] == [
        "  ● running all tests together"
    ]


@pytest.mark.parametrize(
    ("is_json", "is_quiet", "looks"), [(False, True, False), (True, True, True), (False, False, True)]
)
def test_a_run_is_followed_where_something_is_said_of_it(is_json, is_quiet, looks):
    asked = []

    def changes(*_given):
        asked.append(1)
        return RunChanges(version=1, rows=(), requests=(), lease=None)

    store = SimpleNamespace(feed=SimpleNamespace(changes=changes))
    shell = Shell(is_json=is_json, is_quiet=is_quiet)
    with Progress(shell, store, Scope("ana", "shop"), "run", lambda: NOW):
        pass
    assert bool(asked) is looks
