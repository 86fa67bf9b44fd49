"""The keys that ask something of the run: its owner answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.core.domain.request import RequestKind
from ctxtui.core.domain.session import ExecutionMode
from ctxtui.core.views.states import BUSY, question_of
from ctxtui.screens.confirm.question import Question
from ctxtui.screens.note.request import NoteWanted
from ctxtui.screens.opening import screen_class
from ctxtui.screens.presentation.quantities import plural
from ctxtui.screens.presentation.spans import Tone
from ctxtui.screens.retry.answer import RetryAnswer
from ctxtui.screens.run.keys import is_parent, why_no_retry, why_not

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.ports.store import ChildRow
    from ctxtui.screens.run.desk import Desk


class Asking:
    """One method for each action, called with the rows that it is about."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def _ask(self, kind: RequestKind, ids: Sequence[str], arguments: JsonMap | None = None) -> None:
        desk = self._desk
        desk.session_tree.unmark()
        desk.ask(desk.access.requests(desk.ref, kind, ids, arguments or {}))

    def _ask_run(self, kind: RequestKind, arguments: JsonMap | None = None) -> None:
        self._ask(kind, (self._desk.ref.run_id,), arguments)

    def _confirm(self, question: Question, kind: RequestKind, ids: Sequence[str]) -> None:
        def answered(is_sure: bool | None) -> None:  # noqa: FBT001 - Textual's signature
            if is_sure:
                self._ask(kind, ids)

        self._desk.app.push_screen(screen_class("confirm")(question), answered)

    def _with_note(self, wanted: NoteWanted, then: Callable[[str], None]) -> None:
        def answered(note: str | None) -> None:
            if note is not None:
                then(note)

        self._desk.app.push_screen(screen_class("note")(wanted), answered)

    def retry(self, rows: Sequence[ChildRow]) -> None:
        run = self._desk.run
        if len(rows) == 1 and is_parent(rows[0]):
            if why_not(run, RequestKind.RETRY, rows[0]):
                self.retry_failed(rows)
            else:
                self._ask_run(RequestKind.RETRY)
            return
        self._open_sheet([row for row in rows if not why_no_retry(run, row)])

    def retry_failed(self, _rows: Sequence[ChildRow]) -> None:
        self._open_sheet(self._desk.run.against)

    def _open_sheet(self, rows: Sequence[ChildRow]) -> None:
        desk = self._desk

        def answered(answer: RetryAnswer | None) -> None:
            if answer is not None:
                self._ask(RequestKind.RETRY, [row.id for row in rows], answer.arguments)

        desk.app.push_screen(screen_class("retry")(desk.access, desk.ref, desk.run, tuple(rows)), answered)

    def skip(self, rows: Sequence[ChildRow]) -> None:
        run = self._desk.run
        chosen = [row for row in rows if not why_not(run, RequestKind.SKIP, row)]
        what = chosen[0].name if len(chosen) == 1 else plural(len(chosen), "component")
        busy = sum(run.states[row.id] in BUSY for row in chosen)
        stopped = f" What is being written for {busy} of them is dropped." if busy and len(chosen) > 1 else ""
        stopped = " Its agent is stopped and what it wrote is dropped." if busy and len(chosen) == 1 else stopped
        told = f"The result will not have tests for it.{stopped} r takes that back until the commit."
        wanted = NoteWanted(
            f"Leave {what} out?", told, "leave out", "a note: why, for the commit message and the history"
        )
        self._with_note(
            wanted,
            lambda note: self._ask(RequestKind.SKIP, [row.id for row in chosen], {"note": note} if note else {}),
        )

    def stop(self, rows: Sequence[ChildRow]) -> None:
        run = self._desk.run
        chosen = [row for row in rows if not why_not(run, RequestKind.CANCEL, row)]
        if is_parent(chosen[0]):
            what = f"{plural(run.busy, 'agent')} at work " + ("is" if run.busy == 1 else "are") + " stopped. "
            told = (what if run.busy else "") + "What has passed stays; nothing is committed."
            question = Question("Stop the whole run?", told, "Stop the run")
        elif len(chosen) == 1:
            told = "Its agent is stopped and what it is writing is dropped. r starts it again."
            question = Question(f"Stop {chosen[0].name}?", told, "Stop it")
        else:
            told = "Their agents are stopped and what they are writing is dropped. r starts them again."
            question = Question(f"Stop {plural(len(chosen), 'component')}?", told, "Stop them")
        self._confirm(question, RequestKind.CANCEL, [row.id for row in chosen])

    def pause(self, _rows: Sequence[ChildRow]) -> None:
        self._ask_run(RequestKind.RESUME if self._desk.run.is_pause_asked else RequestKind.PAUSE)

    def take_step(self, rows: Sequence[ChildRow]) -> None:
        self._ask(RequestKind.STEP, (rows[0].id,))

    def tell(self, rows: Sequence[ChildRow]) -> None:
        run = self._desk.run
        chosen = [row for row in rows if not why_not(run, RequestKind.TELL, row)]
        self._with_note(
            _word_wanted(chosen),
            lambda note: self._ask(RequestKind.TELL, [row.id for row in chosen], {"note": note}),
        )

    def other_mode(self, _rows: Sequence[ChildRow]) -> None:
        """From a run that goes on by itself to one whose steps are taken by hand, and back."""
        mode = ExecutionMode.AUTO if self._desk.run.is_manual_asked else ExecutionMode.MANUAL
        self._ask_run(RequestKind.MODE, {"mode": str(mode)})

    def more_jobs(self, _rows: Sequence[ChildRow]) -> None:
        self._set_jobs(1)

    def fewer_jobs(self, _rows: Sequence[ChildRow]) -> None:
        self._set_jobs(-1)

    def _set_jobs(self, by: int) -> None:
        """Counts from what was asked last, so that three quick presses are three."""
        jobs = self._desk.run.jobs_asked + by
        if jobs < 1:
            self._desk.hint("One job is the least.")
            return
        self._ask_run(RequestKind.JOBS, {"jobs": jobs})
        self._desk.hint(f"{plural(jobs, 'job')} at a time…", Tone.MUTED)

    def finalize(self, _rows: Sequence[ChildRow]) -> None:
        run = self._desk.run
        if run.total == run.proved:
            self._ask_run(RequestKind.FINALIZE)
            return

        def consequence() -> str:
            told = f"{plural(run.proved, 'component')} passed; {run.total - run.proved} will be left out"
            told += f", {run.busy} of them still at work, which is stopped." if run.busy else "."
            return f"{told} That is final."

        question = Question("Commit what has passed?", consequence, "Finalize")
        self._confirm(question, RequestKind.FINALIZE, (self._desk.ref.run_id,))

    def resume(self, _rows: Sequence[ChildRow]) -> None:
        self._desk.hint("Continuing the run…", Tone.MUTED)
        self._desk.go_on()


def _word_wanted(rows: Sequence[ChildRow]) -> NoteWanted:
    """One row whose agent asks is answered, and its question shown."""
    if len(rows) == 1 and (question := question_of(rows[0])):
        title = f"{rows[0].name} waits for your answer"
        return NoteWanted(title, question, "answer", "your answer", is_needed=True)
    what = "all agents" if is_parent(rows[0]) else f"the agent of {rows[0].name}"
    what = what if len(rows) == 1 else f"the agents of {plural(len(rows), 'component')}"
    told = "It stands in the prompt of the next turn; what is under way goes on."
    return NoteWanted(f"Say something to {what}", told, "say it", "what it should know", is_needed=True)
