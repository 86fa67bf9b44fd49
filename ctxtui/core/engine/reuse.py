"""Tests that an earlier run proved for the same source and the same question are taken over instead of asked for."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.domain.interaction import Interaction
from ctxtui.core.domain.session import Session
from ctxtui.core.engine.run import Run
from ctxtui.core.engine.settings import RunSettings
from ctxtui.core.engine.worktrees import ensure_worktree, files_from
from ctxtui.core.workflow import state


def reuse_key(run: Run, session: Session, interaction: Interaction) -> str:
    """Equal where source, tests so far, agent, prompt and checks are equal."""
    component = session.component
    texts = (
        [run.workspace.base_text(path) or "" for path in (component.source_path, component.test_path)]
        if component
        else []
    )
    parts = [
        session.agent,
        run.settings.interpreter,
        *run.settings.rungs,
        *texts,
        str(interaction.command.metadata["prompt"]),
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def take_over(run: Run, session: Session, key: str) -> str:
    """Lays the tests of an earlier run into the child's worktree; gives that run's id, or an empty text."""
    for earlier in run.parts.store.sessions.proved(run.scope, session.name):
        if earlier.state.get(state.REUSE_KEY) == key and earlier.id != session.id and earlier.parent_id:
            try:
                _lay(run, session, earlier)
            except RepositoryError:
                # That run's workspace was cleaned; an older one may still have its own.
                continue
            return earlier.parent_id
    return ""


def _lay(run: Run, session: Session, earlier: Session) -> None:
    sessions = run.parts.store.sessions
    plan = sessions.load(run.scope, str(earlier.parent_id)).state[state.PLAN]
    settings = RunSettings.from_state(plan)
    view = run.parts.workspaces.view(Path(settings.root), str(earlier.parent_id), settings.base)
    contents = {file.path: view.read(file) for file in files_from(earlier.state.get(state.FILES))}
    worktree = ensure_worktree(run, session)
    for path, content in contents.items():
        target = worktree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
