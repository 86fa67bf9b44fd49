"""`retry`, `skip`, `cancel`, `pause`, `jobs` and `finalize`: what a person asks of a run, and the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ctxtui.cli.looking import find_component
from ctxtui.cli.options import output_options
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode, UsageError
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.session import SessionStatus
from ctxtui.services.starting import spawn_runner

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow

MOST_JOBS = 256
wait_option = click.option("--wait", is_flag=True, help="Stay, tell what happens, and end as the run ends.")


@click.command(
    "retry",
    epilog="""\
\b
Examples:
  ctxtui retry last money --note 'amounts are in cents' --wait
  ctxtui retry last --failed
""",
)
@click.argument("run")
@click.argument("components", nargs=-1)
@click.option("--failed", is_flag=True, help="Every component that failed or was cancelled.")
@click.option("--note", default="", help="What to tell the agent this time.")
@wait_option
@output_options
def retry_command(shell: Shell, run: str, components: tuple[str, ...], *, failed: bool, note: str, wait: bool) -> int:
    """Try components again; without a component, let a run that waits or failed to finish go on."""
    row = shell.find_run_at_home(run)
    sessions = _sessions(shell, row, components)
    if failed:
        store = shell.store(shell.here())
        settled = (SessionStatus.FAILED, SessionStatus.CANCELLED)
        children = store.sessions.load(row.scope, row.id).children
        sessions += [child.id for child in children if child.status in settled and not child.is_skipped]
        if not sessions:
            raise UsageError(f"Nothing failed in run {row.id}.")
    return _ask(shell, row, RequestKind.RETRY, sessions or [row.id], {"note": note}, is_waiting=wait)


@click.command(
    "skip",
    epilog="""\
\b
Example:
  ctxtui skip last shop.legacy --note 'goes away next month'
""",
)
@click.argument("run")
@click.argument("components", nargs=-1, required=True)
@click.option("--note", default="", help="Why; it stands in the commit message.")
@wait_option
@output_options
def skip_command(shell: Shell, run: str, components: tuple[str, ...], *, note: str, wait: bool) -> int:
    """Leave components out of a run."""
    row = shell.find_run_at_home(run)
    return _ask(shell, row, RequestKind.SKIP, _sessions(shell, row, components), {"note": note}, is_waiting=wait)


@click.command("cancel")
@click.argument("run")
@click.argument("components", nargs=-1)
@click.option("--note", default="", help="Why.")
@output_options
def cancel_command(shell: Shell, run: str, components: tuple[str, ...], *, note: str) -> int:
    """Stop components, or without one the whole run."""
    row = shell.find_run_at_home(run)
    sessions = _sessions(shell, row, components) or [row.id]
    return _ask(shell, row, RequestKind.CANCEL, sessions, {"note": note}, is_waiting=False)


@click.command("pause")
@click.argument("run")
@output_options
def pause_command(shell: Shell, run: str) -> int:
    """Start nothing new; what runs goes on. `ctxtui resume` lifts it."""
    row = shell.find_run_at_home(run)
    return _ask(shell, row, RequestKind.PAUSE, [row.id], {}, is_waiting=False)


@click.command("jobs")
@click.argument("run")
@click.argument("number", type=click.IntRange(1, MOST_JOBS))
@output_options
def jobs_command(shell: Shell, run: str, number: int) -> int:
    """Change how many components are worked on at the same time."""
    row = shell.find_run_at_home(run)
    return _ask(shell, row, RequestKind.JOBS, [row.id], {"jobs": number}, is_waiting=False)


@click.command("finalize")
@click.argument("run")
@wait_option
@output_options
def finalize_command(shell: Shell, run: str, *, wait: bool) -> int:
    """Commit what passed, and leave the rest out."""
    row = shell.find_run_at_home(run)
    return _ask(shell, row, RequestKind.FINALIZE, [row.id], {}, is_waiting=wait)


def _sessions(shell: Shell, row: RunRow, components: Sequence[str]) -> list[str]:
    store = shell.store(shell.here())
    return [find_component(store, row.scope, row.id, name).id for name in components]


def _ask(
    shell: Shell,
    row: RunRow,
    kind: RequestKind,
    session_ids: Sequence[str],
    arguments: Mapping[str, Any],
    *,
    is_waiting: bool,
) -> int:
    """Asks, one request a session, and prints the answers; a refusal makes the exit code `retryable`."""
    from ctxtui.core.engine.asking import await_answer, make_request  # noqa: PLC0415 - the engine, when needed

    parts = shell.parts(shell.settings_for(row))
    requests = [
        make_request(parts.new_id(), row.id, session_id, kind, parts.now(), arguments) for session_id in session_ids
    ]
    for request in requests:
        parts.store.requests.ask(row.scope, request)
    answered = [
        await_answer(
            parts.store,
            row.scope,
            request,
            ensure_runner=lambda: spawn_runner(row.scope, row.id, shell.environ),
            now=parts.now,
        )
        for request in requests
    ]
    for request in answered:
        _print_answer(shell, request)
    if not all(request.is_granted for request in answered):
        return int(ExitCode.RETRYABLE)
    if is_waiting:
        from ctxtui.cli.hosting import follow  # noqa: PLC0415 - the engine, when it is needed

        return int(follow(shell, parts, row.scope, row.id))
    return int(ExitCode.OK)


def _print_answer(shell: Shell, request: Request) -> None:
    if shell.is_json:
        shell.out_json(
            {"type": "answer", "kind": str(request.kind), "granted": request.is_granted, "answer": request.answer}
        )
    elif request.is_granted:
        shell.say(request.answer)
    else:
        shell.complain(f"ctxtui: refused: {request.answer}")
