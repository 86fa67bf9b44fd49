"""Carries out the end of RUN_CHILDREN: all accepted tests in one tree, run together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.interaction import Result, ResultStatus
from ctxtui.core.domain.run_state import child_state
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.domain.verdict import RungOutcome
from ctxtui.core.engine.actions.work import Done, Work
from ctxtui.core.engine.actions.worktree import end_strays, test_run
from ctxtui.core.ports.validation import Assembly

ASSEMBLED = "assembled"
"""The worktree in which all accepted tests are run together."""


def judge_together(work: Work) -> Done:
    """What is found out for the step to judge: files that are missing, and the verdict on everything together."""
    complete = [child for child in work.order.session.children if child.status is SessionStatus.COMPLETE]
    missing = {child.id: paths for child in complete if (paths := _missing(work, child))}
    data: dict[str, Any] = {"missing_files": missing}
    whole = [child for child in complete if child.id not in missing]
    if whole:
        data["together"] = _passed_before(work, whole) or _run(work, whole)
    has_failed = bool(whole) and data["together"]["outcome"] == RungOutcome.FAILED
    status = ResultStatus.ERROR if missing or has_failed else ResultStatus.OK
    return Done(Result(status, "", data))


def _run(work: Work, whole: Sequence[Session]) -> dict[str, Any]:
    work.note(f"running the tests of {len(whole)} component{'' if len(whole) == 1 else 's'} together")
    told = _together(work, whole) | {"files": _fingerprint(whole)}
    work.note(f"together: {told['summary']}", EventKind.RUNG)
    return told


def _passed_before(work: Work, whole: Sequence[Session]) -> Mapping[str, Any] | None:
    """The last verdict, where it is of these very files: a person who then finalizes has nothing run again."""
    results = [step.result for step in work.order.session.interactions if step.result is not None]
    last = next((step.data["together"] for step in reversed(results) if step.data.get("together")), None)
    if last is None or last["outcome"] != RungOutcome.PASSED or last.get("files") != _fingerprint(whole):
        return None
    work.note("these very files passed together before")
    return dict(last)


def _fingerprint(children: Sequence[Session]) -> str:
    files = sorted((file.path, file.digest, file.mode) for child in children for file in child_state(child.state).files)
    return hashlib.sha256(repr(files).encode()).hexdigest()


def _missing(work: Work, child: Session) -> list[str]:
    files = child_state(child.state).files
    if not files and child.component:
        return [child.component.test_path]
    return [file.path for file in files if not work.workspace.has(file)]


def _together(work: Work, children: Sequence[Session]) -> dict[str, Any]:
    files = {file.path: (file, child) for child in children for file in child_state(child.state).files}
    accepted = [file for file, _child in files.values()]
    end_strays(work, work.workspace.path(ASSEMBLED))
    tree = work.workspace.checkout(ASSEMBLED, accepted)
    owners = {
        path: child.component.id
        for path, (_file, child) in files.items()
        if child.component and path.endswith(".py") and not path.endswith("__init__.py")
    }
    assembly = Assembly(
        worktree=tree,
        test_run=replace(
            test_run(work, tree, tuple(sorted(owners))),
            put_back=lambda: work.workspace.checkout(ASSEMBLED, accepted),
        ),
        owners=owners,
        names={child.component.id: child.name for child in children if child.component},
        existing=tuple(path for path in work.order.plan.existing_tests if path not in owners),
    )
    plan = work.order.plan
    verdict = work.tools.build_ladder(plan.rungs, plan.ladder).together.judge(assembly)
    return asdict(verdict) | {"outcome": str(verdict.outcome)}
