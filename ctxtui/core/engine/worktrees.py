"""Which worktree a child works in, and which paths in it are the child's own."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.component import Component
from ctxtui.core.domain.session import Session, SessionStatus, SessionUpdates
from ctxtui.core.engine.run import Run
from ctxtui.core.workflow import state


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


def ensure_worktree(run: Run, session: Session) -> Path:
    """The child's worktree: the one it holds, or a pristine one with its last judged files laid on top."""
    if held := run.slots.held_by(session.id):
        return run.workspace.path(held)
    stored = run.parts.store.sessions.load(run.scope, session.id)
    slot = run.slots.take(session.id, str(stored.state.get(state.LAST_SLOT) or ""))
    path = run.workspace.checkout(slot, files_from(stored.state.get(state.CANDIDATE)))
    if session.component is not None:
        (path / session.component.test_path).parent.mkdir(parents=True, exist_ok=True)
    run.parts.store.sessions.change(
        run.scope,
        session.id,
        SessionStatus.ACTIVE,
        SessionUpdates(state={state.SLOT: slot, state.LAST_SLOT: slot}),
        by="engine",
        reason=f"works in {slot}",
    )
    return path


def files_from(stored: object) -> tuple[AcceptedFile, ...]:
    """The files that a session's state keeps as maps."""
    return tuple(AcceptedFile(**item) for item in stored) if isinstance(stored, list) else ()
