"""The tests that a run or one of its components wrote, to be read, searched and commented on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from ctxtui.screens.access import Access
from ctxtui.screens.clipboard import copy_text
from ctxtui.screens.confirm.question import Question
from ctxtui.screens.editor import open_in_editor
from ctxtui.screens.keys_in_order import drop_words_behind
from ctxtui.screens.launcher import FileTexts
from ctxtui.screens.leaving import Page
from ctxtui.screens.opening import screen_class
from ctxtui.screens.presentation.quantities import plural
from ctxtui.screens.presentation.spans import BLANK, Line, Tone, line, wrapped
from ctxtui.screens.review.diff_list import DiffList
from ctxtui.screens.review.lines import FileRows, ReviewLine, ReviewText
from ctxtui.screens.review.marks import Remarks, ReviewMarks
from ctxtui.screens.review.sending import question_about, send_remarks, why_not_sent
from ctxtui.screens.services import RunRef
from ctxtui.screens.widgets.filter_bar import FilterBar
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import HELP, Offered, offer_keys
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import LineBlock
from ctxtui.screens.widgets.search_pane import SearchPane
from ctxtui.screens.working import in_background

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow
    from ctxtui.core.views.run_view import RunView


class ReviewScreen(Page[None]):
    """Files at the left where there are several, their changes at the right; comments become a retry's note."""

    CSS_PATH = "screen.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (90, "-wide")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,shift+tab", "other_pane", "go to the other side", id="diff.pane"),
        Binding("right_square_bracket", "file(1)", "next file", id="diff.next"),
        Binding("left_square_bracket", "file(-1)", "previous file", id="diff.previous"),
        Binding("n", "file(1)", "next match, else the next file", id="diff.match"),
        Binding("N", "file(-1)", "match before, else the file before", id="diff.match-before"),
        Binding("c", "comment", "comment on the line, for a retry", id="diff.comment"),
        Binding("x", "drop", "leave the test at the line out, by a retry", id="diff.drop"),
        Binding("r", "retry", "retry with all comments as the note", id="diff.retry"),
        Binding("e", "editor", "open the file in your editor", id="diff.editor"),
        Binding("y", "copy", "copy the file", id="diff.copy"),
        Binding("escape", "back", "end the search, then back", id="diff.back"),
        Binding("d", "dismiss(None)", "back", id="diff.close"),
    ]

    def __init__(self, access: Access, ref: RunRef, row: ChildRow, run: RunView) -> None:
        super().__init__()
        self._access = access
        self._ref = ref
        self._row = row
        self._run_view = run
        self._files: tuple[FileTexts, ...] | None = None
        self._marks = ReviewMarks()
        self._commented: ReviewLine | None = None
        self._typed = ""

    def compose(self) -> ComposeResult:
        yield LineBlock(id="head")
        with Horizontal(id="panes"):
            yield LineList(id="files")
            yield SearchPane(DiffList(id="text"), id="found")
        yield FilterBar(id="words")
        yield KeyBar(id="keys")

    @property
    def changes(self) -> DiffList:
        return self.query_one(DiffList)

    @property
    def file_list(self) -> LineList:
        return self.query_one("#files", LineList)

    @property
    def takes_keys(self) -> bool:
        """Whether there is anything yet that a key could be about."""
        return self._files is not None

    def on_mount(self) -> None:
        self.changes.focus()
        self._show_head("reading…")
        launcher, ref, session_id = self._access.services.launcher, self._ref, self._row.id
        in_background(self, lambda: launcher.diff(ref, session_id), self._read, self._unread, group="diff")

    def _read(self, files: tuple[FileTexts, ...]) -> None:
        self._files = files
        self.set_class(len(files) > 1, "-several")
        text = ReviewText(files, self._marks)
        self.changes.put(text)
        self.file_list.show(FileRows(text))
        self._show_head("" if files else "no test file has been written yet")
        self._offer()

    def _unread(self, sentence: str) -> None:
        self._files = ()
        self._show_head(sentence, Tone.BAD)
        self._offer()

    def _show_head(self, told: str, tone: Tone = Tone.MUTED) -> None:
        files = self._files or ()
        what = told or ("the tests that were written" + (f" · {plural(len(files), 'file')}" if len(files) > 1 else ""))
        marks = len(self._marks.comments) + len(self._marks.dropped)
        said = f" · {plural(marks, 'remark')}, r sends them" if marks else ""
        name = (f" {self._row.name}", Tone.STRONG)

        def lines(width: int) -> list[Line]:
            if tone is Tone.BAD:
                return [line(name), *wrapped(what, width - 1, tone, " "), BLANK]
            return [line(name, (f"  {what}", tone), (said, Tone.ACCENT)), BLANK]

        self.query_one("#head", LineBlock).show(lines)

    def _offer(self) -> None:
        has_files = bool(self._files)
        one, is_active = self._current_line, self._run_view.is_active
        send = Offered("diff.retry", "send the remarks", "retry", bool(self._marks.comments or self._marks.dropped))
        offered = (
            *((send,) if send.is_enabled else ()),
            Offered("diff.next", "next file", "file(1)", len(self._files or ()) > 1),
            Offered("text.search", "search", "search", has_files),
            Offered("diff.comment", "comment", "comment", is_active and one is not None and bool(one.number)),
            Offered("diff.drop", "leave out", "drop", is_active and one is not None and bool(one.test)),
            Offered("diff.editor", "editor", "editor", has_files),
            Offered("diff.copy", "copy", "copy", has_files),
        )
        offer_keys(self, offered, (Offered("diff.back", "back", "back"), HELP))

    def on_descendant_focus(self) -> None:
        """Other keys can be reached now."""
        self._offer()

    def hint(self, sentence: str, tone: Tone = Tone.WARN) -> None:
        self.query_one(KeyBar).tell(sentence, tone)

    @property
    def _current_line(self) -> ReviewLine | None:
        lines = self.changes.text.lines
        return lines[self.changes.cursor] if self.changes.cursor < len(lines) else None

    @property
    def _current_file(self) -> FileTexts | None:
        """The file that the selected line belongs to; says so where there is none."""
        one = self._current_line
        if one is None or not self._files:
            self.hint("The files are still being read." if self._files is None else "There is no test file here yet.")
            return None
        return self._files[one.file]

    @on(KeyBar.Pressed)
    async def _clicked(self, message: KeyBar.Pressed) -> None:
        await self.run_action(message.action)

    @on(LineList.Highlighted, "#text")
    def _line_changed(self) -> None:
        one = self._current_line
        if one is not None and self.file_list.cursor != one.file:
            self.file_list.select(one.file)
        self._offer()

    @on(LineList.Highlighted, "#files")
    def _file_changed(self, message: LineList.Highlighted) -> None:
        if message.is_by_person:
            self._go_to_file(message.row)

    @on(LineList.Chosen, "#files")
    def _file_chosen(self) -> None:
        self.changes.focus()

    def _go_to_file(self, place: int) -> None:
        changes = self.changes
        start = changes.text.starts[place]
        changes.scroll_to(y=start, animate=False, immediate=True, force=True)
        changes.select(start)

    def action_other_pane(self) -> None:
        is_several = len(self._files or ()) > 1
        (self.file_list if is_several and self.changes.has_focus else self.changes).focus()

    def action_file(self, by: int) -> None:
        if self._current_file is not None and self._files and self._current_line is not None:
            self._go_to_file((self._current_line.file + by) % len(self._files))

    def action_search(self) -> None:
        self.changes.focus()
        self.changes.action_search()

    @on(FilterBar.Changed)
    def _typed_on(self, message: FilterBar.Changed) -> None:
        """The comment is kept when its line is closed."""
        self._typed = message.text

    @on(FilterBar.Closed)
    def _typing_ended(self) -> None:
        self.changes.focus()
        one, self._commented = self._commented, None
        if one is not None and self._files:
            self._marks.comment(self._files[one.file].path, one.number, self._typed)
            self._marked()
        self.call_after_refresh(self._offer)

    def action_comment(self) -> None:
        file, one = self._current_file, self._current_line
        if file is None or one is None:
            return
        if self._says_it_is_over("c"):
            drop_words_behind(self.app)
            return
        if not one.number:
            self.hint("c: select a line of the tests as they are now.")
            drop_words_behind(self.app)
            return
        self._commented = one
        self._typed = self._marks.comments.get((file.path, one.number), "")
        self.query_one(FilterBar).open(self._typed, f"what to change at line {one.number}")

    def action_drop(self) -> None:
        file, one = self._current_file, self._current_line
        if file is None or one is None or self._says_it_is_over("x"):
            return
        if not one.test:
            self.hint("x: select a line inside a test.")
            return
        self._marks.toggle_drop(file.path, one.test)
        self._marked()

    def _marked(self) -> None:
        self.changes.refresh()
        self.file_list.refresh()
        self._show_head("")
        self._offer()

    def _says_it_is_over(self, key: str) -> bool:
        """Remarks have nobody to go to once the run has ended."""
        if not self._run_view.is_active:
            self.hint(f"{key}: the run has ended, so nobody would act on it; y copies the file, e opens a copy.")
        return not self._run_view.is_active

    def action_retry(self) -> None:
        if self._says_it_is_over("r"):
            return
        remarks = self._marks.remarks(self._files or ())
        if not remarks:
            self.hint("r: say first what to change: c comments on a line, x leaves a test out.")
            return
        if why_not := why_not_sent(remarks, self._run_view):
            self.hint(f"r: {why_not}. Your remarks stay here until then.")
            return

        def answered(is_sure: bool | None) -> None:  # noqa: FBT001 - Textual's signature
            if is_sure:
                self._ask(remarks)

        self.app.push_screen(screen_class("confirm")(question_about(remarks, self._run_view)), answered)

    def _ask(self, remarks: dict[str, Remarks]) -> None:
        access, ref = self._access, self._ref

        def asked(_none: None) -> None:
            self._marks.comments.clear()
            self._marks.dropped.clear()
            self._marked()
            self.hint("The retry is asked for; the run's screen shows the answer.", Tone.GOOD)

        def failed(sentence: str) -> None:
            self.hint(sentence, Tone.BAD)

        in_background(self, lambda: send_remarks(access, ref, remarks), asked, failed, group="asking")

    def action_editor(self) -> None:
        file = self._current_file
        if file is not None:
            told = open_in_editor(self.app, file.after, file.path.rpartition("/")[2])
            if told:
                self.hint(told, Tone.BAD)

    def action_copy(self) -> None:
        file = self._current_file
        if file is not None:
            self.hint(copy_text(self.app, file.after, file.path), Tone.MUTED)

    def action_back(self) -> None:
        if self.query_one(SearchPane).is_searching:
            self.query_one(SearchPane).end_search()
        elif self._marks.comments or self._marks.dropped:
            question = Question("Leave without the remarks?", "They are not sent yet; r sends them.", "Leave")
            self.app.push_screen(screen_class("confirm")(question), self._left)
        else:
            self.dismiss(None)

    def _left(self, is_sure: bool | None) -> None:  # noqa: FBT001 - Textual's signature
        if is_sure:
            self.dismiss(None)
