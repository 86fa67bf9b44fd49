"""A place that carries out children's commands: whose worktree lies in a slot there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ctxtui.core.domain.interaction import Action, Result, ResultStatus
from ctxtui.core.engine.actions.work import Done
from ctxtui.core.engine.remote import site as site_module
from ctxtui.core.engine.remote.site import Site


@dataclass
class Checkouts:
    """A workspace in which every slot is checked out once it was laid out."""

    made: list[str] = field(default_factory=list)

    def is_checked_out(self, slot: str) -> bool:
        return slot in self.made

    def release(self, slot: str) -> None:
        self.made = [name for name in self.made if name != slot]


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The children for which a worktree was laid out, in order."""
    told: list[str] = []

    def lay_out(work: Any) -> None:
        told.append(work.order.session.id)
        work.workspace.made.append(work.order.slot)

    monkeypatch.setattr(site_module, "lay_out", lay_out)
    done = Done(Result(ResultStatus.OK, "ready"))
    monkeypatch.setattr(site_module, "ACTIONS", {Action.PREPARE_WORKTREE: lambda _work: done})
    return told


def begin(site: Site, child: str, key: str) -> None:
    order = SimpleNamespace(slot="slot-01", session=SimpleNamespace(id=child))
    assignment = SimpleNamespace(key=key, order=order, action=Action.PREPARE_WORKTREE)
    site.begin(assignment, lambda work: work())  # type: ignore[arg-type]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Site:
    def work(self: Site, assignment: Any, assigned: Any) -> Any:
        return SimpleNamespace(order=assignment.order, workspace=self.workspace)

    monkeypatch.setattr(Site, "_work", work)
    return Site(None, Checkouts(), tmp_path, "python", 1)  # type: ignore[arg-type]


def test_a_child_goes_on_in_the_worktree_that_it_has(site: Site, laid_out: list[str]):
    begin(site, "alpha", "first")
    begin(site, "alpha", "second")
    assert laid_out == ["alpha"]


def test_a_slot_that_is_another_childs_by_now_is_laid_out_for_that_one(site: Site, laid_out: list[str]):
    begin(site, "alpha", "first")
    begin(site, "beta", "second")
    assert laid_out == ["alpha", "beta"]
