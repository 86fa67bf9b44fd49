"""Text that can be searched, and may grow while it is read."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from ctxtui.screens.widgets.searched_view import ASIDE_KEYS, SEARCH_KEYS, SearchedView


class TextView(SearchedView):
    """Text that is read from beginning to end."""

    BINDINGS: ClassVar[list[BindingType]] = [*SEARCH_KEYS, *ASIDE_KEYS]

    def grew(self, dropped: int = 0) -> None:
        """The source has more lines, and lost `dropped` at its beginning: what is being read stays in its place."""
        was_at_end = self._is_at_end
        self._measure()
        if self._tail and was_at_end:
            self.scroll_end(animate=False, immediate=True, force=True)
        elif dropped:
            self.scroll_to(y=max(self.scroll_offset.y - dropped, 0), animate=False, immediate=True, force=True)
        if self._match >= 0:
            self._match -= dropped
        self.refresh()
