"""The keys that lead out of the interface: editor, clipboard, shell, and a user's own programs."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from ctxtui.core.domain.errors import UsageError
from ctxtui.core.domain.request import RequestKind
from ctxtui.screens.clipboard import copy_text
from ctxtui.screens.editor import open_in_editor
from ctxtui.screens.foreground import run_in_foreground
from ctxtui.screens.presentation.run_overview import merge_command
from ctxtui.screens.presentation.spans import Tone
from ctxtui.screens.run.detail_pane import Tab
from ctxtui.screens.run.keys import why_no_retry
from ctxtui.screens.working import in_background

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.ports.store import ChildRow
    from ctxtui.screens.launcher import Conversation, WorkingArea
    from ctxtui.screens.run.desk import Desk

_SHELL = 'printf "%s\\n" "In $WORKTREE" "Its tests: $TEST_COMMAND" "exit comes back"; exec "${SHELL:-sh}"'


class Outside:
    """One method for each action, called with the rows that it is about."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def editor(self, rows: Sequence[ChildRow]) -> None:
        desk = self._desk
        suffix = ".py" if desk.detail.tab in {Tab.FILES, Tab.SOURCE} else ".txt"
        name = rows[0].name if rows else "run"
        if told := open_in_editor(desk.app, desk.detail.text(), f"{name}{suffix}"):
            desk.hint(told, Tone.BAD)

    def copy_merge(self, _rows: Sequence[ChildRow]) -> None:
        desk = self._desk
        desk.hint(copy_text(desk.app, merge_command(desk.run), "the merge command"), Tone.MUTED)

    def copy(self, rows: Sequence[ChildRow]) -> None:
        desk = self._desk
        name = rows[0].name if rows else "the run"
        desk.hint(copy_text(desk.app, desk.detail.text(), f"what is shown of {name}"), Tone.MUTED)

    def shell(self, rows: Sequence[ChildRow]) -> None:
        """A shell in the component's working area, which says how its tests are run there."""
        self._in_area(rows[0], ["sh", "-c", _SHELL])

    def conversation(self, rows: Sequence[ChildRow]) -> None:
        """The agent's own conversation, in its folder; what it changes there is judged when it is closed."""
        desk, row = self._desk, rows[0]
        in_background(
            desk.session_tree,
            lambda: desk.access.services.launcher.conversation(desk.ref, row.id),
            lambda conversation: self._talk(row, conversation),
            lambda sentence: desk.hint(sentence, Tone.BAD),
            group="outside",
        )

    def _talk(self, row: ChildRow, conversation: Conversation) -> None:
        if self._run(conversation.argv, conversation.area) and self._desk.run.is_active:
            self._take_back(row, conversation.area)

    def _take_back(self, row: ChildRow, area: WorkingArea) -> None:
        """Has judged what was changed in the area; one of the user's own is gone after that."""
        desk, launcher = self._desk, self._desk.access.services.launcher

        def changed() -> Sequence[JsonMap]:
            try:
                return launcher.changed_files(desk.ref, row.id, area.folder)
            finally:
                if area.own:
                    launcher.leave(desk.ref, area)

        in_background(
            desk.session_tree,
            changed,
            lambda files: self._judge(row, files),
            lambda sentence: desk.hint(sentence, Tone.BAD),
            group="outside",
        )

    def _judge(self, row: ChildRow, files: Sequence[JsonMap]) -> None:
        desk = self._desk
        if not files:
            desk.hint(f"The tests of {row.name} are as they were: there is nothing to judge.", Tone.MUTED)
            return
        if why := why_no_retry(desk.run, row):
            desk.hint(f"What was changed in the tests of {row.name} is not taken over: {why}.", Tone.BAD)
            return
        arguments = {"files": files, "is_judged": True}
        desk.ask(desk.access.requests(desk.ref, RequestKind.RETRY, (row.id,), arguments))
        desk.hint(f"{row.name} is judged with its tests as they are now…", Tone.MUTED)

    def own_command(self, key: str, row: ChildRow) -> None:
        """Runs a command of the user's settings, whose words may hold $MODULE, $WORKTREE, $TEST and $TEST_COMMAND."""
        command = self._desk.access.settings.commands[key]
        self._in_area(row, ["sh", "-c", command])

    def _in_area(self, row: ChildRow, argv: Sequence[str]) -> None:
        desk = self._desk
        in_background(
            desk.session_tree,
            lambda: desk.access.services.launcher.working_area(desk.ref, row.id),
            lambda area: self._use(argv, row, area),
            lambda sentence: desk.hint(sentence, Tone.BAD),
            group="outside",
        )

    def _use(self, argv: Sequence[str], row: ChildRow, area: WorkingArea) -> None:
        self._run(argv, area)
        if area.own:
            self._take_back(row, area)

    def _run(self, argv: Sequence[str], area: WorkingArea) -> bool:
        """Whether the program could be started."""
        desk = self._desk
        names = {
            "MODULE": area.module,
            "WORKTREE": str(area.folder),
            "TEST": area.test_path,
            "TEST_COMMAND": shlex.join(area.test_command),
        }
        try:
            code = run_in_foreground(
                desk.app, argv, folder=area.folder, environ={**os.environ, **area.environ, **names}
            )
        except UsageError as error:
            desk.hint(str(error), Tone.BAD)
            return False
        if code:
            desk.hint(f"That ended with exit code {code}.", Tone.MUTED)
        return True
