"""Finds the run, and the component of it, that somebody names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import NotFoundError, RepositoryError, UsageError
from ctxtui.services.starting import plan_of
from ctxtui.services.target import repository_root

if TYPE_CHECKING:
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.ports.store import ChildRow, RunRow, Store

LAST = "last"


def find_run(shell: Shell, wanted: str, *, to_change: bool = False) -> RunRow:
    """The run whose id starts so, the newest of a package by its name, or the newest one ("last").

    Runs of this project come first. To look at, "last" is another project's newest run where this one has none; a
    run `to_change` is never found so, and one of another project is named with it. Raises NotFoundError or
    UsageError in one sentence.
    """
    if not wanted:
        raise UsageError("RUN is empty: give the start of a run's id, its package's name, or \"last\".")
    settings = shell.here()
    rows = shell.store(settings).sessions.runs(None, settings.account)
    if not rows:
        raise NotFoundError("There are no runs yet: start one with `ctxtui run PACKAGE`, or try `ctxtui demo`.")
    project = _project_here()
    row = _newest(rows, project, to_change=to_change) if wanted == LAST else _named(rows, wanted, project)
    if project and row.scope.project != project:
        shell.say(f"note: run {row.id} is of another project, {row.name} in {_root_of(row)}.")
    return row


def find_run_to_change(shell: Shell, wanted: str) -> RunRow:
    """As `find_run`, for what needs the run's repository to be where it was. Raises RepositoryError."""
    row = find_run(shell, wanted, to_change=True)
    root = _root_of(row)
    if not (root / ".git").exists():
        raise RepositoryError(
            f"The repository of run {row.id} is no longer at {root}: put it back there, or start a new run where "
            f"it is now (`ctxtui show {row.id}` and `ctxtui clean {row.id}` work without it)."
        )
    return row


def find_component(store: Store, scope: Scope, run_id: str, wanted: str) -> ChildRow:
    """The child session of a component, by its name or the end of it. Raises NotFoundError."""
    rows = [row for row in store.feed.changes(scope, run_id).rows if row.parent_id]
    exact = [row for row in rows if wanted in (row.name, row.id, row.test_path)]
    found = exact or [row for row in rows if row.name.endswith(f".{wanted}")]
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFoundError(f"{wanted!r} is several components: {', '.join(row.name for row in found[:5])}.")
    if not rows:
        raise NotFoundError(f"Run {run_id} has no components yet: `ctxtui show {run_id}` says what it waits for.")
    names = ", ".join(row.name for row in rows[:8])
    raise NotFoundError(f"Run {run_id} has no component {wanted!r}; it has {names}{'…' if len(rows) > 8 else ''}.")  # noqa: PLR2004 - what fits a line


def _newest(rows: Sequence[RunRow], project: str, *, to_change: bool) -> RunRow:
    mine = next((row for row in rows if row.scope.project == project), None)
    if mine is None and to_change:
        where = "This project has no runs" if project else "You stand in no project"
        raise NotFoundError(f'{where}, so "last" names none to act on: `ctxtui ls` lists those of every project.')
    return mine or rows[0]


def _named(rows: Sequence[RunRow], wanted: str, project: str) -> RunRow:
    """By the start of the id, else the newest run of a package in this project, else the only project's that has one.

    A name that packages of several other projects have says too little.
    """
    by_id = [row for row in rows if row.id.startswith(wanted)]
    if len(by_id) > 1:
        raise NotFoundError(f"{wanted!r} is the start of several runs: {', '.join(row.id for row in by_id[:5])}.")
    by_name = [row for row in rows if row.name == wanted]
    mine = [row for row in by_name if row.scope.project == project]
    if not by_id and not mine and len({row.scope for row in by_name}) > 1:
        ids = ", ".join(f"{row.id} in {_root_of(row)}" for row in by_name[:5])
        raise NotFoundError(f"{wanted!r} was run in several other projects: {ids}.")
    found = by_id or mine or by_name
    if not found:
        raise NotFoundError(f"There is no run {wanted!r}: `ctxtui ls` lists the runs there are.")
    return found[0]


def _root_of(row: RunRow) -> Path:
    return Path(str(plan_of(row.state, row.id)["root"]))


def _project_here() -> str:
    """The project one stands in; empty outside any repository."""
    from ctxtui.core.engine.planning import project_of  # noqa: PLC0415 - the engine, when it is needed

    root = repository_root(Path.cwd().resolve())
    return project_of(root) if root else ""
