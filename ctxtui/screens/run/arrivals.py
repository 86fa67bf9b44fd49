"""What arrives from the store while a run is looked at, and the time that passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.core.views.ownership import is_owned
from ctxtui.screens.notices import notices_of, send_notice
from ctxtui.screens.presentation.spans import Tone
from ctxtui.screens.run.following import next_to_follow
from ctxtui.screens.view import is_in_view
from ctxtui.screens.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from textual.timer import Timer

    from ctxtui.core.domain.lease import Lease
    from ctxtui.core.views.run_view import Changed
    from ctxtui.screens.run.screen import RunScreen


class Arrivals:
    """Takes over what the follower brings, and draws as much of it as is looked at."""

    def __init__(self, screen: RunScreen) -> None:
        self._screen = screen
        self._seen_lease: Lease | None = None
        self.tailing: Timer | None = None

    def take(self) -> None:
        screen, follower = self._screen, self._screen.access.follower
        delta = follower.take()
        if delta is not None:
            self.show(screen.run.apply(delta))
        if follower.error and screen.query_one(KeyBar).hint != follower.error:
            screen.hint(follower.error, Tone.BAD)

    def take_tail(self) -> None:
        if self._screen.access.opened is not None and is_in_view(self._screen):
            self._screen.detail.take()

    def tick(self) -> None:
        """Once a second."""
        self._see_owner()
        if not is_in_view(self._screen):
            return
        self._tail_while_there_is_work()
        self._screen.session_tree.tick()
        self._screen.detail.tick()
        self._screen.show_head()

    def _tail_while_there_is_work(self) -> None:
        """Where nobody works, once a second is often enough for what still comes."""
        run = self._screen.run
        if self.tailing is None:
            return
        if run.parent is None or run.is_moving(run.parent.id):
            self.tailing.resume()
        else:
            self.tailing.pause()
            self.take_tail()

    def show(self, changed: Changed) -> None:
        """Shows what a delta changed."""
        screen, run = self._screen, self._screen.run
        is_first = screen.session_tree.selected is None
        if is_first or run.lease != self._seen_lease:
            self._seen_lease = run.lease
            self._see_owner()
        if is_first or is_in_view(screen):  # for rows below a page, Textual would draw the page again
            self._draw(changed, is_first=is_first)
        if changed.answered:
            screen.acts.tell_answers(screen.posting.answers_so_far(changed.answered))
        if not is_first and screen.access.settings.notify:
            for notice in notices_of(run, changed):
                send_notice(screen.app, notice)

    def _draw(self, changed: Changed, *, is_first: bool) -> None:
        screen = self._screen
        screen.session_tree.show_changed(changed)
        if is_first and screen.session_tree.selected is not None:
            screen.begin_at()
        self._follow()
        screen.show_head()
        screen.detail.rows_changed(changed.ids)

    def _see_owner(self) -> None:
        """Looks whether the owner lives; all rows are shown anew when that changed."""
        screen, run = self._screen, self._screen.run
        is_alive = run.parent is not None and is_owned(run.parent, run.lease, screen.access.clock())
        if run.see_owner(is_alive=is_alive):
            screen.session_tree.rebuild()
            screen.detail.update()

    def _follow(self) -> None:
        screen, node = self._screen, self._screen.session_tree.selected
        if not screen.is_following or node is None:
            return
        target = next_to_follow(screen.run, node.session_id)
        if target is not None and target != node.session_id:
            screen.session_tree.go_to_session(target)
