"""Carries out JUDGE_TESTS and ACCEPT_FILES: the ladder climbed rung by rung, and what was judged taken over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.interaction import Action, Result, ResultStatus
from ctxtui.core.domain.run_state import files_from
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.session import Session
from ctxtui.core.domain.verdict import Evidence, RungOutcome, RungVerdict
from ctxtui.core.engine.actions.work import Done, Work
from ctxtui.core.engine.actions.worktree import (
    end_strays,
    ensure,
    judged_files,
    last_judged,
    lay_out,
    owned_patterns,
    stored,
    test_run,
    written_in,
)
from ctxtui.core.ports.points import reached
from ctxtui.core.ports.validation import Candidate, Validator
from ctxtui.core.workflow import state
from ctxtui.core.workflow.component_testing.questions import question_in

_MEASURING = frozenset({Rung.COVERS, Rung.KILLS})
"""Rungs that ask which lines the tests reach: then the first run finds out on the way."""

LAID_OUT_ANEW = "is_laid_out_anew"
"""In a command's metadata: the child's files are others than its worktree holds."""


def judge(work: Work) -> Done:
    reached("judging")
    if work.order.interaction.command.metadata.get(LAID_OUT_ANEW):
        lay_out(work)
    verdict: RungVerdict | None = None
    tests = 0
    kills: dict[str, float] = {}
    files: tuple[AcceptedFile, ...] = ()
    end_strays(work, work.worktree)
    candidate = _candidate(work)
    put_back = replace(candidate.test_run, put_back=lambda: work.workspace.checkout(work.order.slot, files))
    candidate = replace(candidate, test_run=put_back)
    plan = work.order.plan
    for validator in work.tools.build_ladder(plan.rungs, plan.ladder).rungs:
        work.stop.check()
        if verdict is not None:
            work.report.verdict(verdict)
        work.note(f"checking: {validator.rung}", EventKind.STATUS)
        reached(f"rung_{validator.rung}")
        verdict = _judged(validator, candidate)
        tests = int(verdict.metrics.get("tests") or tests)
        kills = dict(verdict.metrics) if verdict.rung is Rung.KILLS else kills
        if verdict.is_failed:
            break
        if not files and (files := _keep(work, candidate)):
            work.report.kept(files)
    work.stop.check()
    files = files or stored(work, written_in(candidate.changes, candidate.owned))
    is_failed = verdict is not None and verdict.is_failed
    done = _failed(work, verdict, files, tests) if verdict is not None and is_failed else _passed(files, tests, kills)
    return replace(done, verdict=verdict)


def accept(work: Work) -> Done:
    metadata = work.order.interaction.command.metadata
    files = files_from(metadata["files"])
    gone = [file.path for file in files if not work.workspace.has(file)]
    if gone:
        message = f"the judged content of {', '.join(gone)} is gone from the workspace"
        return Done(Result(ResultStatus.ERROR, message))
    data = {"files": metadata["files"], state.DIGEST: metadata[state.DIGEST]}
    message = ", ".join(file.path for file in files)
    return Done(Result(ResultStatus.OK, f"accepted {message}", data), files=files)


def _judged(validator: Validator, candidate: Candidate) -> RungVerdict:
    """A file that vanishes while it is judged is a finding, too: some tests remove what they stand in."""
    try:
        return validator.judge(candidate)
    except FileNotFoundError as error:
        path = Path(str(error.filename or ""))
        if not path.is_relative_to(candidate.worktree):
            raise
        name = path.relative_to(candidate.worktree).as_posix()
        evidence = Evidence("missing_file", f"{name} vanished while the tests were judged", name)
        return RungVerdict(validator.rung, RungOutcome.FAILED, evidence.message, (evidence,))


def _passed(files: tuple[AcceptedFile, ...], tests: int, kills: Mapping[str, Any]) -> Done:
    data = {
        state.CANDIDATE: [asdict(file) for file in files],
        state.TESTS: tests,
        state.KILLS: dict(kills),
        "evidence": [],
    }
    plural = "" if tests == 1 else "s"
    return Done(Result(ResultStatus.OK, f"{tests} test{plural} passed every check", data), AttemptOutcome.PASSED)


def _failed(work: Work, failed: RungVerdict, files: tuple[AcceptedFile, ...], tests: int) -> Done:
    if failed.rung == Rung.FENCE:
        # Everything outside the child's own files is put back, so that the next turn starts inside the fence.
        work.workspace.checkout(work.order.slot, files)
    said = _last_words(work.order.session) if _wrote_nothing(failed) else ""
    is_untouched = _is_untouched(work, files)
    question = question_in(_last_words(work.order.session)) if said or is_untouched else ""
    evidence = (*failed.evidence, Evidence("agent_message", f"the agent said: {said}")) if said else failed.evidence
    if evidence and is_untouched:
        names = ", ".join(file.path for file in files)
        unchanged = f"the last turn changed nothing in {names}: read it first, then write it anew"
        evidence = (Evidence("unchanged", unchanged, files[0].path), *evidence)
    data = {
        state.CANDIDATE: [asdict(file) for file in files],
        state.TESTS: tests,
        "rung": failed.rung,
        "evidence": [asdict(item) for item in evidence or (_bare(failed),)],
    }
    data |= {state.QUESTION: question} if question else {}
    message = f"{failed.rung}: {failed.summary}" + (f" (the agent said: {said})" if said else "")
    output = "\n\n".join(item.detail for item in evidence if item.detail)
    return Done(Result(ResultStatus.ERROR, message, data, output=output), AttemptOutcome.FAILED)


def _candidate(work: Work) -> Candidate:
    component, worktree = work.order.component, ensure(work)
    changes = work.workspace.changes(work.order.slot)
    owned = owned_patterns(component)
    files = [path for path in written_in(changes, owned) if _is_test_file(path)]
    template = test_run(work, worktree, tuple(sorted({component.test_path, *files})))
    is_measured = not _MEASURING.isdisjoint(work.order.plan.rungs)
    return Candidate(
        component_id=component.id,
        component_name=component.name,
        source_path=component.source_path,
        test_path=component.test_path,
        worktree=worktree,
        changes=changes,
        owned=owned,
        test_run=replace(template, measure=(component.source_path,) if is_measured else ()),
        specs=component.spec_paths,
        existing_text=work.workspace.base_text(component.test_path),
        seed=work.order.attempt,
    )


def _keep(work: Work, candidate: Candidate) -> tuple[AcceptedFile, ...]:
    """Stores the owned files, exactly as they are judged from here on."""
    owned = written_in(candidate.changes, candidate.owned)
    return work.workspace.accept(candidate.worktree.name, owned) if owned else ()


def _is_test_file(path: str) -> bool:
    name = Path(path).name
    return name.endswith(".py") and name != "__init__.py"


def _is_untouched(work: Work, files: tuple[AcceptedFile, ...]) -> bool:
    """Whether the agent's last turn wrote none of the files that had failed before it: some refuse to, unread."""
    steps = work.order.session.interactions
    asked = next((step for step in reversed(steps) if step.command.action is Action.ASK_AGENT), None)
    judged = last_judged(work.order.session)
    if asked is None or judged is None or judged.seq > asked.seq or not files:
        return False
    is_same = judged_files(judged) == files
    began = asked.command.issued_at.timestamp()
    there = [file for file in (work.worktree / each.path for each in files) if file.is_file()]
    return is_same and len(there) == len(files) and all(file.stat().st_mtime < began for file in there)


def _wrote_nothing(verdict: RungVerdict) -> bool:
    return any(item.kind == "missing_file" for item in verdict.evidence)


def _last_words(session: Session) -> str:
    """What the agent said at the end of its turn: when it wrote nothing, that is the reason."""
    last = session.last_completed
    return last.result.message if last is not None and last.result is not None else ""


def _bare(verdict: RungVerdict) -> Evidence:
    """The verdict itself as evidence, for a rung that has no more to show."""
    return Evidence(str(RungOutcome.FAILED), verdict.summary)
