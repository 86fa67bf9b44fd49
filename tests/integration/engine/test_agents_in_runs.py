"""What a run makes of agents that misbehave: the right state, and the person's repository untouched."""

from __future__ import annotations

import pytest

from ctxtui.config import Limits
from ctxtui.core.agents.sandbox import bubblewrap_problem
from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.request import RequestKind
from ctxtui.core.domain.session import SessionStatus
from tests.doubles.scripted_agent import starts

GOOD = "from shop.money import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
WRITE = ["write", "{test_path}", GOOD]

OUTSIDE = {
    "edits the source": [["append", "{source_path}", "\n# better\n"], WRITE],
    "deletes a test": [["delete", "tests/test_nothing.py"], WRITE],
    "weakens a test": [["write", "tests/test_nothing.py", "def test_nothing():\n    pass\n"], WRITE],
    "commits what it edited": [["append", "{source_path}", "\n# better\n"], ["commit"], WRITE],
    "links to the outside": [["link", "tests/link.py", "/etc/hostname"], WRITE],
    "switches the branch": [["append", "{source_path}", "\n# better\n"], ["switch", "elsewhere"], ["commit"], WRITE],
    "hides what it edited": [
        ["append", "{source_path}", "\n# better\n"],
        ["git", "update-index", "--assume-unchanged", "{source_path}"],
        WRITE,
    ],
}


