"""A report on a run: its rows in the store, and the files that its modules wrote."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.views.run_report import RunReport, report_on
from ctxtui.core.workflow import state
from ctxtui.services.written_tests import written_tests

if TYPE_CHECKING:
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.domain.session import Session
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.ports.workspaces import WorkspaceView
    from ctxtui.screens.launcher import FileTexts


def run_report(parts: Parts, scope: Scope, run_id: str) -> RunReport:
    """The report; without what was written where the run's working areas were cleaned."""
    return report_on(parts.store.feed.changes(scope, run_id), _diffs(parts, scope, run_id), parts.now())


def _diffs(parts: Parts, scope: Scope, run_id: str) -> Mapping[str, Mapping[str, str]]:
    """Unified diffs of accepted files, by session and path."""
    session = parts.store.sessions.load(scope, run_id)
    plan = session.state.get(state.PLAN) or {}
    try:
        view = parts.workspaces.view(Path(str(plan.get("root", ""))), run_id, str(plan.get("base", "")))
        return {child.id: _diffs_of(view, child) for child in session.children}
    except RepositoryError:
        return {}


def _diffs_of(view: WorkspaceView, child: Session) -> Mapping[str, str]:
    return {file.path: _diff(file) for file in written_tests(view, child, accepted_only=True)}


def _diff(file: FileTexts) -> str:
    before, after = file.before.splitlines(keepends=True), file.after.splitlines(keepends=True)
    was = f"a/{file.path}" if before else "/dev/null"
    return "".join(difflib.unified_diff(before, after, was, f"b/{file.path}"))
