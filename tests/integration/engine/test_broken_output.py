"""What a run makes of output that no program should write: the tests count, and everything is recorded safely."""

from __future__ import annotations

import json

import pytest

from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.event import EventKind
from tests.doubles.scripted_agent import descriptor

GOOD = "from shop.money import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
WRITE = ["write", "{test_path}", GOOD]
ESCAPES = "\x1b[31m\x1b]0;owned\x07\x1b[2J\x1b[?1049h"
RESULT = json.dumps({"type": "result", "subtype": "success", "is_error": False, "result": "done", "session_id": "s"})


def said(text: str, times: int = 1) -> list[object]:
    return ["bytes", text.encode().hex(), times]


BROKEN = {
    "malformed lines": [
        said('{"type": "assistant", "message": \n{]}\n[1, 2]\nnull\n"text"\n17\n'),
        said('{"type": 7}\n{"type": "assistant", "message": "text"}\n{"type": "result"}\n'),
    ],
    "half a line at the end": [said('{"type": "assistant", "mess')],
    "a record of 10 MB": [said('{"type": "system", "text": "'), said("x" * 1_000_000, 10), said('"}\n')],
    "bytes that are no text": [["bytes", "fffe00c328f09f0a", 50]],
    "a line of 10 MB": [said("x" * 1_000_000, 10), said("\n")],
    "a flood of control sequences": [said(f"{ESCAPES} working\n", 5000)],
}
TEXT = ("bytes that are no text", "a line of 10 MB", "a flood of control sequences")
CASES = [(name, "claude") for name in list(BROKEN)[:4]] + [(name, "text") for name in TEXT]


@pytest.mark.parametrize(("name", "output"), CASES)
def test_broken_output_does_not_spoil_good_tests(make_project, run_git, tmp_path, name, output):
    agent = descriptor(tmp_path / "project-0" / "agent" / "script.json")
    agent |= {"driver": "jsonl", "format": output} if output != "text" else {}
    project = make_project({"*": [[WRITE, *BROKEN[name]]]}, agents={"scripted": agent})
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    child = project.child("shop.money")
    attempts = project.parts.store.history.attempts(project.scope, child.id)
    assert [attempt.outcome for attempt in attempts] == [AttemptOutcome.PASSED]
    assert run_git(project.root, "status", "--porcelain") == ""
    events = project.parts.store.history.events(project.scope, child.id, limit=100_000)
    assert sum(len(item.event.text) for item in events) < 2_000_000
    row = next(row for row in project.parts.store.feed.changes(project.scope, project.run_id).rows if row.parent_id)
    assert len(row.last_action) < 2000
    assert "\x1b" not in row.last_action


def test_what_came_after_broken_lines_is_still_understood(make_project, tmp_path):
    agent = descriptor(tmp_path / "project-0" / "agent" / "script.json", driver="jsonl", format="claude")
    project = make_project({"*": [[WRITE, said('{"type": \n'), said(RESULT)]]}, agents={"scripted": agent})
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    child = project.child("shop.money")
    events = project.parts.store.history.events(project.scope, child.id)
    assert '{"type": ' in [item.event.text for item in events if item.event.kind is EventKind.RAW]
    generated = next(step for step in child.interactions if step.command.step == "generate_tests")
    assert generated.result.message == "done"
