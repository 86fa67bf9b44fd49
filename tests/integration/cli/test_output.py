"""What is printed: JSON for programs on standard output, words for people, and a history that can be kept."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from datetime import UTC, datetime

import pytest

from ctxtui.cli.group import SECTIONS
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.statuses import SessionStatus
from ctxtui.core.ports.store import RunRow
from tests.integration.cli.conftest import git

SUMMARY = {"type", "run", "status", "branch", "commit", "exit", "components"}
COMPONENT = {"name", "path", "verdict", "reason", "attempts", "tests", "files", "seconds"}
BRANCH = "test-context-testing-session-for-shop"


def test_a_run_tells_what_happens_line_by_line_and_ends_with_its_summary(finished_run):
    folder, told = finished_run
    *happenings, summary = told.lines
    assert {line["type"] for line in happenings} == {"run", "component"}
    assert {line["state"] for line in happenings if line.get("name") == "shop.money"} >= {"passed"}
    assert summary.keys() >= SUMMARY
    commit = subprocess.run(
        ["git", "-C", folder / "shop", "rev-parse", BRANCH], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert (summary["type"], summary["status"], summary["exit"]) == ("summary", "passed", 0)
    assert (summary["branch"], summary["commit"]) == (BRANCH, commit)
    assert Counter(component["verdict"] for component in summary["components"]) == {"passed": 2}
    for component in summary["components"]:
        assert component.keys() >= COMPONENT
        assert component["files"] == [component["path"]]
        assert (component["tests"], component["attempts"]) == (1, 1)


def test_a_folder_that_runs_cannot_work_in_is_refused_before_a_run_is_made(person):
    (person.folder / "cache").touch()
    told = person.types("run", "shop", "-q", "--json")
    assert told.code == 2
    assert "Cannot make the working area of run" in told.sentence
    assert told.lines == []
    assert person.types("ls", "--json").lines == [[]]


def test_a_run_that_cannot_go_on_ends_its_lines_with_a_summary_and_the_exit_code(person):
    person.stores_run("abc")
    shutil.rmtree(person.folder / "cache", ignore_errors=True)
    (person.folder / "cache").touch()
    told = person.types("resume", "--json", "-q")
    assert "Cannot make the working area of run abc" in told.sentence
    assert told.code != 0
    summary = told.lines[-1]
    assert summary.keys() >= SUMMARY
    assert (summary["type"], summary["run"], summary["exit"]) == ("summary", "abc", told.code)


def test_doctor_names_a_folder_that_runs_cannot_work_in(person):
    (person.folder / "cache").touch()
    told = person.types("doctor", "shop")
    assert told.code == 2
    assert "✕ worktrees" in told.out
    assert "CTXTUI_CACHE_DIR" in told.out
    assert "✓ database" in told.out


def test_a_run_stopped_before_it_began_is_gone_on_with_quietly(person):
    person.stores_run("abc")
    told = person.types("resume", "-q")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("shop: 2 of 2 components passed, 2 tests (run abc, passed)")
    again = person.types("resume", "--json")
    assert (again.code, again.lines[-1]["exit"]) == (0, 0)


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "shop"),
        ("ls",),
        ("show",),
        ("history",),
        ("history", "last", "money"),
        ("stats",),
        ("export",),
        ("agents",),
        ("doctor", "shop"),
        ("watch",),
        ("clean", "last", "--yes"),
        ("pause", "last"),
        ("config", "show"),
        ("config", "validate"),
        ("config", "schema"),
    ],
)
def test_json_alone_stands_on_standard_output(done, words):
    told = done.types(*words, "--json", "-q")
    assert told.lines
    assert all(isinstance(line, dict | list) for line in told.lines)
    assert told.code == (3 if words == ("pause", "last") else 0)


def test_people_are_shown_the_same_as_words(done):
    heading, run = done.types("ls").out.splitlines()
    assert heading.split() == ["run", "state", "package", "passed", "agent", "started", "branch"]
    assert run.split()[1:6] == ["✓", "passed", "shop", "2/2", "scripted"]
    shown = done.types("show")
    assert shown.out.startswith("shop: 2 of 2 components passed, 2 tests (run ")
    assert "✓ shop.money  passed · 1 test · 1 attempt · " in shown.out
    assert f"merge: git -C {done.root} merge {BRANCH}" in shown.err
    history = done.types("history", "last", "money")
    assert "generate_tests — ok" in history.out
    assert "│ Write pytest tests for one module" in done.types("history", "last", "money", "--full").out


def test_a_run_that_ended_without_some_components_is_not_listed_as_passed(person, monkeypatch):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    counts = {"complete": 2, "cancelled": 4}
    row = RunRow("abc", Scope("local", "p"), "shop", "builtin", SessionStatus.COMPLETE, {}, now, now, None, counts)
    monkeypatch.setattr("ctxtui.cli.commands.ls.glance_runs", lambda *_: (row,))
    assert person.types("ls").out.splitlines()[1].split()[1:5] == ["✓", "finished", "shop", "2/6"]
    assert person.types("ls", "--json").lines[0][0]["status"] == "passed"


def test_where_the_branch_is_is_looked_up_whenever_it_is_said(done):
    commit = git(done.root, "rev-parse", "--short=12", BRANCH)
    run = done.types("show", "--json").lines[0]["run"]
    git(done.root, "branch", "-m", BRANCH, "kept")
    try:
        told = done.types("show").err
        assert f"Branch {BRANCH} is not there any more; `ctxtui resume {run}` brings it back, at {commit}." in told
        assert "merge:" not in told
        git(done.root, "branch", BRANCH, "main")
        there = git(done.root, "rev-parse", "--short=12", "main")
        assert f"Branch {BRANCH} is at {there}; the run left it at {commit}." in done.types("show").err
    finally:
        git(done.root, "branch", "-M", "kept", BRANCH)
    assert f"Branch {BRANCH} is at {commit}.\n" in done.types("show").err


def test_stats_count_attempts_and_rungs(done):
    agents, rungs = (done.types("stats", "--json").lines[0][key] for key in ("agents", "rungs"))
    assert [(item["agent"], item["attempts"], item["first_try_rate"], item["cost"]) for item in agents] == [
        ("scripted", 2, 1.0, None)
    ]
    judged = [(item["rung"], item["judged"], item["failed"]) for item in rungs]
    assert judged[:3] == [("fence", 2, 0), ("collects", 2, 0), ("passes", 2, 0)]
    lines = done.types("stats").out.splitlines()
    assert lines[0].split("  ")[0] == "agent"
    assert lines[1].split()[:5] == ["scripted", "2", "2", "100%", "2"]


def test_an_export_holds_the_whole_history_in_order(done):
    records = done.types("export").lines
    parent, *_rest = (record for record in records if record["type"] == "session")
    kinds = Counter(record["type"] for record in records)
    assert (kinds["session"], kinds["attempt"]) == (3, 2)
    assert parent["parent"] is None
    assert parent["status"] == "complete"
    steps = [r["step"] for r in records if r["type"] == "interaction" and r["session"] == parent["id"]]
    assert steps == ["initialize", "spawn_component_testing_sessions", "finalize"]
    prompts = [r["metadata"]["prompt"] for r in records if r["type"] == "interaction" and r["step"] == "generate_tests"]
    assert len(prompts) == 2
    for session in {record["session"] for record in records}:
        ids = [record["id"] for record in records if record["type"] == "event" and record["session"] == session]
        assert ids == sorted(ids)


def test_asking_twice_for_the_same_work_finds_the_same_run(done):
    before = done.types("ls", "--json").lines[0]
    told = done.types("plan", "shop", "--json").lines[0]
    assert told["existing_run"] == before[0]["run"]
    again = done.types("run", "shop", "--json")
    assert (again.code, again.lines[-1]["run"]) == (0, before[0]["run"])
    assert len(done.types("ls", "--json").lines[0]) == 1


COMMANDS = [name for section in SECTIONS.values() for name in section]


def test_help_lists_every_command_and_each_explains_itself(person):
    overview = person.types("--help")
    listed = [line.split()[0] for line in overview.out.splitlines() if line.startswith("  ") and line.strip()]
    assert [name for name in listed if name in COMMANDS][: len(COMMANDS)] == COMMANDS
    for name in COMMANDS:
        told = person.types(name, "--help")
        assert (told.code, told.err) == (0, "")
        assert told.out.startswith(f"Usage: ctxtui {name}")
        assert max(map(len, told.out.splitlines())) <= 80, name
    assert max(map(len, overview.out.splitlines())) <= 80


def test_json_stays_json_whatever_a_name_holds(person):
    (person.root / "shop" / "naïve.py").write_text("def café():\n    return '☕'\n")
    subprocess.run(["git", "-C", person.root, "add", "."], check=True)
    identity = ["-c", "user.name=Zoë", "-c", "user.email=zoe@example.org"]
    subprocess.run(["git", "-C", person.root, *identity, "commit", "-q", "-m", "☕"], check=True)
    told = person.types("plan", "shop", "--only", "naïve", "--json")
    assert json.loads(told.out)["components"][0]["name"] == "shop.naïve"


def test_a_report_holds_what_was_written_and_how_it_was_proved(done):
    page = done.types("export", "last", "--html")
    assert (page.code, page.err) == (0, "")
    assert page.out.startswith("<!DOCTYPE html>")
    assert "test_money.py" in page.out
    assert "2 of 2 modules passed" in page.out
    assert "import → tests" in done.types("export", "last", "--markdown").out
    assert "<testsuite name=" in done.types("export", "last", "--junit").out
