"""A run as somebody lives with it: live output, a shell beside the agent, tools of one's own, and the end."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario import BAD, BRANCH, until, writes

SLOW = [["say", "reading the module"], ["wait_for", "{script_dir}/more", 200], ["say", "a needle in the output"]]
END = [["wait_for", "{script_dir}/go", 200]]


@pytest.mark.timeout(400)
def test_output_comes_as_it_is_written_and_a_shell_and_own_tools_open_beside_the_agent(project_of):
    project = project_of({"alpha": [[*SLOW, *END, *writes("alpha")]], "beta": [writes("beta")]})
    with (Path(project.environ["CTXTUI_CONFIG_DIR"]) / "config.toml").open("a", encoding="utf-8") as file:
        file.write("\n[ui.commands]\nb = 'echo own $MODULE $TEST; read answer'\n")
    window = project.type("run", "shop")
    window.sees("✓ beta", "● alpha", seconds=150)
    window.press("g", "j", "3")
    window.sees("reading")
    (project.script.parent / "more").touch()
    window.sees("a needle in the output")
    window.press("tab", "/")
    window.type("needle\r")
    window.sees("“needle”", "of 1")
    window.press("escape", "escape", "w")
    window.sees("Its tests:", "exit comes back")
    window.type("pwd; exit\r")
    window.sees("writing tests, round 1")
    window.press("b")
    window.sees("own shop.alpha tests/test_alpha.py")
    window.type("\r")
    window.sees("writing tests, round 1")
    (project.script.parent / "go").touch()
    window.sees("shop ✓ finished", f"2 files committed on {BRANCH}", "Y copies the merge command")
    window.press("g", "1")
    window.sees("2 of 2 components passed", "merge")
    told = window.leave()
    assert f"merge {BRANCH}" in told
    until(lambda: not project.processes())


@pytest.mark.timeout(400)
def test_what_failed_is_told_by_cause_left_out_with_a_note_and_taken_back(project_of):
    project = project_of({"alpha": [writes("alpha")], "beta": [writes("beta", BAD)], "gamma": [writes("gamma", BAD)]})
    window = project.type("run", "shop")
    window.sees("2 components need you", seconds=150)
    window.press("g", "n")  # wherever following had led
    window.sees("shop.beta")
    window.press("s")
    window.sees("Leave shop.beta out?", "until the commit")
    window.type("not now\r")
    window.sees("beta skipped", seconds=150)
    window.press("R")
    window.sees("Retry shop.gamma")
    window.press("escape", "escape", "escape", "H")
    window.sees("1 run")
    window.leave()


@pytest.mark.timeout(400)
def test_tests_that_failed_are_mended_by_hand_in_a_shell_and_judged(project_of):
    project = project_of({"alpha": [writes("alpha")], "beta": [writes("beta", BAD)]})
    (project.root / "tests").mkdir()
    (project.root / "tests" / "__init__.py").touch()
    project.git("add", ".")
    project.git("commit", "-q", "-m", "tests are a package")
    window = project.type("run", "shop")
    window.sees("1 component needs you", seconds=150)
    window.press("g", "n")
    window.sees("shop.beta")
    window.press("w")
    window.sees("exit comes back")
    areas = Path(project.environ["CTXTUI_CACHE_DIR"])
    assert [area.name for area in areas.glob("hubs/*/own-*")]
    window.type("$TEST_COMMAND -q; exit\r")
    window.sees("The tests of shop.beta are as they were")
    window.press("w")
    window.sees("exit comes back")
    window.type("""sed -i 's/!=/==/' "$TEST"; $TEST_COMMAND -q && exit\r""")
    window.sees("shop ✓ finished", f"2 files committed on {BRANCH}", seconds=150)
    assert "== 'beta'" in project.git("show", f"{BRANCH}:tests/test_beta.py")
    until(lambda: not [*areas.glob("hubs/*/own-*")])
    window.leave()
    until(lambda: not project.processes())
