"""The end of a run in words: what passed, what did not and why, and how to look at the branch."""

from __future__ import annotations

from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.engine.shown import ShownState
from ctxtui.core.engine.summary import ComponentSummary, RunSummary

GLYPHS = {
    ShownState.QUEUED: "○",
    ShownState.STARTING: "⟳",
    ShownState.RUNNING: "●",
    ShownState.VALIDATING: "◑",
    ShownState.RETRYING: "↻",
    ShownState.NEEDS_YOU: "◐",
    ShownState.PASSED: "✓",
    ShownState.FAILED: "✕",
    ShownState.CANCELLED: "⊘",
    ShownState.SKIPPED: "⤼",
    ShownState.INTERRUPTED: "◌",
    ShownState.REUSED: "≡",
}
SECONDS_A_MINUTE = 60


def duration(seconds: float) -> str:
    """Seconds as people read them: 0.8 s, 42 s, 3 m 05 s."""
    if seconds < 10:  # noqa: PLR2004 - below ten seconds the tenths tell something
        return f"{seconds:.1f} s"
    if seconds < SECONDS_A_MINUTE:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // SECONDS_A_MINUTE} m {int(seconds) % SECONDS_A_MINUTE:02} s"


def counted(number: int, word: str) -> str:
    """1 test, 2 tests."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def print_summary(shell: Shell, summary: RunSummary, code: ExitCode) -> None:
    """As one JSON object on standard output, or as text: the table on standard output, advice on standard error."""
    if shell.is_json:
        shell.out_json(summary.as_json(int(code)))
        return
    shell.out(_headline(summary))
    width = max((len(component.name) for component in summary.components), default=0)
    for component in summary.components:
        shell.out(_row(component, width))
    for line in _advice(summary):
        shell.say(line)


def _headline(summary: RunSummary) -> str:
    total = len(summary.components)
    return (
        f"{summary.name}: {summary.passed} of {counted(total, 'component')} passed, "
        f"{counted(summary.tests, 'test')} (run {summary.run_id}, {summary.status})"
    )


def _row(component: ComponentSummary, width: int) -> str:
    shown = ShownState(component.verdict)
    what = [component.verdict]
    what += [counted(component.tests, "test") if component.tests else ""]
    what += [counted(component.attempts, "attempt") if component.attempts else ""]
    what += [duration(component.seconds) if component.seconds else ""]
    told = " · ".join(part for part in what if part)
    is_good = shown in (ShownState.PASSED, ShownState.REUSED)
    tail = ", ".join(component.files) if is_good else component.reason
    return f"  {GLYPHS[shown]} {component.name.ljust(width)}  {told}{'  ' + tail if tail else ''}"


def _advice(summary: RunSummary) -> list[str]:
    if summary.commit:
        return [
            "",
            f"Branch {summary.branch} is at {summary.commit[:12]}.",
            f"  look:  git -C {summary.root} log -p -1 {summary.branch}",
            f"  merge: git -C {summary.root} merge {summary.branch}",
        ]
    lines = ["", *(summary.message.splitlines()[:12])]
    if summary.status == ShownState.CANCELLED:
        return [*lines, f"Run {summary.run_id} was cancelled; `ctxtui history {summary.run_id}` tells by whom."]
    if any(component.verdict == ShownState.FAILED for component in summary.components):
        lines += [
            f"  try again:                ctxtui retry {summary.run_id} --failed --note '…'",
            f"  leave one out:            ctxtui skip {summary.run_id} COMPONENT",
            f"  finish with what passed:  ctxtui finalize {summary.run_id}",
        ]
    else:
        lines += [f"  go on:  ctxtui resume {summary.run_id}"]
    return lines
