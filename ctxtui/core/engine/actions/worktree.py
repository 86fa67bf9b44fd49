"""A child's worktree: laid out before its first step, and which paths in it are the child's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from ctxtui.core.domain.artifact import AcceptedFile, Change, ChangeKind
from ctxtui.core.domain.component import Component
from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.domain.interaction import Action, Interaction, Result, ResultStatus
from ctxtui.core.domain.run_state import files_from
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.session import Session
from ctxtui.core.domain.test_naming import TestNaming
from ctxtui.core.engine.actions.work import Done, Work
from ctxtui.core.ports.toolchains import TestRun
from ctxtui.core.workflow import state
from ctxtui.core.workflow.component_testing.conventions import PAGES, about_tests
from ctxtui.core.workflow.component_testing.neighbours import Package, neighbours
from ctxtui.core.workflow.paths import matches

MOST_EXAMPLE_CHARS = 6000
MOST_SPEC_CHARS = 60_000
MOST_SIBLINGS = 40


def owned_patterns(component: Component) -> tuple[str, ...]:
    """The globs a child may write: its test file, fixtures named after it, and package markers above the file."""
    test = PurePosixPath(component.test_path)
    stem = test.stem.removeprefix("test_").removesuffix("_test")
    folder = test.parent.as_posix()
    return (
        component.test_path,
        f"{folder}/__init__.py",
        f"{folder}/fixtures/{stem}/**",
        f"{folder}/data/{stem}/**",
    )


def lay_out(work: Work) -> None:
    """A pristine worktree in the order's slot, with the child's last judged files laid on top."""
    path = work.workspace.checkout(work.order.slot, work.order.state.candidate)
    if work.order.session.component is not None:
        (path / work.order.session.component.test_path).parent.mkdir(parents=True, exist_ok=True)


def ensure(work: Work) -> Path:
    """The child's worktree; laid out again when it disappeared, as a cleaner of caches may have it."""
    if not work.workspace.is_checked_out(work.order.slot):
        work.note(f"the worktree {work.order.slot} was gone; made it anew")
        lay_out(work)
    return work.worktree


def written_in(changes: Iterable[Change], owned: tuple[str, ...]) -> list[str]:
    """The child's own files among what was changed, without those that were removed."""
    return [change.path for change in changes if matches(change.path, owned) and change.kind is not ChangeKind.DELETED]


def last_judged(session: Session) -> Interaction | None:
    """The last judgement of the child's files that came to a result."""
    steps = reversed(session.interactions)
    return next((step for step in steps if step.command.action is Action.JUDGE_TESTS and step.result), None)


def judged_files(judgement: Interaction | None) -> tuple[AcceptedFile, ...]:
    return files_from(judgement.result.data.get(state.CANDIDATE)) if judgement and judgement.result else ()


def wrote_something(work: Work) -> bool:
    """Whether there is anything in the worktree that was not judged yet."""
    if not work.worktree.is_dir():
        return False
    changes = work.workspace.changes(work.order.slot)
    owned = written_in(changes, owned_patterns(work.order.component))
    if len(owned) < len(changes):
        return True
    if not owned:
        return False
    files = stored(work, owned)
    return not files or files != judged_files(last_judged(work.order.session))


def written(work: Work) -> tuple[AcceptedFile, ...]:
    """The owned files as the turn left them: a worktree that is lost before they are judged is laid out so.

    Only their places are looked at; the fence looks at the rest.
    """
    if not work.workspace.is_checked_out(work.order.slot):
        return ()
    owned = owned_patterns(work.order.component)
    places = tuple(pattern.removesuffix("/**") for pattern in owned)
    return stored(work, written_in(work.workspace.changes(work.order.slot, places), owned))


def stored(work: Work, owned: list[str]) -> tuple[AcceptedFile, ...]:
    """The content of those files, kept by digest; nothing where one of them is a link or too large."""
    try:
        return work.workspace.accept(work.order.slot, owned) if owned else ()
    except RepositoryError:
        # The fence says so, before or after this.
        return ()


