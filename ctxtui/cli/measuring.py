"""`stats`: a run in figures."""

from __future__ import annotations

from dataclasses import asdict

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.report import duration
from ctxtui.cli.shell import LAST, Shell
from ctxtui.cli.table import aligned
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.engine.measures import AgentMeasure, RungMeasure, agent_measures, rung_measures

AGENT_HEADING = ("agent", "components", "passed", "first try", "attempts", "time", "tokens in", "out", "cost")
RUNG_HEADING = ("rung", "judged", "passed", "failed", "time")
NOTHING = "-"


@click.command("stats")
@click.argument("run", default=LAST)
@output_options
def stats_command(shell: Shell, run: str) -> int:
    """Show a run in figures: for each agent its attempts, passes at the first try, time, tokens and cost.

    Below that, for each rung of the verdict ladder, how often it judged and what it refused.
    """
    from ctxtui.bootstrap import now  # noqa: PLC0415 - beside the store

    row = shell.find_run(run)
    children = [row for row in shell.store(shell.here()).feed.changes(row.scope, row.id).rows if row.parent_id]
    agents, rungs = agent_measures(children, now()), rung_measures(children)
    if shell.is_json:
        shell.out_json(
            {
                "type": "stats",
                "run": row.id,
                "agents": [asdict(item) | {"first_try_rate": item.first_try_rate} for item in agents],
                "rungs": [asdict(item) for item in rungs],
            }
        )
        return int(ExitCode.OK)
    if not agents:
        shell.say(f"Run {row.id} has not tried any component yet.")
        return int(ExitCode.OK)
    for text in aligned([AGENT_HEADING, *map(_agent_cells, agents)]):
        shell.out(text)
    if rungs:
        shell.out("")
        for text in aligned([RUNG_HEADING, *map(_rung_cells, rungs)]):
            shell.out(text)
    return int(ExitCode.OK)


def _agent_cells(item: AgentMeasure) -> tuple[str, ...]:
    rate = item.first_try_rate
    return (
        item.agent,
        str(item.components),
        str(item.passed),
        NOTHING if rate is None else f"{rate:.0%}",
        str(item.attempts),
        duration(item.seconds),
        f"{item.input_tokens:,}" if item.input_tokens else NOTHING,
        f"{item.output_tokens:,}" if item.output_tokens else NOTHING,
        NOTHING if item.cost is None else f"${item.cost:.2f}",
    )


def _rung_cells(item: RungMeasure) -> tuple[str, ...]:
    return (item.rung, str(item.judged), str(item.passed), str(item.failed), duration(item.seconds))
