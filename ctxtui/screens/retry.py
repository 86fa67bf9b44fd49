"""The retry sheet: what was found, what the agent was told, and room for a note to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import TextArea

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.core.engine.shown import ShownState, attempts_label, failed_rung
from ctxtui.screens.access import Access
from ctxtui.screens.presentation.doing import doing
from ctxtui.screens.presentation.overview import rung_lines
from ctxtui.screens.presentation.spans import BLANK, Line, Tone, apart, line, wrapped
from ctxtui.screens.presentation.states import SIGNS
from ctxtui.screens.services import RunRef
from ctxtui.screens.widgets.line_view import Composed, LineBlock, LineView

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


class RetrySheet(ModalScreen[str | None]):
    """Gives the note, empty when there is none, or None when the person goes back."""

    CSS_PATH = "modals.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "retry with this note", id="retry.send", priority=True),
        Binding("ctrl+o", "other_side", "what was found, or what the agent was told", id="retry.side", priority=True),
        Binding("escape", "go_back", "go back without a retry", id="retry.back", priority=True),
    ]

    class PromptRead(Message):
        """The last prompt was read from the store."""

        def __init__(self, prompt: str) -> None:
            super().__init__()
            self.prompt = prompt

    def __init__(self, access: Access, ref: RunRef, row: ChildRow, state: ShownState) -> None:
        super().__init__()
        self._access = access
        self._ref = ref
        self._row = row
        self._state = state
        self._prompt = ""
        self._shows_prompt = False

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
        self.query_one("#label", LineBlock).show(
            lambda width: [
                BLANK,
                *wrapped("A note to the agent, if the evidence does not say enough", width, Tone.MUTED),
            ]
        )
        self.query_one(TextArea).focus()
        self._read_prompt()

    @work(thread=True, exit_on_error=False)
    def _read_prompt(self) -> None:
        try:
            steps = self._access.store.history.interactions(self._ref.scope, self._row.id)
        except CtxtuiError as error:
            self.post_message(self.PromptRead(str(error)))
            return
        prompts = [str(step.command.metadata["prompt"]) for step in steps if step.command.metadata.get("prompt")]
        self.post_message(self.PromptRead(prompts[-1] if prompts else ""))

    def on_retry_sheet_prompt_read(self, message: PromptRead) -> None:
        self._prompt = message.prompt
        self._show_side()

    def _show_side(self) -> None:
        side = self._prompt_lines if self._shows_prompt else self._found_lines
        self.query_one("#found", LineView).show(Composed(side), keep_place=False)
        self.query_one("#title", LineBlock).show(self._title_lines)
        self.query_one("#hint", LineBlock).show(self._hint_lines)

    def _title_lines(self, width: int) -> list[Line]:
        sign = SIGNS[self._state]
        label = attempts_label(self._row).replace("/", " of ")
        right = line((f"{sign.glyph} {sign.word}", sign.tone), (f"  attempt {label}" if label else "", Tone.MUTED))
        return [apart(line((f"Retry {self._row.name}", Tone.STRONG)), right, width), BLANK]

    def _found_lines(self, width: int) -> list[Line]:
        told = doing(self._row, self._state)
        lines = wrapped(told, width) if told else []
        attempt = next((one for one in reversed(self._row.attempts) if failed_rung(one)), None)
        if attempt is not None:
            verdict = failed_rung(attempt)
            lines += [BLANK, line((f"What attempt {attempt.n} was refused for", Tone.MUTED))]
            lines += rung_lines(verdict.rung, verdict, width) if verdict else []
        return lines or [line(("Nothing was found against it.", Tone.MUTED))]

    def _prompt_lines(self, width: int) -> list[Line]:
        head = line(("What the agent was told last", Tone.MUTED))
        return [head, BLANK, *wrapped(self._prompt or "It has not been told anything yet.", width)]

    def _hint_lines(self, width: int) -> list[Line]:
        other = "what was found" if self._shows_prompt else "last prompt"
        keys = line(
            ("ctrl+s", Tone.KEY), (" retry   ", Tone.MUTED), ("ctrl+o", Tone.KEY), (f" {other}   ", Tone.MUTED),
            ("esc", Tone.KEY), (" back", Tone.MUTED),
        )  # fmt: skip
        return [BLANK, apart(keys, (), width)]

    def action_other_side(self) -> None:
        self._shows_prompt = not self._shows_prompt
        self._show_side()

    def action_send(self) -> None:
        self.dismiss(self.query_one(TextArea).text.strip())

    def action_go_back(self) -> None:
        self.dismiss(None)
