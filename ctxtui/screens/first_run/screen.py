"""What to do first, and whether this machine has what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ctxtui.screens.access import Access
from ctxtui.screens.leaving import Page
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, line, wrapped
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import HELP, LEAVE, Offered, offer_keys
from ctxtui.screens.widgets.line_view import Composed, LineBlock, LineView
from ctxtui.screens.working import in_background

if TYPE_CHECKING:
    from ctxtui.core.ports.toolchains import ToolchainCheck


_WELCOME = (
    ("Point ctxtui at a Python package of a git repository.", Tone.TEXT),
    ("Every module gets a session of its own, in which an agent writes that module's tests.", Tone.TEXT),
    ("Each result is proved by running it; what fails goes back to the agent with the evidence.", Tone.TEXT),
    ("You get one branch. Your checkout is not touched before that.", Tone.TEXT),
)
_NAME_WIDTH = 16


class FirstRunScreen(Page[bool]):
    """True when the person wants to start a run."""

    CSS_PATH = "screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,enter", "answer(True)", "start a new run", id="first.new"),
        Binding("D", "check", "check again", id="first.check"),
        Binding("escape", "answer(False)", "all runs", id="first.back"),
    ]

    def __init__(self, access: Access, *, is_first: bool) -> None:
        super().__init__()
        self._access = access
        self._is_first = is_first
        self._checks: tuple[ToolchainCheck, ...] | None = None
        self._error = ""

    def compose(self) -> ComposeResult:
        yield LineBlock(id="head")
        yield LineView(id="page")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one(LineView).focus()
        title = "Nothing has been run here yet" if self._is_first else "What this machine has"
        self.query_one("#head", LineBlock).show(
            lambda _width: [line((" ctxtui", Tone.STRONG), (f"  {title}", Tone.MUTED)), BLANK]
        )
        offered = (
            Offered("first.new", "new run", "answer(True)"),
            Offered("first.check", "check again", "check"),
            Offered("first.back", "all runs", "answer(False)"),
        )
        offer_keys(self, offered, (HELP, LEAVE))
        self.action_check()

    def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        self.run_worker(self.run_action(message.action))

    def action_check(self) -> None:
        self._checks = None
        self._show()
        in_background(
            self,
            self._access.services.launcher.doctor,
            self._checked,
            self._not_checked,
            group="checks",
            is_latest_only=True,
        )

    def _checked(self, checks: tuple[ToolchainCheck, ...]) -> None:
        self._checks, self._error = checks, ""
        self._show()

    def _not_checked(self, sentence: str) -> None:
        self._checks, self._error = (), sentence
        self._show()

    def _show(self) -> None:
        self.query_one(LineView).show(Composed(self._lines))

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        if self._is_first:
            for sentence, tone in _WELCOME:
                lines += wrapped(sentence, width - 2, tone, " ")
            lines += [
                BLANK,
                line((" n", Tone.KEY), (" starts: you see the plan before anything happens.", Tone.MUTED)),
                BLANK,
            ]
        lines.append(line((" This machine", Tone.STRONG)))
        if self._error:
            return [*lines, *wrapped(self._error, width - 2, Tone.BAD, " ")]
        if self._checks is None:
            return [*lines, line((" looking…", Tone.MUTED))]
        for check in self._checks:
            lines += _check_lines(check, width)
        return lines

    def action_answer(self, starts: bool) -> None:  # noqa: FBT001 - an action's argument
        self.dismiss(starts)


def _check_lines(check: ToolchainCheck, width: int) -> list[Line]:
    glyph, tone = ("✓", Tone.GOOD) if check.is_good else ("✕", Tone.BAD)
    told = wrapped(check.finding, width - _NAME_WIDTH - 5)
    lines: list[Line] = [(Span(f" {glyph} ", tone), Span(f"{check.name:<{_NAME_WIDTH}} "), *(told[0] if told else ()))]
    lines += [(Span(" " * (_NAME_WIDTH + 4)), *more) for more in told[1:]]
    if check.remedy and not check.is_good:
        lines += wrapped(check.remedy, width - 2, Tone.MUTED, " " * (_NAME_WIDTH + 4))
    return lines
