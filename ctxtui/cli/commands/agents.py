"""`agents`: lists the agents, and whether each can be used."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

import click
import msgspec

from ctxtui import bootstrap
from ctxtui.cli.options import output_options
from ctxtui.cli.output.cells import cells, filled
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode
from ctxtui.services.workers import MOST_ASKED_AT_ONCE, AgentThere, agents_at_workers


@click.command("agents")
@click.option("--executor", "is_at_workers", is_flag=True, help="Those at each worker of the cluster in the settings.")
@click.option("--scheduler", metavar="ADDRESS", help="Those at the workers of this Dask scheduler.")
@output_options
def agents_command(shell: Shell, scheduler: str | None, *, is_at_workers: bool) -> int:
    """List the agents: whether each is installed, its version, and whether it answers. Calls no model."""
    if scheduler:
        shell.overrides["executor.scheduler"] = scheduler
    settings = shell.here()
    registry = bootstrap.open_agents(settings)
    names = registry.names()
    if is_at_workers or scheduler:
        return _at_workers(shell, agents_at_workers(settings, names))
    # Each answer is waited for outside Python: all at once take as long as the slowest.
    with ThreadPoolExecutor(MOST_ASKED_AT_ONCE) as asking:
        found = list(asking.map(registry.health, names))
    if shell.is_json:
        shell.out_json([msgspec.to_builtins(health) for health in found])
        return int(ExitCode.OK)
    width = max(cells(health.name) for health in found)
    for health in found:
        glyph = "✓" if health.is_installed and not health.problem else "○" if not health.is_installed else "✕"
        features = f"  ({', '.join(health.features)})" if health.features else ""
        told = f"{health.problem} {health.remedy}".strip() or f"{health.version}{features}".strip()
        shell.out(f"  {glyph} {filled(health.name, width)}  {told}")
    shell.say(registry.protection)
    return int(ExitCode.OK)


def _at_workers(shell: Shell, found: list[AgentThere]) -> int:
    if shell.is_json:
        shell.out_json([msgspec.to_builtins(one) for one in found])
        return int(ExitCode.OK)
    width = max(cells(one.agent) for one in found)
    for worker, those in groupby(found, key=lambda one: (one.worker, one.host, one.slots)):
        shell.out(f"{worker[0]} on {worker[1]}, {worker[2]} at once")
        for one in those:
            shell.out(
                f"  {'✕' if one.problem else '✓'} {filled(one.agent, width)}  {one.problem or one.version}".rstrip()
            )
    return int(ExitCode.OK)