def end_strays(work: Work, worktree: Path) -> None:
    """Tests that a former owner has left at work would write into what is judged again."""
    count = work.tools.end_strays(worktree) if work.order.is_taken_over else 0
    if count:
        plural = "" if count == 1 else "es"
        work.note(f"ended {count} test process{plural} that another runner had left in {worktree.name}")


def prepare_worktree(work: Work) -> Done:
    """Carries out PREPARE_WORKTREE: what the agent is told about the component's surroundings."""
    order, plan = work.order, work.order.plan
    component, worktree = order.component, ensure(work)
    examples = plan.similar_tests.get(component.name, ())[: plan.examples]
    context: dict[str, Any] = {
        "package": plan.name_for_people,
        "owned": list(owned_patterns(component)),
        "is_present": work.workspace.base_text(component.test_path) is not None,
        "specs": _texts(worktree, component.spec_paths, MOST_SPEC_CHARS),
        "examples": _texts(worktree, examples, MOST_EXAMPLE_CHARS),
        "conventions": _conventions(worktree, component.source_path),
        "rules": plan.rules,
        "siblings": list(order.siblings),
        "neighbours": neighbours(component.name, component.source_path, Package(plan.import_roots, _reader(worktree))),
        "rungs": list(plan.rungs),
        "best_of": plan.best_of,
        "names": {"functions": list(plan.test_functions), "classes": list(plan.test_classes)},
        "floors": {Rung.COVERS: plan.ladder.coverage_floor, Rung.KILLS: plan.ladder.mutants_floor},
        "feedback_chars": plan.limits.feedback_chars,
        "generate_template": plan.generate_template,
        "fix_template": plan.fix_template,
    }
    return Done(Result(ResultStatus.OK, "The working area is ready.", {state.CONTEXT: context}))


def test_run(work: Work, worktree: Path, files: tuple[str, ...]) -> TestRun:
    """The template of every test run of this run; it ends when the action is told to stop."""
    plan = work.order.plan
    return TestRun(
        worktree=worktree,
        files=files,
        package_name=plan.package_name,
        import_roots=plan.import_roots,
        interpreter=Path(plan.interpreter),
        timeout=plan.limits.run_seconds,
        test_timeout=plan.limits.test_seconds,
        pytest_plugins=plan.pytest_plugins,
        pass_env=plan.pass_env,
        naming=TestNaming(plan.test_files, plan.test_functions, plan.test_classes),
        tolerated=plan.tolerated,
        runs_anywhere=plan.runs_anywhere,
        canaries=plan.canaries,
        checkout=plan.root,
        stop=work.stop,
    )


def _reader(worktree: Path) -> Callable[[str], str | None]:
    def read(path: str) -> str | None:
        file = worktree / path
        return file.read_text("utf-8", "replace") if file.is_file() else None

    return read


def _texts(worktree: Path, paths: tuple[str, ...], most_chars: int) -> list[dict[str, str]]:
    """The texts of those files, each cut to a size that a prompt can hold; the agent is told of what it lacks."""
    return [{"path": path, "text": _text(worktree / path, most_chars)} for path in paths]


def _text(file: Path, most_chars: int) -> str:
    try:
        text = file.read_text("utf-8", "replace")
    except OSError as error:
        return f"(it cannot be read: {error.strerror})"
    if len(text) <= most_chars:
        return text
    left = len(text) - most_chars
    return f"{text[:most_chars]}\n(cut here: {left:,} of {len(text):,} characters are left; read the file itself)"


def _conventions(worktree: Path, source_path: str) -> list[dict[str, str]]:
    """What pages for contributors say about tests, from the top of the repository down to the module's folder."""
    folders = [folder.as_posix() for folder in reversed(PurePosixPath(source_path).parents)]
    paths = [(PurePosixPath(folder) / page).as_posix() for folder in folders for page in PAGES]
    pages = ((path, worktree / path) for path in dict.fromkeys(paths))
    found = ((path, about_tests(file.read_text("utf-8", "replace"))) for path, file in pages if file.is_file())
    texts = {text: path for path, text in found if text}
    return [{"path": path, "text": text} for text, path in texts.items()]
