"""The tests that a session wrote, as changes to what was there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.screens.access import Access
from ctxtui.screens.editor import open_in_editor
from ctxtui.screens.presentation.diff_lines import file_lines
from ctxtui.screens.presentation.spans import BLANK, Line, Tone, line, wrapped
from ctxtui.screens.services import FileTexts, RunRef
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import HELP, Offered, offer_keys
from ctxtui.screens.widgets.line_view import Composed, LineBlock, LineView

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


class DiffScreen(Screen[None]):
    """All files one below the other; n and N go from file to file."""

    CSS_PATH = "reading.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "file(1)", "next file", id="diff.next"),
        Binding("N", "file(-1)", "previous file", id="diff.previous"),
        Binding("e", "editor", "open the file in your editor", id="diff.editor"),
        Binding("y", "copy", "copy the file", id="diff.copy"),
        Binding("escape,d", "app.pop_screen", "back", id="diff.back"),
    ]

    class Read(Message):
        """The files were read."""

        def __init__(self, files: tuple[FileTexts, ...], error: str) -> None:
            super().__init__()
            self.files = files
            self.error = error

    def __init__(self, access: Access, ref: RunRef, row: ChildRow) -> None:
        super().__init__()
        self._access = access
        self._ref = ref
        self._row = row
        self._files: tuple[FileTexts, ...] = ()
        self._starts: list[int] = [0]

    def compose(self) -> ComposeResult:
        yield LineBlock(id="head")
        yield LineView(id="text")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        name = self._row.name
        self.query_one("#head", LineBlock).show(
            lambda _width: [line((f" {name}", Tone.STRONG), ("  the tests that were written", Tone.MUTED)), BLANK]
        )
        self.query_one(LineView).focus()
        offered = (
            Offered("diff.next", "next file", "file(1)"),
            Offered("diff.editor", "editor", "editor"),
            Offered("diff.copy", "copy", "copy"),
        )
        offer_keys(self, offered, (Offered("diff.back", "back", "app.pop_screen"), HELP))
        self._read()

    @work(thread=True, exit_on_error=False)
    def _read(self) -> None:
        try:
            files, error = self._access.services.launcher.diff(self._ref, self._row.id), ""
        except CtxtuiError as failure:
            files, error = (), str(failure)
        self.post_message(self.Read(files, error))

    def on_diff_screen_read(self, message: Read) -> None:
        self._files = message.files
        lines: list[Line] = []
        self._starts = []
        for file in message.files:
            self._starts.append(len(lines))
            lines += file_lines(file)
        told = message.error or "No test file has been written yet."
        tone = Tone.BAD if message.error else Tone.MUTED
        self.query_one(LineView).show(Composed(lambda width: lines or wrapped(told, width - 2, tone, " ")))

    def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        self.run_worker(self.run_action(message.action))

    @property
    def _current(self) -> int:
        """The file at the top of the view."""
        top = self.query_one(LineView).scroll_offset.y
        return max((place for place, start in enumerate(self._starts) if start <= top), default=0)

    def action_file(self, by: int) -> None:
        if self._files:
            place = (self._current + by) % len(self._files)
            self.query_one(LineView).scroll_to(y=self._starts[place], animate=False, immediate=True)

    def action_editor(self) -> None:
        if self._files:
            file = self._files[self._current]
            told = open_in_editor(self.app, file.after, file.path.rpartition("/")[2])
            if told:
                self.query_one(KeyBar).tell(told, Tone.BAD)

    def action_copy(self) -> None:
        if self._files:
            file = self._files[self._current]
            self.app.copy_to_clipboard(file.after)
            self.query_one(KeyBar).tell(f"Copied {file.path}.", Tone.MUTED)
