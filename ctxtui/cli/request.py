"""Asks something of a run, and prints the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ctxtui.cli.runs import find_component
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.request import Request, RequestKind

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow

wait_option = click.option("--wait", is_flag=True, help="Stay, tell what happens, and end as the run ends.")


def sessions_of(shell: Shell, row: RunRow, components: Sequence[str]) -> list[str]:
    """The ids of the components' sessions."""
    store = shell.store(shell.here())
    return [find_component(store, row.scope, row.id, name).id for name in components]


def ask(
    shell: Shell,
    row: RunRow,
    kind: RequestKind,
    session_ids: Sequence[str],
    arguments: Mapping[str, Any],
    *,
    is_waiting: bool,
) -> int:
    """Asks, one request a session, and prints the answers; a refusal makes the exit code `retryable`.

    A session that was named twice is asked once; what all of them answer alike is said once.
    """
    from ctxtui.core.engine.asking import await_answer, make_request  # noqa: PLC0415 - the engine, when needed

    parts = shell.parts(shell.settings_for(row))
    requests = [
        make_request(parts.new_id(), row.id, session_id, kind, parts.now(), arguments)
        for session_id in dict.fromkeys(session_ids)
    ]
    for request in requests:
        parts.store.requests.ask(row.scope, request)
    answered = [
        await_answer(
            parts.store,
            row.scope,
            request,
            ensure_runner=lambda: shell.spawn_runner(row.scope, row.id),
            now=parts.now,
        )
        for request in requests
    ]
    told = answered if shell.is_json else {request.answer: request for request in answered}.values()
    for request in told:
        _print_answer(shell, request)
    if not all(request.is_granted for request in answered):
        return int(ExitCode.RETRYABLE)
    if is_waiting:
        from ctxtui.cli.foreground import follow  # noqa: PLC0415 - the engine, when it is needed

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