@pytest.mark.parametrize("turn", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_what_an_agent_does_outside_its_tests_is_a_finding_and_is_not_taken_over(make_project, run_git, turn):
    project = make_project({"*": [turn, [WRITE]]}, max_attempts=2)
    project.start(only=("money",))
    head = run_git(project.root, "rev-parse", "HEAD")
    assert project.work() is ExitCode.OK
    first = project.parts.store.history.attempts(project.scope, project.child("shop.money").id)[0]
    assert first.outcome is AttemptOutcome.FAILED
    assert first.rungs[-1].rung == "fence"
    assert project.branch_files() == {"tests/test_money.py"}
    assert run_git(project.root, "status", "--porcelain") == ""
    assert run_git(project.root, "rev-parse", "HEAD") == head
    assert run_git(project.root, "branch", "--list", "elsewhere") == ""


def test_an_agent_that_only_switches_the_branch_does_no_harm(make_project, run_git):
    project = make_project({"*": [[["switch", "elsewhere"], WRITE]]})
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    assert project.branch_files() == {"tests/test_money.py"}
    assert run_git(project.root, "branch", "--show-current") == "main"
    assert run_git(project.root, "branch", "--list", "elsewhere") == ""


def test_what_an_agent_writes_beside_its_worktree_is_not_taken_over(make_project, run_git):
    beside = [["write", "../../beside.py", "stolen = True\n"], ["write", "{script_dir}/beside.py", "stolen = True\n"]]
    project = make_project({"*": [[*beside, WRITE]]})
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    assert project.branch_files() == {"tests/test_money.py"}
    assert run_git(project.root, "status", "--porcelain") == ""


@pytest.mark.skipif(bool(bubblewrap_problem()), reason=f"no sandbox here: {bubblewrap_problem()}")
def test_a_sandboxed_agent_cannot_write_to_the_person_s_repository(make_project, run_git):
    source = "{script_dir}/../shop/shop/money.py"
    project = make_project({"*": [[["write", source, "stolen = True\n"]], [WRITE]]}, sandbox="require")
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    troubles = [step.result.data.get("trouble") for step in project.child("shop.money").interactions]
    assert "crashed" in troubles
    assert run_git(project.root, "status", "--porcelain") == ""


def test_an_agent_that_wrote_nothing_fails_with_its_own_last_words(make_project):
    project = make_project({"*": [[["say", "I would rather not."]]]}, max_attempts=1)
    project.start(only=("money",))
    assert project.work() is ExitCode.RETRYABLE
    evidence = project.child("shop.money").interactions[-1].result.data["evidence"]
    assert any("I would rather not." in item["message"] for item in evidence)


def test_an_agent_that_hangs_is_ended_and_told_apart(make_project):
    limits = Limits(agent_stall_seconds=0.5, agent_seconds=60.0)
    project = make_project({"*": [[["sleep_forever"]], [WRITE]]}, limits=limits)
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    first, *_rest = project.parts.store.history.attempts(project.scope, project.child("shop.money").id)
    assert first.outcome is AttemptOutcome.TROUBLED
    troubles = [step.result.data.get("trouble") for step in project.child("shop.money").interactions]
    assert "hung" in troubles


def test_an_agent_that_takes_too_long_is_ended(make_project):
    chatty = [["say", "…"], ["sleep_forever"]]
    project = make_project({"*": [chatty, [WRITE]]}, limits=Limits(agent_seconds=0.6))
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    troubles = [step.result.data.get("trouble") for step in project.child("shop.money").interactions]
    assert "timed_out" in troubles


def test_tests_written_before_a_crash_are_judged_all_the_same(make_project):
    project = make_project({"*": [[WRITE, ["exit", 9]]]})
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    assert len(project.starts()) == 1


def test_a_mending_turn_that_crashed_with_nothing_new_is_not_judged_and_costs_no_attempt(make_project):
    bad = ["write", "{test_path}", GOOD.replace("==", "!=")]
    project = make_project({"*": [[bad], [["exit", 9]], [WRITE]]}, max_attempts=2)
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    steps = [step.command.step for step in project.child("shop.money").interactions]
    assert steps.count("run_tests") == 2
    attempts = project.parts.store.history.attempts(project.scope, project.child("shop.money").id)
    outcomes = [attempt.outcome for attempt in attempts]
    assert outcomes == [AttemptOutcome.FAILED, AttemptOutcome.TROUBLED, AttemptOutcome.PASSED]


def test_an_agent_that_always_crashes_stops_at_the_bound(make_project):
    project = make_project({"*": [[["exit", 9]]]})
    project.start(only=("money",))
    assert project.work() is ExitCode.RETRYABLE
    assert project.child("shop.money").status is SessionStatus.FAILED
    assert len(project.starts()) == 3


def test_an_agent_that_is_not_installed_ends_the_run_with_its_own_exit_code(make_project):
    agents = {"scripted": {"driver": "plain", "command": ["no-such-agent-anywhere"], "install_hint": "install it"}}
    project = make_project({"*": [[WRITE]]}, agents=agents)
    project.start()
    assert project.work() is ExitCode.AGENT_UNAVAILABLE
    assert project.session().state["waiting"]["is_agent"]


@pytest.mark.parametrize(
    ("said", "trouble", "code"),
    [
        ("401 Unauthorized: please log in", "not_logged_in", ExitCode.AGENT_UNAVAILABLE),
        ("insufficient credits", "budget", ExitCode.RETRYABLE),
        ("this violates our usage policy", "refused", ExitCode.RETRYABLE),
    ],
)
def test_trouble_that_only_a_person_mends_waits_for_one_and_costs_no_further_turn(make_project, said, trouble, code):
    project = make_project({"*": [[["stderr", said], ["exit", 1]], [WRITE]]})
    project.start(only=("money",))
    assert project.work() is code
    waiting = project.session().state["waiting"]
    assert said.partition(":")[0] in waiting["message"]
    assert len(project.starts()) == 1
    assert project.child("shop.money").interactions[-1].result.data["trouble"] == trouble
    project.ask(RequestKind.RETRY, "shop.money" if trouble == "refused" else "")
    assert project.work() is ExitCode.OK


def test_a_daemon_that_an_agent_leaves_behind_is_ended(make_project, is_running):
    project = make_project(
        {"*": [[["daemon", "{script_dir}/daemon.pid"], ["wait_for", "{script_dir}/daemon.pid"], WRITE]]}
    )
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    assert not is_running(int((project.script.parent / "daemon.pid").read_text()))


def test_a_turn_that_was_interrupted_with_its_runner_is_taken_again_and_costs_no_attempt(
    make_project, in_thread, wait_until, is_running
):
    held = [["write", "{test_path}", "half = "], ["wait_for", "{script_dir}/go"], WRITE]
    project = make_project({"*": [held]})
    project.start(only=("money",))
    runner = project.runner()
    working = in_thread(runner.work)
    wait_until(project.starts)
    runner.stop("SIGINT")
    assert working.result() is ExitCode.INTERRUPTED
    (_component, _attempt, pid), *_none = starts(project.script)
    assert not is_running(pid)
    (project.script.parent / "go").touch()
    assert project.work() is ExitCode.OK
    assert project.starts() == [("shop.money", 1), ("shop.money", 1)]
    assert len(project.parts.store.history.attempts(project.scope, project.child("shop.money").id)) == 1


def test_an_agent_that_changed_nothing_is_told_so_and_asked_once_more(make_project):
    good = "from shop.money import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
    bad = [["write", "{test_path}", good.replace("==", "!=")]]
    nothing = [["say", "I cannot write a file that I have not read"]]
    project = make_project({"shop.money": [bad, nothing, [["write", "{test_path}", good]]]})
    project.start(only=("money",))
    assert project.work() is ExitCode.OK
    assert "changed nothing" not in project.prompt("shop.money", 2)
    told = "the last turn changed nothing in tests/test_money.py: read it first, then write it anew"
    assert told in project.prompt("shop.money", 3)


def test_an_agent_that_asks_instead_of_writing_gets_its_answer_and_goes_on(make_project):
    project = make_project({"shop.money": [[["say", "Are amounts in cents?"]], [WRITE]]}, max_attempts=3)
    project.start(only=("money",))
    assert project.work() is ExitCode.RETRYABLE
    assert len(starts(project.script)) == 1
    assert project.child("shop.money").state["failure"]["question"] == "Are amounts in cents?"
    project.ask(RequestKind.TELL, "shop.money", note="yes, always")
    assert project.work() is ExitCode.OK
    assert "the agent said: Are amounts in cents?" in project.prompt("shop.money", 2)
    assert "yes, always" in project.prompt("shop.money", 2)
