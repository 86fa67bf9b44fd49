"""A child's own handlers besides the agent's turn: prepare the worktree, climb the ladder, accept the files."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ctxtui.core.domain.artifact import AcceptedFile, ChangeKind
from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.component import Component
from ctxtui.core.domain.errors import RepositoryError, StepError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Interaction, Result, ResultStatus
from ctxtui.core.domain.session import Session
from ctxtui.core.domain.verdict import Evidence, RungOutcome, RungVerdict
from ctxtui.core.engine.control import Control
from ctxtui.core.engine.driver import Done
from ctxtui.core.engine.run import Run
from ctxtui.core.engine.worktrees import ensure_worktree, files_from, owned_patterns
from ctxtui.core.ports.store import AttemptEnd
from ctxtui.core.ports.toolchains import TestRun
from ctxtui.core.ports.validation import Candidate
from ctxtui.core.workflow import state
from ctxtui.core.workflow.paths import matches

MOST_EXAMPLE_CHARS = 6000
MOST_SIBLINGS = 40
_MEASURING = frozenset({"covers", "kills"})
"""Rungs that ask which lines the tests reach: then the first run finds out on the way."""


def test_run(run: Run, worktree: Path, files: tuple[str, ...]) -> TestRun:
    """The template of every test run of this run."""
    settings = run.settings
    return TestRun(
        worktree=worktree,
        files=files,
        package_name=settings.package_name,
        import_roots=settings.import_roots,
        interpreter=Path(settings.interpreter),
        timeout=settings.limits.run_seconds,
        test_timeout=settings.limits.test_seconds,
        pytest_plugins=settings.pytest_plugins,
    )


@dataclass(frozen=True, slots=True)
class PrepareHandler:
    """Carries out PREPARE_WORKTREE."""

    run: Run

    def __call__(self, session: Session, interaction: Interaction, control: Control) -> Done:  # noqa: ARG002 - a handler's shape
        component = _component(session)
        worktree = ensure_worktree(self.run, session)
        settings = self.run.settings
        examples = settings.similar_tests.get(component.name, ())[: settings.examples]
        context: dict[str, Any] = {
            "package": settings.package_name,
            "owned": list(owned_patterns(component)),
            "specs": _texts(worktree, component.spec_paths),
            "examples": _texts(worktree, examples),
            "rules": settings.rules,
            "siblings": [name for name in self.run.component_names if name != component.name][:MOST_SIBLINGS],
            "rungs": list(settings.rungs),
            "floors": {"covers": settings.ladder.coverage_floor, "kills": settings.ladder.mutants_floor},
            "feedback_chars": settings.limits.feedback_chars,
            "generate_template": settings.generate_template,
            "fix_template": settings.fix_template,
        }
        return Done(Result(ResultStatus.OK, f"works in {worktree.name}", {state.CONTEXT: context}))


@dataclass(frozen=True, slots=True)
class JudgeHandler:
    """Carries out JUDGE_TESTS."""

    run: Run

    def __call__(self, session: Session, interaction: Interaction, control: Control) -> Done:
        component = _component(session)
        attempt = self.run.parts.store.history.attempts(self.run.scope, session.id)[-1]
        worktree = ensure_worktree(self.run, session)
        slot = worktree.name
        candidate = self._candidate(component, slot, worktree, attempt.n)
        failed: RungVerdict | None = None
        tests = 0
        files: tuple[AcceptedFile, ...] = ()
        settings = self.run.settings
        for validator in self.run.parts.build_ladder(settings.rungs, settings.ladder).rungs:
            control.check()
            self.run.note(session.id, interaction.id, f"checking: {validator.rung}", EventKind.STATUS)
            verdict = validator.judge(candidate)
            self._tell(session, interaction, attempt.id, verdict)
            tests = int(verdict.metrics.get("tests") or tests)
            if verdict.is_failed:
                failed = verdict
                break
            if not files:
                files = self._keep(session, candidate)
        files = files or self._keep_what_is_owned(session, candidate)
        data = {state.CANDIDATE: [asdict(file) for file in files], state.TESTS: tests}
        if failed is None:
            plural = "" if tests == 1 else "s"
            result = Result(ResultStatus.OK, f"{tests} test{plural} passed every check", {**data, "evidence": []})
            return Done(result, AttemptEnd(attempt.id, AttemptOutcome.PASSED))
        if failed.rung == "fence":
            self._restore(slot, files)
        said = _last_words(session) if _wrote_nothing(failed) else ""
        evidence = (*failed.evidence, Evidence("agent_message", f"the agent said: {said}")) if said else failed.evidence
        data |= {"rung": failed.rung, "evidence": [asdict(item) for item in evidence or (_bare(failed),)]}
        message = f"{failed.rung}: {failed.summary}" + (f" (the agent said: {said})" if said else "")
        result = Result(ResultStatus.ERROR, message, data)
        return Done(result, AttemptEnd(attempt.id, AttemptOutcome.FAILED))

    def _candidate(self, component: Component, slot: str, worktree: Path, seed: int) -> Candidate:
        changes = self.run.workspace.changes(slot)
        owned = owned_patterns(component)
        files = [
            change.path
            for change in changes
            if matches(change.path, owned) and change.kind is not ChangeKind.DELETED and _is_test_file(change.path)
        ]
        template = test_run(self.run, worktree, tuple(sorted({component.test_path, *files})))
        is_measured = not _MEASURING.isdisjoint(self.run.settings.rungs)
        return Candidate(
            component_id=component.id,
            component_name=component.name,
            source_path=component.source_path,
            test_path=component.test_path,
            worktree=worktree,
            changes=changes,
            owned=owned,
            test_run=replace(template, measure=(component.source_path,) if is_measured else ()),
            existing_text=self.run.workspace.base_text(component.test_path),
            seed=seed,
        )

    def _tell(self, session: Session, interaction: Interaction, attempt_id: str, verdict: RungVerdict) -> None:
        history, scope = self.run.parts.store.history, self.run.scope
        history.rung(scope, attempt_id, verdict)
        text = f"{verdict.rung} {verdict.outcome}: {verdict.summary}"
        event = Event(EventKind.RUNG, self.run.parts.now(), text, {"rung": verdict.rung, "outcome": verdict.outcome})
        history.record(scope, session.id, interaction.id, [event])

    def _keep(self, session: Session, candidate: Candidate) -> tuple[AcceptedFile, ...]:
        """Stores the owned files, exactly as they are judged from here on."""
        owned = [
            change.path
            for change in candidate.changes
            if matches(change.path, candidate.owned) and change.kind is not ChangeKind.DELETED
        ]
        return self.run.workspace.accept(candidate.worktree.name, owned, session.id) if owned else ()

    def _keep_what_is_owned(self, session: Session, candidate: Candidate) -> tuple[AcceptedFile, ...]:
        try:
            return self._keep(session, candidate)
        except RepositoryError:
            # A link or an oversize file: the fence has said so already, and there is nothing to keep.
            return ()

    def _restore(self, slot: str, files: tuple[AcceptedFile, ...]) -> None:
        """Puts everything outside the child's own files back, so that the next turn starts inside the fence."""
        self.run.workspace.checkout(slot, files)


