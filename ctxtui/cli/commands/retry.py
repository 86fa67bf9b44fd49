"""`retry`: tries components again, with a note to the agent."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.request import ask, sessions_of, wait_option
from ctxtui.cli.runs import find_run_to_change
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import AgentError, UsageError
from ctxtui.core.domain.request import RequestKind
from ctxtui.core.domain.session import SessionStatus


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
@click.option("--failed", is_flag=True, help="Every component that failed or was cancelled.")
@click.option("--note", default="", help="What to tell the agent this time.")
@click.option("--agent", default="", help="Another agent for it, or one with a model: `claude:opus`.")
@wait_option
@output_options
def retry_command(  # noqa: PLR0913 - one parameter an option
    shell: Shell, run: str, components: tuple[str, ...], *, failed: bool, note: str, agent: str, wait: bool
) -> int:
    """Try components again; without a component, let a run that waits or failed to finish go on."""
    row = find_run_to_change(shell, run)
    sessions = sessions_of(shell, row, components)
    if failed:
        store = shell.store(shell.here())
        settled = (SessionStatus.FAILED, SessionStatus.CANCELLED)
        children = store.sessions.load(row.scope, row.id).children
        sessions += [child.id for child in children if child.status in settled and not child.is_skipped]
        if not sessions:
            raise UsageError(f"Nothing failed in run {row.id}.")
    if agent:
        if not sessions:
            raise UsageError("--agent is for components: name them, or give --failed.")
        health = shell.parts(shell.settings_for(row)).agents.get(agent).check()
        if health.problem:
            raise AgentError(f"{health.problem} {health.remedy}".strip())
    asked = {"note": note, "agent": agent} if agent else {"note": note}
    return ask(shell, row, RequestKind.RETRY, sessions or [row.id], asked, is_waiting=wait)
