"""`retry`: tries components again, with a note to the agent."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.request import ask, sessions_of, wait_option
from ctxtui.cli.runs import find_run_to_change
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import AgentError, UsageError
from ctxtui.core.domain.request import RequestKind
from ctxtui.core.domain.session import Session, SessionStatus


@click.command(
    "retry",
    epilog="""\
\b
Examples:
  ctxtui retry last money --note 'amounts are in cents' --wait
  ctxtui retry last --failed --agent claude:opus
""",
)
@click.argument("run")
@click.argument("components", nargs=-1)
@click.option("--failed", is_flag=True, help="Every component that failed; what was stopped stays stopped.")
@click.option("--stopped", is_flag=True, help="Every component that was stopped.")
@click.option("--note", default="", help="What to tell the agent this time.")
@click.option("--agent", default="", help="Another agent for it, or one with a model: `claude:opus`.")
@wait_option
@output_options
def retry_command(  # noqa: PLR0913 - one parameter an option
    shell: Shell,
    run: str,
    components: tuple[str, ...],
    *,
    failed: bool,
    stopped: bool,
    note: str,
    agent: str,
    wait: bool,
) -> int:
    """Try components again; without a component, let a run that waits or failed to finish go on."""
    row = find_run_to_change(shell, run)
    sessions = sessions_of(shell, row, components)
    if failed or stopped:
        children = shell.store(shell.here()).sessions.load(row.scope, row.id).children
        sessions = settled(row.id, children, failed=failed, stopped=stopped, named=sessions)
    if agent:
        if not sessions:
            raise UsageError("--agent is for components: name them, or give --failed or --stopped.")
        health = shell.parts(shell.settings_for(row)).agents.get(agent).check()
        if health.problem:
            raise AgentError(f"{health.problem} {health.remedy}".strip())
    asked = {"note": note, "agent": agent} if agent else {"note": note}
    return ask(shell, row, RequestKind.RETRY, sessions or [row.id], asked, is_waiting=wait)


def settled(
    run_id: str, children: Sequence[Session], *, failed: bool, stopped: bool, named: Sequence[str] = ()
) -> list[str]:
    """The sessions named, and those of components that failed or were stopped; one that was left out did neither."""
    lost = [child.id for child in children if failed and child.status is SessionStatus.FAILED]
    halted = [child.id for child in children if child.status is SessionStatus.CANCELLED and not child.is_skipped]
    wanted = [*named, *lost, *(halted if stopped else ())]
    if wanted:
        return wanted
    if halted:
        raise UsageError(f"Nothing failed in run {run_id}; what was stopped is taken up by --stopped.")
    what = "failed or was stopped" if failed and stopped else "failed" if failed else "was stopped"
    raise UsageError(f"Nothing {what} in run {run_id}.")
