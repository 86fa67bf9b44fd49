"""All accepted tests in one run: what passed so once is not run again for the commit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.component import Component
from ctxtui.core.domain.interaction import Action, Command, Interaction, Result
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.run_state import ChildState, changes
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.domain.verdict import RungOutcome, RungVerdict
from ctxtui.core.engine.actions.judge_together import judge_together
from ctxtui.core.engine.actions.work import Order, Tools, Work
from ctxtui.core.ports.stop import Stop

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PLAN = RunPlan("/repo", "base", "shop", "shop", (".",), "tests", "python", "scripted", "key")
CHILD = Component("c-alpha", "shop.alpha", "shop/alpha.py", "tests/test_alpha.py")


def judged(folder: Path, digest: str, outcome: RungOutcome, before: Result | None) -> tuple[Result, int]:
    """What the judgement of one child's file says after that of a round before, and how often tests were run for it."""
    runs: list[object] = []

    def judge(assembly: object) -> RungVerdict:
        runs.append(assembly)
        return RungVerdict(Rung.TOGETHER, outcome, "ran")

    ladder = SimpleNamespace(together=SimpleNamespace(judge=judge))
    tools = Tools(None, lambda *_: ladder, None, None, lambda: NOW, folder, lambda _: 0)
    workspace = SimpleNamespace(path=lambda slot: folder / slot, checkout=lambda *_: folder, has=lambda _: True)
    scope = Scope("ana", "shop")
    state = changes(ChildState(), ChildState(files=(AcceptedFile(CHILD.test_path, digest),)))
    child = Session("alpha", scope, "component_testing", CHILD, "scripted", "local", NOW, SessionStatus.COMPLETE)
    command = Command("spawn", Action.RUN_CHILDREN, {}, NOW)
    steps = (Interaction("1", "run", 1, command, before, NOW), Interaction("2", "run", 2, command))
    run = Session("run", scope, "context_testing", None, "scripted", "local", NOW, interactions=steps)
    order = Order("run", PLAN, replace(run, children=(replace(child, state=state),)), steps[-1])
    told = SimpleNamespace(events=lambda _: None)
    return judge_together(Work(tools, workspace, order, Stop(), told)).result, len(runs)


@pytest.mark.parametrize(
    ("digest", "outcome", "runs"),
    [("a1", RungOutcome.PASSED, 0), ("b2", RungOutcome.PASSED, 1), ("a1", RungOutcome.FAILED, 1)],
    ids=["the same files", "another file", "failed before"],
)
def test_only_the_very_files_that_passed_together_are_not_run_again(tmp_path, digest, outcome, runs):
    first, ran = judged(tmp_path, "a1", outcome, None)
    assert ran == 1
    second, ran_again = judged(tmp_path, digest, outcome, first)
    assert ran_again == runs
    assert second.data["together"]["outcome"] == first.data["together"]["outcome"]
