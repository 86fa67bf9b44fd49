"""Manual mode: whose step is the next one, and how it is taken."""

from __future__ import annotations

from ctxtui.core.engine.advance import advance
from ctxtui.core.engine.batch import Batch
from ctxtui.core.engine.book import Book


def step_target(book: Book, session_id: str) -> str:
    """Whose step is taken when a user asks for the session's next one; empty while another is still being taken."""
    if session_id != book.run.id or not book.is_round:
        return "" if session_id in book.tasks or session_id in book.stepped else session_id
    resting = [child for child in book.active_children if child not in book.under_way]
    if resting:
        return resting[0]
    return "" if book.run.id in book.tasks or book.under_way else session_id


def take_step(book: Book, batch: Batch, target: str) -> None:
    """Begins the next command of a child; the run's own follows when everything else is stored."""
    book.stepped.add(target)
    if target != book.run.id:
        book.start(target)
        advance(batch, target, book.bounds)
