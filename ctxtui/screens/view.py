"""Which screens can be seen. Textual's own `is_current` also holds for the one below a page that covers it."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen


def is_in_view(screen: Screen[Any]) -> bool:
    """Whether nothing but sheets, which let it show through, stands before the screen."""
    for above in reversed(screen.app.screen_stack):
        if above is screen:
            return True
        if not above.is_modal:
            return False
    return False
