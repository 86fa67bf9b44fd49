"""A component's conversation with its agent, opened by a person where it was held, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import ConflictError, NotFoundError
from ctxtui.core.domain.run_state import child_state, run_state
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.engine.actions.worktree import owned_patterns
from ctxtui.core.ports.agents import Talk

if TYPE_CHECKING:
    from ctxtui.core.domain.component import Component
    from ctxtui.core.ports.workspaces import WorkspaceView

_EXECUTABLE = 0o100


class Opens(Protocol):
    """Knows the command that opens an agent's conversation."""

    def open_command(self, name: str, talk: Talk) -> tuple[str, ...]: ...


def conversation_command(agents: Opens, child: Session) -> tuple[str, ...]:
    """Raises NotFoundError where there is no conversation, AgentError where its agent cannot open it."""
    conversation = child_state(child.state).conversation or {}
    component = _component(child)
    if not conversation.get("id"):
        raise NotFoundError(f"The agent {child.agent} reported no conversation about {child.name}.")
    talk = Talk(conversation["id"], component.name, component.source_path, component.test_path)
    return agents.open_command(child.agent, talk)


def conversation_folder(view: WorkspaceView, run: Session, child: Session) -> Path:
    """Where the conversation was held, with the component's tests in it: many agents know it by its folder.

    Raises ConflictError where another component works there, or may at any moment; NotFoundError where it is gone.
    """
    state = child_state(child.state)
    if state.slot:
        return view.path(state.slot)
    folder = Path((state.conversation or {}).get("cwd", ""))
    if not folder.is_absolute() or not folder.is_dir():
        raise NotFoundError(f"The working area in which {child.name} was worked on is gone: `r` makes it anew.")
    others = [other for other in run.children if other.id != child.id and other.status is SessionStatus.ACTIVE]
    holder = next((other.name for other in others if child_state(other.state).slot == folder.name), "")
    if holder:
        raise ConflictError(f"{holder} works where {child.name} was worked on: wait until it has settled.")
    if run.status is SessionStatus.ACTIVE and others and not run_state(run.state).paused:
        raise ConflictError(
            f"The run goes on and may need the working area of {child.name} at any moment: pause it first."
        )
    for file in current_files(child):
        lay(folder, file, view.read(file))
    return folder


def changed_there(view: WorkspaceView, child: Session, folder: Path) -> tuple[AcceptedFile, ...]:
    """The component's files as they stand in the folder; nothing where they are as they were.

    What the run began with and nobody has changed, such as a `tests/__init__.py`, is none of them.
    """
    before = {file.path: file.digest for file in current_files(child)}
    files = []
    for file in _own_files(folder, _component(child)):
        path, content = file.relative_to(folder).as_posix(), file.read_bytes()
        if path in before or content.decode("utf-8", "replace") != view.base_text(path):
            files.append(view.keep(path, content, _mode(file)))
    return () if {file.path: file.digest for file in files} == before else tuple(files)


def changed_texts(view: WorkspaceView, child: Session, texts: Mapping[str, str]) -> tuple[AcceptedFile, ...]:
    """The component's files, those of which a text is given with that text."""
    return tuple(
        view.keep(file.path, texts[file.path].encode(), file.mode) if file.path in texts else file
        for file in current_files(child)
    )


def current_files(child: Session) -> tuple[AcceptedFile, ...]:
    """Accepted files, or those of the last attempt of a component that is not complete, or not any more."""
    state = child_state(child.state)
    return state.files if child.status is SessionStatus.COMPLETE else state.candidate


def as_argument(files: tuple[AcceptedFile, ...]) -> list[dict[str, Any]]:
    return [asdict(file) for file in files]


def _component(child: Session) -> Component:
    if child.component is None:
        raise NotFoundError("Select a component: a run has no conversation of its own.")
    return child.component


def _own_files(folder: Path, component: Component) -> Iterator[Path]:
    for pattern in owned_patterns(component):
        for file in sorted(folder.glob(f"{pattern}/*" if pattern.endswith("**") else pattern)):
            if file.is_file() and not file.is_symlink() and "__pycache__" not in file.parts:
                yield file


def lay(folder: Path, file: AcceptedFile, content: bytes) -> None:
    """Writes an accepted file where it belongs; one that has that content is left alone."""
    target = folder / file.path
    if not target.is_file() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _mode(file: Path) -> str:
    return "100755" if file.stat().st_mode & _EXECUTABLE else "100644"
