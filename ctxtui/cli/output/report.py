"""The end of a run in words: what passed, what did not and why, and how to look at the branch."""

from __future__ import annotations

from pathlib import Path

from ctxtui.cli.output.cells import cells, filled
from ctxtui.cli.output.colours import coloured
from ctxtui.cli.output.wrapping import wrapped
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import CtxtuiError, ExitCode
from ctxtui.core.ports.workspaces import Workspaces
from ctxtui.core.views.handing_over import branch_commands
from ctxtui.core.views.states import GLYPHS, PROVED, ShownState
from ctxtui.core.views.summary import ComponentSummary, RunSummary

SECONDS_A_MINUTE = 60
INDENT = "    "
MOST_QUEUED = 20
"""Components that nothing was done about yet are counted, where there are more."""


def duration(seconds: float) -> str:
    """Seconds as people read them: 0.8 s, 42 s, 3 m 05 s."""
    if seconds < 10:  # noqa: PLR2004 - below ten seconds the tenths tell something
        return f"{seconds:.1f} s"
    if seconds < SECONDS_A_MINUTE:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // SECONDS_A_MINUTE} m {int(seconds) % SECONDS_A_MINUTE:02} s"


def first_line(text: str) -> str:
    """The first line of a text, and a sign that there is more."""
    first, _, rest = text.strip().partition("\n")
    return f"{first} …" if rest.strip() else first


def counted(number: int, word: str) -> str:
    """1 test, 2 tests."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def print_summary(shell: Shell, summary: RunSummary, code: ExitCode, workspaces: Workspaces) -> None:
    """As one JSON object on standard output, or as text: the table on standard output, advice on standard error."""
    if shell.is_json:
        shell.out_json(summary.as_json(int(code)))
        return
    shell.out(_headline(summary))
    queued = sum(component.verdict == ShownState.QUEUED for component in summary.components)
    is_together = queued > MOST_QUEUED
    told = [one for one in summary.components if not (is_together and one.verdict == ShownState.QUEUED)]
    width = max((cells(component.name) for component in told), default=0)
    for component in told:
        for line in _row(shell, component, width):
            shell.out(line)
    if is_together:
        sign = coloured(shell, ShownState.QUEUED, GLYPHS[ShownState.QUEUED])
        shell.out(f"  {sign} {counted(queued, 'component')} queued")
    for line in _advice(summary, workspaces):
        shell.say(line)


def _headline(summary: RunSummary) -> str:
    total = len(summary.components)
    return (
        f"{summary.name}: {summary.passed} of {counted(total, 'component')} passed, "
        f"{counted(summary.tests, 'test')} (run {summary.run_id}, {summary.ending})"
    )


def _row(shell: Shell, component: ComponentSummary, width: int) -> list[str]:
    """One line, or more on a terminal that is too narrow for it: words are kept whole."""
    shown = ShownState(component.verdict)
    what = [component.verdict]
    what += [counted(component.tests, "test") if component.tests else ""]
    what += [counted(component.attempts, "attempt") if component.attempts else ""]
    what += [duration(component.seconds) if component.seconds else ""]
    told = " · ".join(part for part in what if part)
    tail = ", ".join(component.files) if shown in PROVED else first_line(component.reason)
    sign, row = coloured(shell, shown, GLYPHS[shown]), f"{filled(component.name, width)}  {told}"
    whole = f"{row}  {tail}" if tail else row
    if not shell.width or cells(whole) + len(INDENT) <= shell.width:
        return [f"  {sign} {whole}"]
    return [f"  {sign} {row}", *wrapped(f"{INDENT}{tail}", shell.width).split("\n")]


def _branch_advice(summary: RunSummary, workspaces: Workspaces) -> list[str]:
    """Where the branch is now: a user may have deleted it, or worked on it, since the run ended."""
    left_at = summary.commit
    try:
        found = workspaces.branch_at(Path(summary.root), summary.branch)
    except CtxtuiError:
        found = left_at  # the repository is not on this machine, or cannot be read now
    proposed = [f"Pull request: {summary.pull_request}"] if summary.pull_request else []
    if not found:
        brings_back = f"`ctxtui resume {summary.run_id}` brings it back"
        return [f"Branch {summary.branch} is not there any more; {brings_back}, at {left_at[:12]}.", *proposed]
    moved = "" if found == left_at else f"; the run left it at {left_at[:12]}"
    commands = branch_commands(summary.root, summary.branch)
    return [
        f"Branch {summary.branch} is at {found[:12]}{moved}.",
        *proposed,
        *(f"  {one.does + ':':<6} {one.command}" for one in commands),
    ]


def _advice(summary: RunSummary, workspaces: Workspaces) -> list[str]:
    if summary.commit:
        return ["", *_branch_advice(summary, workspaces)]
    lines = ["", *(summary.message.splitlines()[:12])]
    if summary.status == ShownState.CANCELLED:
        return [*lines, f"Run {summary.run_id} was cancelled; `ctxtui history {summary.run_id}` tells by whom."]
    ways = [way for way in summary.ways if way.command not in summary.message]
    width = max((len(way.does) for way in ways), default=0) + 1
    return lines + [f"  {f'{way.does}:':<{width}}  {way.command}" for way in ways]
