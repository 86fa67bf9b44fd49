"""A person at a terminal: a run is started, mended, left, found again, killed and continued."""

from __future__ import annotations

import signal

import pytest
from scenario import BAD, BRANCH, until, writes
from scripted_agent import prompt


@pytest.mark.timeout(300)
def test_a_run_is_retried_left_found_again_and_continued_after_its_runner_was_killed(project_of):
    project = project_of(
        {
            "alpha": [writes("alpha")],
            "beta": [writes("beta", BAD), writes("beta")],
            "gamma": [[["wait_for", "{script_dir}/go", 200], *writes("gamma")]],
        }
    )

    window = project.type("run", "shop")
    window.sees("✓ alpha passed", "✕ beta failed", "● gamma running", "writing tests, round 1")
    window.press("g", "j", "j")
    window.sees("shop.beta ✕ failed")
    window.press("r")
    window.sees("Retry shop.beta", "What attempt 1 was refused for", "A note to the agent")
    window.press(*"compare with ==", "ctrl+s")
    window.sees("✓ beta passed", "2/3")
    assert "compare with ==" in prompt(project.script, "shop.beta", 2)

    told = window.leave()
    assert "shop: running (1 running, 2 passed)" in told
    assert f"branch {BRANCH}" in told
    assert "The run goes on. Watch it again: ctxtui watch" in told
    (runner,) = project.processes("runner")

    window = project.type("watch", "last")
    window.sees("✓ alpha passed", "✓ beta passed", "● gamma running")
    runner.send_signal(signal.SIGKILL)
    assert window.sees("interrupted", "The runner is gone; nothing is lost. c continues the run") < 3
    window.press("c")
    window.sees("shop ● running", "● gamma running")
    (project.script.parent / "go").touch()
    window.sees("shop ✓ finished", f"3 files committed on {BRANCH}")
    assert "shop: passed (3 passed)" in window.leave()

    assert sorted(project.git("diff", "--name-only", "HEAD", BRANCH).split()) == [
        f"tests/test_{name}.py" for name in ("alpha", "beta", "gamma")
    ]
    until(lambda: not project.processes())


def test_a_run_that_waits_for_a_login_says_so_and_r_on_its_component_goes_on_with_the_note(project_of):
    logged_out = [["stderr", "401 Unauthorized: please log in"], ["exit", 1]]
    project = project_of({"alpha": [logged_out, writes("alpha")]})

    window = project.type("run", "shop")
    window.sees("shop ◆ needs you", "◆ alpha needs you", "Scripted agent is not logged in")
    window.sees("mend that, then r goes on")
    assert "jobs" not in window.lines[0]
    until(lambda: not project.processes("runner"))
    window.press("g", "j", "r")
    window.sees("Retry shop.alpha", "A note to the agent")
    window.press(*"logged in now", "ctrl+s")
    window.sees("shop ✓ finished", f"1 file committed on {BRANCH}")
    assert "logged in now" in prompt(project.script, "shop.alpha", 2)
    window.leave()
    until(lambda: not project.processes())