@dataclass(frozen=True, slots=True)
class AcceptHandler:
    """Carries out ACCEPT_FILES."""

    run: Run

    def __call__(self, session: Session, interaction: Interaction, control: Control) -> Done:  # noqa: ARG002 - a handler's shape
        metadata = interaction.command.metadata
        files = files_from(metadata["files"])
        gone = [file.path for file in files if not self.run.workspace.has(file)]
        if gone:
            message = f"the judged content of {', '.join(gone)} is gone from the workspace"
            return Done(Result(ResultStatus.ERROR, message))
        data = {"files": metadata["files"], state.DIGEST: metadata[state.DIGEST]}
        message = ", ".join(file.path for file in files)
        return Done(Result(ResultStatus.OK, f"accepted {message}", data), files=files)


def _component(session: Session) -> Component:
    if session.component is None:
        raise StepError("Component not found")
    return session.component


def _is_test_file(path: str) -> bool:
    name = Path(path).name
    return name.endswith(".py") and name != "__init__.py"


def _texts(worktree: Path, paths: tuple[str, ...]) -> list[dict[str, str]]:
    """The texts of those files that are there, each cut to a size that a prompt can hold."""
    found = [(path, worktree / path) for path in paths]
    return [
        {"path": path, "text": file.read_text("utf-8", "replace")[:MOST_EXAMPLE_CHARS]}
        for path, file in found
        if file.is_file()
    ]


def _wrote_nothing(verdict: RungVerdict) -> bool:
    return any(item.kind == "missing_file" for item in verdict.evidence)


def _last_words(session: Session) -> str:
    """What the agent said at the end of its turn: when it wrote nothing, that is the reason."""
    last = session.last_completed
    return last.result.message if last is not None and last.result is not None else ""


def _bare(verdict: RungVerdict) -> Evidence:
    """The verdict itself as evidence, for a rung that has no more to show."""
    return Evidence(str(RungOutcome.FAILED), verdict.summary)
