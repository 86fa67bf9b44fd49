"""What the acts of a run need of its screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from ctxtui.screens.access import Access
from ctxtui.screens.presentation.spans import Tone
from ctxtui.screens.services import RunRef

if TYPE_CHECKING:
    from ctxtui.core.domain.request import Request
    from ctxtui.core.ports.store import ChildRow
    from ctxtui.core.views.run_view import RunView
    from ctxtui.screens.run.detail_pane import DetailPane
    from ctxtui.screens.run.session_tree import SessionTree
    from ctxtui.screens.run.tree_filter import TreeFilter


class Desk(Protocol):
    """The run's screen, as far as its acts see it."""

    access: Access
    ref: RunRef
    run: RunView
    is_following: bool

    @property
    def app(self) -> Any:  # noqa: ANN401 - Textual declares its own by a descriptor, which no property matches
        ...

    @property
    def session_tree(self) -> SessionTree: ...

    @property
    def detail(self) -> DetailPane: ...

    @property
    def targets(self) -> tuple[ChildRow, ...]:
        """The rows that an act is about: those marked, else those of the selected row."""
        ...

    def hint(self, sentence: str, tone: Tone = Tone.WARN) -> None: ...

    def ask(self, requests: Sequence[Request]) -> None:
        """Posts requests; the rows say so until the answers arrive."""
        ...

    def go_on(self) -> None:
        """Lets the interrupted run go on."""
        ...

    def set_filter(self, chosen: TreeFilter) -> None: ...

    def open_filter(self) -> None: ...

    def show_alone(self, *, is_alone: bool) -> None:
        """Shows the details in all of the screen, or beside the tree."""
        ...

    def stay(self) -> None:
        """Ends following: the selection is where a person put it."""
        ...

    def show_head(self) -> None: ...
