"""What the keys of Home do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.core.domain.errors import UnansweredError
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.statuses import SessionStatus
from ctxtui.core.views.states import ShownState
from ctxtui.screens.clipboard import copy_text
from ctxtui.screens.confirm.question import Question
from ctxtui.screens.home.keys import HOME_KEYS
from ctxtui.screens.home.view import Entry
from ctxtui.screens.navigation import OpenRun
from ctxtui.screens.opening import screen_class
from ctxtui.screens.presentation.quantities import amount, plural
from ctxtui.screens.presentation.spans import Tone
from ctxtui.screens.services import RunRef
from ctxtui.screens.widgets.filter_bar import FilterBar
from ctxtui.screens.widgets.key_names import key_names
from ctxtui.screens.working import in_background

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxtui.screens.home.screen import HomeScreen

_KEYS = {key.action: key for key in HOME_KEYS}
_DONE = {RequestKind.CANCEL: "stopped", RequestKind.FINALIZE: "finalized", RequestKind.RESUME: "going on"}


class HomeActs:
    """One method for each action of `HOME_KEYS`."""

    def __init__(self, screen: HomeScreen) -> None:
        self._screen = screen

    def do(self, action: str) -> None:
        """Does what a key means for the selected run, or says why it cannot."""
        screen = self._screen
        why_not = _KEYS[action].why_not(screen.selected)
        if why_not:
            screen.hint(f"{key_names(screen).get(_KEYS[action].id, action)}: {why_not}.")
            return
        getattr(self, action)()

    def new_run(self) -> None:
        def answered(run: RunRef | None) -> None:
            if run is not None:
                self._screen.post_message(OpenRun(run))

        self._screen.app.push_screen(screen_class("new_run")(self._screen.access), answered)

    def check(self) -> None:
        def answered(starts: bool | None) -> None:  # noqa: FBT001 - Textual's signature
            if starts:
                self.new_run()

        screen = self._screen
        screen.app.push_screen(screen_class("first_run")(screen.access, is_first=screen.is_empty), answered)

    def resume(self) -> None:
        entry = self._entry
        self._screen.hint(f"Continuing {entry.run.name}…", Tone.MUTED)
        if entry.run.state.get("paused"):
            self._ask(entry, RequestKind.RESUME)
            return
        launcher = self._screen.access.services.launcher
        self._background(lambda: launcher.resume(_ref(entry)), lambda _none: None)

    def stop(self) -> None:
        entry = self._entry
        working = entry.run.child_counts.get(SessionStatus.ACTIVE, 0)
        lost = f"{plural(working, 'module')} not finished: what is being written is dropped. " if working else ""
        question = Question(
            f"Stop the run of {entry.run.name}?", f"{lost}What has passed stays; nothing is committed.", "Stop the run"
        )
        self._confirm(question, lambda: self._ask(entry, RequestKind.CANCEL))

    def finalize(self) -> None:
        entry = self._entry
        passed = entry.run.child_counts.get(SessionStatus.COMPLETE, 0)
        left_out = sum(entry.run.child_counts.values()) - passed
        told = (
            f"{plural(passed, 'module')} passed" + (f"; {left_out} left out" if left_out else "") + ". That is final."
        )
        self._confirm(
            Question(f"Commit what has passed of {entry.run.name}?", told, "Finalize"),
            lambda: self._ask(entry, RequestKind.FINALIZE),
        )

    def delete(self) -> None:
        """Asks once it is known what is removed."""
        entry = self._entry
        launcher = self._screen.access.services.launcher

        def ask(size: int) -> None:
            areas = f"Its working areas ({amount(size)}B) are removed" if size else "It has no working areas left"
            has_branch = entry.run.status is SessionStatus.COMPLETE
            what = "Its branch and its history stay" if has_branch else "Its history stays"
            stays = f"{what}: `ctxtui history {entry.run.id[:8]}`."
            told = f"{areas}, and it leaves this list. {stays}"
            self._confirm(Question(f"Delete the run of {entry.run.name}?", told, "Delete"), remove)

        def remove() -> None:
            self._background(lambda: launcher.remove(_ref(entry)), removed)

        def removed(_none: object) -> None:
            self._screen.forget(entry.run.id)
            self._screen.hint(f"The run of {entry.run.name} is deleted.", Tone.MUTED)

        self._background(lambda: launcher.size(_ref(entry)), ask)

    def search(self) -> None:
        screen = self._screen
        if screen.access.opened is None:
            screen.hint("The store is still being opened.")
            return
        runs = tuple(entry.run for entry in screen.view.entries)

        def chosen(place: OpenRun | None) -> None:
            if place is not None:
                screen.post_message(place)

        screen.app.push_screen(screen_class("search")(screen.access, runs), chosen)

    def order(self) -> None:
        self._screen.change_order()

    def copy(self) -> None:
        self._screen.hint(copy_text(self._screen.app, self._entry.run.id, "the run's id"), Tone.MUTED)

    def filter(self) -> None:
        self._screen.query_one(FilterBar).open(self._screen.view.words)

    @property
    def _entry(self) -> Entry:
        entry = self._screen.selected
        if entry is None:
            raise LookupError("an act on a run was done without one")
        return entry

    def _ask(self, entry: Entry, kind: RequestKind) -> None:
        self._screen.hint(f"Asked; {entry.run.name} answers…", Tone.MUTED, stays=True)
        access, run = self._screen.access, _ref(entry)

        def ask() -> tuple[Request, str]:
            try:
                request = access.services.launcher.ask(run, kind)
            except UnansweredError as error:
                told = f"{entry.run.name} has not answered yet; what was asked stays open: c takes it up"
                raise UnansweredError(f"{told} if the run is interrupted.") from error
            if request.is_granted:
                from ctxtui.screens.presentation.answers import answer_in_words  # noqa: PLC0415 - after the first frame

                told = answer_in_words(request) if request.answer else f"It is {_DONE.get(kind, 'changed')}."
                return request, f"{entry.run.name}: {told}"
            from ctxtui.screens.home.refusing import refused_in_keys  # noqa: PLC0415 - after the first frame

            return request, f"Refused: {refused_in_keys(request)}"

        self._background(ask, self._tell)

    def _tell(self, answer: tuple[Request, str]) -> None:
        request, told = answer
        self._screen.hint(told, Tone.GOOD if request.is_granted else Tone.BAD)

    def _confirm(self, question: Question, act: Callable[[], None]) -> None:
        def answered(is_sure: bool | None) -> None:  # noqa: FBT001 - Textual's signature
            if is_sure:
                act()

        self._screen.app.push_screen(screen_class("confirm")(question), answered)

    def _background(self, job: Callable[[], object], then: Callable[..., None]) -> None:
        in_background(self._screen, job, then, lambda told: self._screen.hint(told, Tone.BAD), group="home")


def _ref(entry: Entry) -> RunRef:
    return RunRef(entry.run.scope, entry.run.id)


def notices_between(before: dict[str, ShownState], entries: tuple[Entry, ...]) -> list[str]:
    """One sentence for each run that began to need somebody, or ended, since it was last seen."""
    told = {
        ShownState.NEEDS_YOU: "needs you",
        ShownState.INTERRUPTED: "was interrupted",
        ShownState.PASSED: "finished",
        ShownState.FAILED: "failed",
    }
    return [
        f"{entry.run.name} {told[entry.state]}"
        for entry in entries
        if entry.state in told and before.get(entry.run.id, entry.state) is not entry.state
    ]
