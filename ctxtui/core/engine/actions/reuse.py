"""Tests that an earlier run proved for the same source and the same question are taken over instead of asked for."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.engine.actions.work import Proved, Work
from ctxtui.core.engine.actions.worktree import ensure


def reuse_key(work: Work) -> str:
    """Equal where source, tests so far, agent, prompt and checks are equal."""
    order, component = work.order, work.order.session.component
    paths = (component.source_path, component.test_path) if component else ()
    parts = [
        order.session.agent,
        order.plan.interpreter,
        *order.plan.rungs,
        *(work.workspace.base_text(path) or "" for path in paths),
        str(order.interaction.command.metadata["prompt"]),
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def take_over(work: Work, key: str) -> str:
    """Lays the tests of an earlier run into the child's worktree; gives that run's id, or an empty text."""
    for earlier in work.order.proved:
        if earlier.reuse_key == key:
            try:
                _lay(work, earlier)
            except RepositoryError:
                # That run's workspace was cleaned; an older one may still have its own.
                continue
            return earlier.run_id
    return ""


def _lay(work: Work, earlier: Proved) -> None:
    view = work.tools.workspaces.view(Path(earlier.root), earlier.run_id, earlier.base)
    contents = {file.path: view.read(file) for file in earlier.files}
    worktree = ensure(work)
    for path, content in contents.items():
        target = worktree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
