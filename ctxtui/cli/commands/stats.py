"""`stats`: a run in figures."""

from __future__ import annotations

from dataclasses import asdict

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.output.report import duration
from ctxtui.cli.output.table import aligned
from ctxtui.cli.runs import LAST, find_run
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.views.measures import AgentMeasure, RungMeasure, agent_measures, rung_measures
from ctxtui.core.views.spending import Spending, spending

AGENT_HEADING = ("agent", "components", "passed", "first try", "attempts", "time", "tokens in", "out", "cost")
RUNG_HEADING = ("rung", "judged", "passed", "failed", "time")
SPENDING_HEADING = ("day", "agent", "model", "attempts", "passed", "tokens in", "out", "cost")
ESTIMATED = "≈ estimated from list prices: the agent told its tokens and no cost."
NOTHING = "-"


@click.command("stats")
@click.argument("run", default=LAST)
@click.option("--all", "is_of_all", is_flag=True, help="All runs of the account, by day, agent and model.")
@output_options
def stats_command(shell: Shell, run: str, *, is_of_all: bool) -> int:
    """Show a run in figures: for each agent its attempts, passes at the first try, time, tokens and cost.

    Below that, for each rung of the verdict ladder, how often it judged and what it refused.
    """
    if is_of_all:
        return _of_all(shell)
    from ctxtui.bootstrap import now  # noqa: PLC0415 - beside the store

    row = find_run(shell, run)
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
    if any(item.is_estimated for item in agents):
        shell.say(ESTIMATED)
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
        _money(item.cost, is_estimated=item.is_estimated),
    )


def _of_all(shell: Shell) -> int:
    settings = shell.here()
    store = shell.store(settings)
    runs = store.sessions.runs(None, settings.account)
    children = (row for run in runs for row in store.feed.changes(run.scope, run.id).rows if row.parent_id)
    found = spending(children)
    if shell.is_json:
        rows = [asdict(item) | {"day": item.day.isoformat()} for item in found]
        shell.out_json({"type": "spending", "runs": len(runs), "rows": rows})
        return int(ExitCode.OK)
    if not found:
        shell.say("No run has tried any component yet.")
        return int(ExitCode.OK)
    for text in aligned([SPENDING_HEADING, *map(_spending_cells, found)]):
        shell.out(text)
    costs = [item.cost for item in found if item.cost is not None]
    if costs:
        total = _money(sum(costs), is_estimated=any(item.is_estimated for item in found))
        shell.say(f"{total} over {len(runs)} run{'' if len(runs) == 1 else 's'}.")
    if any(item.is_estimated for item in found):
        shell.say(ESTIMATED)
    return int(ExitCode.OK)


def _spending_cells(item: Spending) -> tuple[str, ...]:
    return (
        item.day.isoformat(),
        item.agent,
        item.model or NOTHING,
        str(item.attempts),
        str(item.passed),
        f"{item.input_tokens:,}" if item.input_tokens else NOTHING,
        f"{item.output_tokens:,}" if item.output_tokens else NOTHING,
        _money(item.cost, is_estimated=item.is_estimated),
    )


def _money(cost: float | None, *, is_estimated: bool) -> str:
    return NOTHING if cost is None else f"{'≈ ' if is_estimated else ''}${cost:.2f}"


def _rung_cells(item: RungMeasure) -> tuple[str, ...]:
    return (item.rung, str(item.judged), str(item.passed), str(item.failed), duration(item.seconds))
