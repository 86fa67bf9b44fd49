"""Text drawn line by line: only the lines on screen are ever made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Protocol

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from ctxtui.screens.presentation.spans import BLANK, Line, Tone, width_of
from ctxtui.screens.widgets.palette import palette_of
from ctxtui.screens.widgets.scroll_bar import tell_bar


class LineSource(Protocol):
    """Lines by number, for a width in cells."""

    def height(self, width: int, /) -> int: ...

    def line(self, y: int, width: int, /) -> Line: ...


class Composed:
    """Lines made all at once by a function of the width, and again only when the width changes."""

    def __init__(self, compose: Callable[[int], Sequence[Line]]) -> None:
        self._compose = compose
        self._width = -1
        self._lines: Sequence[Line] = ()

    def lines(self, width: int) -> Sequence[Line]:
        if width != self._width:
            self._width = width
            self._lines = self._compose(width)
        return self._lines

    def height(self, width: int) -> int:
        return len(self.lines(width))

    def line(self, y: int, width: int) -> Line:
        return self.lines(width)[y]


class Code(Composed):
    """Lines that are not wrapped: all but the first `gutter` cells can be moved aside."""

    def __init__(self, compose: Callable[[int], Sequence[Line]], gutter: int) -> None:
        super().__init__(compose)
        self.code_begins_at = gutter


def gutter_of(source: LineSource) -> int:
    """The cells before the code that a source shows; 0 for text, which is wrapped."""
    return int(getattr(source, "code_begins_at", 0))


_FILLING = frozenset({Tone.BAND, Tone.ADDED, Tone.REMOVED})


class Drawn(Widget):
    """A widget that draws lines of spans; its own style is looked up once, not once a line."""

    _base_style: Style | None = None

    def notify_style_update(self) -> None:
        self._base_style = None
        super().notify_style_update()

    def _draw(self, spans: Line, width: int, over: Style | None = None) -> Strip:
        """The line as Textual draws it, filled up to the width; `over` is laid over every span."""
        if self._base_style is None:
            self._base_style = self.rich_style
        base = self._base_style
        tones = palette_of(self.app).tones
        segments = []
        for text, tone in spans:
            style = base + tones[tone]
            if over:
                # Reversed, the colours of the text would be as many grounds, most of them hard to read on.
                # What was searched for is reversed everywhere else: here it is underlined.
                plain = base + Style(bold=style.bold, underline=tone is Tone.MATCH or None)
                style = (plain if over.reverse else style) + over
            segments.append(Segment(text, style))
        fill = base + over if over else base
        if spans and spans[-1].tone in _FILLING:
            fill += tones[spans[-1].tone]
        return Strip(segments, width_of(spans)).adjust_cell_length(width, fill)


class LineBlock(Drawn):
    """A few lines that do not scroll; as high as it has lines."""

    DEFAULT_CSS = """
    LineBlock { width: 1fr; height: auto; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._source = Composed(lambda _width: ())

    def show(self, compose: Callable[[int], Sequence[Line]]) -> None:
        width = self.size.width
        before = self._source.lines(width)
        self._source = Composed(compose)
        now = self._source.lines(width)
        if now != before:
            self.refresh(layout=len(now) != len(before))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        return self._source.height(width)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        spans = self._source.line(y, width) if y < self._source.height(width) else BLANK
        return self._draw(spans, width)


class ColumnHead(LineBlock):
    """The heads of the columns of the `LineView` below; the cell of that view's scroll bar stays free."""

    DEFAULT_CSS = """
    ColumnHead { padding-right: 1; }
    """


class LineView(Drawn, ScrollView, can_focus=True):
    """Text that scrolls. With `tail` it stays at its end for as long as nobody scrolls away from it.

    Textual takes default styles through the first base alone, so those of `ScrollView` are repeated here.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", "Down", show=False, id="text.down"),
        Binding("up,k", "scroll_up", "Up", show=False, id="text.up"),
        Binding("pagedown,ctrl+d", "page_down", "Page down", show=False, id="text.page-down"),
        Binding("pageup,ctrl+u", "page_up", "Page up", show=False, id="text.page-up"),
        Binding("home,g", "scroll_home", "Top", show=False, id="text.top"),
        Binding("end,G", "scroll_end", "End", show=False, id="text.end"),
    ]

    DEFAULT_CSS = """
    LineView {
        height: 1fr; overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1;
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._source: LineSource = Composed(lambda _width: ())
        self._tail = False
        self._height = 0
        """The rows of its place, until a change of size has been followed."""

    def show(self, source: LineSource, *, tail: bool = False, keep_place: bool = True) -> None:
        """Puts other text in; the place in it is kept unless told otherwise. What reads the same is not drawn again."""
        was_at_end, reads_the_same = self._is_at_end, keep_place and self._reads_as(source)
        self._source = source
        starts_tailing = tail and not self._tail
        self._tail = tail
        self._measure()
        if tail and (was_at_end or starts_tailing):
            # Textual scrolls by itself only where a bar is shown already.
            self.scroll_end(animate=False, immediate=True, force=True)
        elif not keep_place:
            self.scroll_home(animate=False, immediate=True)
        if not reads_the_same:
            self.refresh()

    def _reads_as(self, source: LineSource) -> bool:
        """Whether a text that is made all at once has the lines of the one that is shown."""
        shown, width = self._source, self.scrollable_content_region.width
        if not (width and isinstance(shown, Composed) and isinstance(source, Composed)):
            return False
        return shown.lines(width) == source.lines(width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """For a view as high as its text; a cell of the width is the scroll bar's."""
        return self._source.height(max(width - 1, 0))

    @property
    def source(self) -> LineSource:
        return self._source

    def _measure(self) -> None:
        """Textual lays out the whole screen anew for another size of a text: needed only for a view as high as that."""
        width = self.scrollable_content_region.width
        size = Size(width, self._source.height(width) if width else 0)
        if self.styles.is_auto_height or not self.is_mounted:
            self.virtual_size = size
        elif size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)  # pyright: ignore[reportArgumentType] - read off the class, it is the reactive
            self.scroll_y = self.validate_scroll_y(self.scroll_y)
            self._tell_bar()

    @property
    def _is_at_end(self) -> bool:
        """Whether its end is in view, or was before its place became lower, which is followed a moment later."""
        return self.is_vertical_scroll_end or self.scroll_offset.y + self._height >= self.virtual_size.height

    def on_resize(self) -> None:
        was_at_end = self._is_at_end
        self._measure()
        self._height = self.scrollable_content_region.height
        if self._tail and was_at_end:
            self.scroll_end(animate=False, immediate=True, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        self._tell_bar()
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)

    def _tell_bar(self) -> None:
        if self.show_vertical_scrollbar:
            shown = self.scrollable_content_region.height
            tell_bar(self.vertical_scrollbar, lines=self.virtual_size.height, shown=shown, top=self.scroll_y)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        return self._strip_at(y + self.scroll_offset.y, width)

    def _strip_at(self, row: int, width: int) -> Strip:
        spans = self._line_at(row, width) if 0 <= row < self._source.height(width) else BLANK
        return self._draw(spans, width)

    def _line_at(self, row: int, width: int) -> Line:
        return self._source.line(row, width)

    def action_scroll_end(self) -> None:
        """Also in the moment in which the text is drawn and its bar is not."""
        self._measure()
        self.scroll_end(animate=False, immediate=True, force=True)

    def action_scroll_home(self) -> None:
        self.scroll_home(animate=False, immediate=True)
