"""The test files that sessions of a run wrote, and what was there before."""

from __future__ import annotations

from collections.abc import Iterator

from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.ports.workspaces import WorkspaceView
from ctxtui.core.workflow import state
from ctxtui.screens.launcher import FileTexts
from ctxtui.services.conversations import current_files


def written_tests(view: WorkspaceView, child: Session, *, accepted_only: bool) -> Iterator[FileTexts]:
    """Accepted files, else those of the last attempt, else the one that is being written.

    With `accepted_only` those alone that go into the result.
    """
    is_accepted = child.status is SessionStatus.COMPLETE
    if accepted_only and not is_accepted:
        return
    files = current_files(child)
    for file in files:
        yield FileTexts(
            path=file.path,
            before=view.base_text(file.path) or "",
            after=view.read(file).decode("utf-8", "replace"),
            is_accepted=is_accepted,
            session_id=child.id,
            component=child.name,
        )
    if not files and not accepted_only:
        yield from _being_written(view, child)


def _being_written(view: WorkspaceView, child: Session) -> Iterator[FileTexts]:
    slot = child.state.get(state.SLOT)
    if not slot or child.component is None:
        return
    path = child.component.test_path
    try:
        text = (view.path(str(slot)) / path).read_text("utf-8", "replace")
    except OSError:
        return
    before = view.base_text(path) or ""
    yield FileTexts(path, before, text, is_accepted=False, session_id=child.id, component=child.name)
