"""A new owner that judges again what a former one had begun to judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.component import Component
from ctxtui.core.domain.interaction import Action, Command, Interaction
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session
from ctxtui.core.engine.actions.judge import judge
from ctxtui.core.engine.actions.judge_together import judge_together
from ctxtui.core.engine.actions.work import Order, Tools, Work
from ctxtui.core.ports.stop import Stop

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PLAN = RunPlan("/repo", "base", "shop", "shop", (".",), "tests", "python", "scripted", "key")
CHILD = Component("c-alpha", "shop.alpha", "shop/alpha.py", "tests/test_alpha.py")


@dataclass
class Tree:
    """A workspace that tells in which order it was asked for what."""

    folder: Path
    happened: list[str]

    def path(self, slot: str) -> Path:
        return self.folder / slot

    def is_checked_out(self, slot: str) -> bool:
        return True

    def changes(self, slot: str, within: object = ()) -> tuple[()]:
        self.happened.append("looked")
        return ()

    def base_text(self, path: str) -> None:
        return None


@dataclass
class Told:
    texts: list[str] = field(default_factory=list)
    usages: list[Usage] = field(default_factory=list)

    def events(self, events: Any) -> None:
        self.texts += [event.text for event in events]

    def used(self, usage: Usage) -> None:
        self.usages.append(usage)


def work(folder: Path, strays: int, action: Action, *, is_taken_over: bool) -> tuple[Work, list[str], Told]:
    happened: list[str] = []

    def end_strays(worktree: Path) -> int:
        happened.append(f"strays of {worktree.name} ended")
        return strays

    tools = Tools(None, lambda *_: SimpleNamespace(rungs=()), None, None, lambda: NOW, folder, end_strays)
    session = Session("alpha", Scope("ana", "shop"), "component_testing", CHILD, "scripted", "local", NOW)
    interaction = Interaction("i", "alpha", 1, Command("run_tests", action, {}, NOW))
    order = Order("run", PLAN, session, interaction, slot="slot-01", is_taken_over=is_taken_over)
    told = Told()
    return Work(tools, Tree(folder, happened), order, Stop(), told), happened, told


@pytest.mark.parametrize(("strays", "words"), [(1, "1 test process "), (3, "3 test processes ")])
def test_what_a_former_owner_left_at_work_ends_before_anything_is_looked_at(tmp_path, strays, words):
    taken, happened, told = work(tmp_path, strays, Action.JUDGE_TESTS, is_taken_over=True)
    judge(taken)
    assert happened[:2] == ["strays of slot-01 ended", "looked"]
    assert told.texts == [f"ended {words}that another runner had left in slot-01"]


def test_what_nobody_left_is_not_mentioned(tmp_path):
    taken, _happened, told = work(tmp_path, 0, Action.JUDGE_TESTS, is_taken_over=True)
    judge(taken)
    assert told.texts == []


def test_a_judgement_of_ones_own_ends_nobody(tmp_path):
    own, happened, _told = work(tmp_path, 1, Action.JUDGE_TESTS, is_taken_over=False)
    judge(own)
    assert "strays of slot-01 ended" not in happened


def test_what_is_run_together_is_not_looked_for_where_nothing_is_assembled(tmp_path):
    taken, happened, _told = work(tmp_path, 1, Action.RUN_CHILDREN, is_taken_over=True)
    judge_together(taken)
    assert happened == []
