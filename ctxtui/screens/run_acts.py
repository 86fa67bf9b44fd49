"""What the keys of a run do: each asks, opens a screen, or changes what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.engine.shown import BUSY
from ctxtui.screens.confirm import Question
from ctxtui.screens.editor import open_in_editor
from ctxtui.screens.opening import screen_class
from ctxtui.screens.presentation.quantities import plural
from ctxtui.screens.presentation.spans import Tone
from ctxtui.screens.run_keys import FAILED, RUN_KEYS
from ctxtui.screens.tree_filter import StateFilter, TreeFilter
from ctxtui.screens.widgets.detail_pane import Tab
from ctxtui.screens.widgets.filter_bar import FilterBar
from ctxtui.screens.widgets.key_names import key_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.ports.store import ChildRow
    from ctxtui.screens.run import RunScreen

_KEYS = {key.action: key for key in RUN_KEYS}


class RunActs:
    """One method for each action of `RUN_KEYS`, called with the selected row."""

    def __init__(self, screen: RunScreen) -> None:
        self._screen = screen

    def do(self, action: str) -> None:
        """Does what a key means for the selected row, or says why it cannot."""
        screen = self._screen
        row = screen.row
        if row is None:
            screen.hint("The run is still being opened.")
            return
        why_not = _KEYS[action].why_not(screen.run, row)
        if why_not:
            key = key_names(screen).get(_KEYS[action].id, "")
            screen.hint(f"{key}: {why_not}.")
            return
        getattr(self, action)(row)

    def tell_answer(self, request: Request) -> None:
        """Shows what came of something that was asked."""
        row = self._screen.run.rows.get(request.session_id)
        name = row.name if row else "the run"
        verdict = "granted" if request.is_granted else "refused"
        told = f": {request.answer}" if request.answer else ""
        self._screen.hint(f"{request.kind} {name}: {verdict}{told}", Tone.GOOD if request.is_granted else Tone.BAD)

    def _ask(self, kind: RequestKind, ids: Sequence[str], arguments: JsonMap | None = None) -> None:
        screen = self._screen
        screen.ask(screen.access.requests(screen.ref, kind, ids, arguments or {}))

    def _ask_run(self, kind: RequestKind, arguments: JsonMap | None = None) -> None:
        self._ask(kind, (self._screen.ref.run_id,), arguments)

    def _confirm(self, question: Question, kind: RequestKind, ids: Sequence[str]) -> None:
        def answered(is_sure: bool | None) -> None:  # noqa: FBT001 - Textual's signature
            if is_sure:
                self._ask(kind, ids)

        self._screen.app.push_screen(screen_class("confirm")(question), answered)

    def retry(self, row: ChildRow) -> None:
        def answered(note: str | None) -> None:
            if note is not None:
                self._ask(RequestKind.RETRY, (row.id,), {"note": note} if note else {})

        screen = self._screen
        if row.parent_id is None:
            self._ask_run(RequestKind.RETRY)
            return
        screen.app.push_screen(
            screen_class("retry")(screen.access, screen.ref, row, screen.run.states[row.id]), answered
        )

    def retry_failed(self, _row: ChildRow) -> None:
        self._ask(RequestKind.RETRY, [row.id for row in self._screen.run.with_state(*FAILED)])

    def skip(self, row: ChildRow) -> None:
        if self._screen.run.states[row.id] in BUSY:
            question = Question(
                f"Leave {row.name} out?", "Its agent is stopped and what it wrote is dropped.", "Skip it"
            )
            self._confirm(question, RequestKind.SKIP, (row.id,))
        else:
            self._ask(RequestKind.SKIP, (row.id,))

    def stop(self, row: ChildRow) -> None:
        run = self._screen.run
        if row.parent_id is None:
            what = f"{plural(run.busy, 'agent')} at work " + ("is" if run.busy == 1 else "are") + " stopped. "
            told = (what if run.busy else "") + "What has passed stays; nothing is committed."
            question = Question("Stop the whole run?", told, "Stop the run")
        else:
            question = Question(
                f"Stop {row.name}?", "Its agent is stopped and what it is writing is dropped.", "Stop it"
            )
        self._confirm(question, RequestKind.CANCEL, (row.id,))

    def pause(self, _row: ChildRow) -> None:
        self._ask_run(RequestKind.RESUME if self._screen.run.is_paused else RequestKind.PAUSE)

    def more_jobs(self, _row: ChildRow) -> None:
        self._ask_run(RequestKind.JOBS, {"jobs": self._screen.run.jobs + 1})

    def fewer_jobs(self, _row: ChildRow) -> None:
        self._ask_run(RequestKind.JOBS, {"jobs": self._screen.run.jobs - 1})

    def finalize(self, _row: ChildRow) -> None:
        run = self._screen.run
        left_out = run.total - run.done
        if not left_out:
            self._ask_run(RequestKind.FINALIZE)
            return
        told = f"{plural(run.done, 'component')} passed; {left_out} left out"
        told += f", {run.busy} of them still at work." if run.busy else "."
        question = Question("Commit what has passed?", told, "Finalize")
        self._confirm(question, RequestKind.FINALIZE, (self._screen.ref.run_id,))

    def resume(self, _row: ChildRow) -> None:
        self._screen.hint("Continuing the run…", Tone.MUTED)
        self._screen.ask(())

    def diff(self, row: ChildRow) -> None:
        self._open("diff", row)

    def history(self, row: ChildRow) -> None:
        screen = self._screen
        screen.app.push_screen(screen_class("history")(screen.access, screen.ref, screen.run, row.id))

    def timeline(self, _row: ChildRow) -> None:
        screen = self._screen
        screen.app.push_screen(screen_class("timeline")(screen.access, screen.run))

    def _open(self, name: str, row: ChildRow) -> None:
        screen = self._screen
        screen.app.push_screen(screen_class(name)(screen.access, screen.ref, row))

    def peek(self, _row: ChildRow) -> None:
        screen = self._screen
        screen.toggle_class("-peeking")
        (screen.detail.page if screen.has_class("-peeking") else screen.session_tree).focus()

    def filter(self, _row: ChildRow) -> None:
        bar = self._screen.query_one(FilterBar)
        self._screen.run_worker(bar.open(self._screen.session_tree.filter.text))

    def only_failed(self, _row: ChildRow) -> None:
        self._only(StateFilter.FAILED)

    def only_running(self, _row: ChildRow) -> None:
        self._only(StateFilter.RUNNING)

    def only_waiting(self, _row: ChildRow) -> None:
        self._only(StateFilter.NEEDS_YOU)

    def show_all(self, _row: ChildRow) -> None:
        self._screen.set_filter(TreeFilter())

    def _only(self, wanted: StateFilter) -> None:
        screen = self._screen
        screen.set_filter(TreeFilter(wanted, screen.session_tree.filter.text))

    def follow(self, _row: ChildRow) -> None:
        screen = self._screen
        screen.is_following = not screen.is_following
        told = "the selection goes where something happens" if screen.is_following else "the selection stays"
        screen.hint(f"Following {'on' if screen.is_following else 'off'}: {told}.", Tone.MUTED)

    def editor(self, row: ChildRow) -> None:
        suffix = ".py" if self._screen.detail.tab is Tab.FILES else ".txt"
        told = open_in_editor(self._screen.app, self._screen.detail.text(), f"{row.name}{suffix}")
        if told:
            self._screen.hint(told, Tone.BAD)

    def copy(self, row: ChildRow) -> None:
        self._screen.app.copy_to_clipboard(self._screen.detail.text())
        self._screen.hint(f"Copied what is shown of {row.name}.", Tone.MUTED)
