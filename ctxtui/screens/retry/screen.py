"""The retry sheet: what was found, what the agent was told, and room for a note to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import TextArea

from ctxtui.core.views.refusals import child_facts
from ctxtui.core.views.run_view import RunView
from ctxtui.screens.access import Access
from ctxtui.screens.leaving import Sheet
from ctxtui.screens.opening import screen_class
from ctxtui.screens.presentation.key_lines import key_lines
from ctxtui.screens.presentation.spans import BLANK, Line, Tone, line, wrapped
from ctxtui.screens.retry.answer import RetryAnswer
from ctxtui.screens.retry.found import found_lines, title_lines
from ctxtui.screens.services import RunRef
from ctxtui.screens.widgets.line_view import Composed, LineBlock, LineView
from ctxtui.screens.working import in_background

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow
    from ctxtui.screens.launcher import Choice


class RetrySheet(Sheet[RetryAnswer | None]):
    """Gives the note, empty when there is none, or None when the user goes back. One note goes to all components."""

    CSS_PATH: ClassVar = ["../modals.tcss", "screen.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "retry with this note", id="retry.send"),
        Binding("ctrl+o", "other_side", "what was found, or what the agent was told", id="retry.side", priority=True),
        Binding("ctrl+t", "other_agent", "by another agent", id="retry.agent", priority=True),
        Binding("ctrl+d,pagedown", "scroll(1)", "further down in what was found", id="retry.down", priority=True),
        Binding("ctrl+u,pageup", "scroll(-1)", "further up in what was found", id="retry.up", priority=True),
        Binding("escape", "go_back", "go back without a retry", id="retry.back", priority=True),
    ]

    def __init__(self, access: Access, ref: RunRef, run: RunView, rows: tuple[ChildRow, ...]) -> None:
        super().__init__()
        self._access = access
        self._ref = ref
        self._run = run
        self._rows = rows
        self._prompt = ""
        self._same: tuple[str, ...] = ()
        self._shows_prompt = False
        self._complaint = ""
        self._agent = ""
        self._is_asking = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield LineBlock(id="title")
            yield LineView(id="found")
            yield LineBlock(id="label")
            note = TextArea(id="note", soft_wrap=True, tab_behavior="focus")
            note.cursor_blink = False
            yield note
            yield LineBlock(id="hint")

    def on_mount(self) -> None:
        self._show_side()
        self.query_one(TextArea).focus()
        in_background(self, self._read, self._was_read, self._complain, group="retry")

    def _read(self) -> tuple[str, tuple[str, ...]]:
        """The last prompt of a single component, and those to which nothing new would be said."""
        prompts: list[str] = []
        if len(self._rows) == 1:
            steps = self._access.store.history.interactions(self._ref.scope, self._rows[0].id)
            prompts = [str(step.command.metadata["prompt"]) for step in steps if step.command.metadata.get("prompt")]
        same = self._access.services.launcher.needs_note(self._ref, [row.id for row in self._rows])
        return (prompts[-1] if prompts else ""), same

    def _was_read(self, read: tuple[str, tuple[str, ...]]) -> None:
        self._prompt, self._same = read
        self._show_side()

    def _complain(self, sentence: str) -> None:
        self._is_asking = False
        self._complaint = sentence
        self._show_side()

    def _show_side(self) -> None:
        side = self._prompt_lines if self._shows_prompt else self._found_lines
        self.query_one("#found", LineView).show(Composed(side), keep_place=False)
        self.query_one("#title", LineBlock).show(lambda width: title_lines(self._run, self._rows, width))
        self.query_one("#label", LineBlock).show(self._label_lines)
        self.query_one("#hint", LineBlock).show(self._hint_lines)

    def _found_lines(self, width: int) -> list[Line]:
        return found_lines(self._run, self._rows, width)

    def _prompt_lines(self, width: int) -> list[Line]:
        head = line(("What the agent was told last", Tone.MUTED))
        return [head, BLANK, *wrapped(self._prompt or "It has not been told anything yet.", width)]

    def _label_lines(self, width: int) -> list[Line]:
        warns = self._needs_note or self._is_unread
        return [BLANK, *wrapped(self._label(), width, Tone.WARN if warns else Tone.MUTED)]

    @property
    def _is_unread(self) -> bool:
        """Whether a note would be for nobody."""
        return not self._agent and all(child_facts(row).deaf_agent for row in self._rows)

    @property
    def _needs_note(self) -> bool:
        return bool(self._same)

    def _label(self) -> str:
        if self._is_unread:
            names = ", ".join(sorted({row.agent for row in self._rows}))
            return f"{names} reads no notes: ctrl+t asks another agent"
        if not self._needs_note:
            to_all = "A note to the agent" if len(self._rows) == 1 else "One note to the agents of all of them"
            return f"{to_all}, if the evidence does not say enough"
        if len(self._rows) == 1:
            return "The same failure came back: without a note the agent would be told the same again"
        return f"Without a note {len(self._same)} of {len(self._rows)} are refused: they would be told the same again"

    def _hint_lines(self, width: int) -> list[Line]:
        complaint = wrapped(self._complaint, width, Tone.WARN) if self._complaint else []
        keys = [("ctrl+s", "retry", Tone.MUTED)]
        if len(self._rows) == 1:
            keys.append(("ctrl+o", "what was found" if self._shows_prompt else "last prompt", Tone.MUTED))
        by = "looking for agents…" if self._is_asking else f"by {self._agent}" if self._agent else "another agent"
        keys += [("ctrl+t", by, Tone.ACCENT if self._agent else Tone.MUTED), ("esc", "back", Tone.MUTED)]
        return [*complaint, BLANK, *key_lines(keys, width)]

    def action_other_side(self) -> None:
        if len(self._rows) == 1:
            self._shows_prompt = not self._shows_prompt
            self._show_side()

    def action_other_agent(self) -> None:
        """Lists the agents and whether each can be used here; the present one takes the choice back."""
        if not self._is_asking:
            self._is_asking = True
            self._show_side()
            in_background(
                self, self._access.services.launcher.agents, self._choose_agent, self._complain, group="agents"
            )

    def _choose_agent(self, choices: tuple[Choice, ...]) -> None:
        self._is_asking = False
        self._show_side()
        present = {row.agent for row in self._rows}
        chosen = self._agent or next(iter(present))

        def picked(name: str | None) -> None:
            if name is not None:
                self._agent = "" if {name} == present else name
                self._show_side()

        self.app.push_screen(screen_class("picker")("Whose turn is it?", choices, chosen), picked)

    def action_scroll(self, by: int) -> None:
        found = self.query_one("#found", LineView)
        found.scroll_relative(y=by * max(found.size.height - 1, 1), animate=False, immediate=True, force=True)

    def action_send(self) -> None:
        note = self.query_one(TextArea).text.strip()
        if not note and not self._agent and len(self._same) == len(self._rows) > 0:
            self._complain("Type a note that tells the agent more, or the retry would be refused.")
            return
        self.dismiss(RetryAnswer(note, self._agent))

    def action_go_back(self) -> None:
        self.dismiss(None)
