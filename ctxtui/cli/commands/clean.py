"""`clean`: removes the working areas of runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctxtui import bootstrap
from ctxtui.cli.options import output_options
from ctxtui.cli.output.report import counted
from ctxtui.cli.runs import find_run
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode, UsageError
from ctxtui.core.domain.session import ENDED
from ctxtui.core.processes.owners import is_alive
from ctxtui.core.processes.temporary import sweep
from ctxtui.services.cleaning import remove_areas
from ctxtui.services.starting import plan_of

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow


@click.command(
    "clean",
    epilog="""\
\b
Examples:
  ctxtui clean last
  ctxtui clean --ended --yes
""",
)
@click.argument("runs", nargs=-1)
@click.option("--ended", is_flag=True, help="Every run that is complete or cancelled, of every project.")
@click.option("--force", is_flag=True, help="Also runs that have not ended: what they accepted is lost.")
@click.option("--yes", is_flag=True, help="Remove without asking.")
@output_options
def clean_command(shell: Shell, runs: tuple[str, ...], *, ended: bool, force: bool, yes: bool) -> int:
    """Remove the working areas of runs. Their history stays, and so does every branch."""
    settings = shell.here()
    rows = [find_run(shell, run, to_change=True) for run in runs]
    if ended:
        rows += [row for row in shell.store(settings).sessions.runs(None, settings.account) if row.status in ENDED]
    if not rows and not ended:
        raise UsageError("Name runs to clean, or use --ended for every run that is complete or cancelled.")
    parts = shell.parts(settings)
    for row in rows:
        _refuse_unfinished(row, is_forced=force)
    sizes = {row.id: parts.workspaces.size(row.id) for row in rows}
    bases = {run_id for root in {_root_of(row) for row in rows} for run_id in parts.workspaces.kept_bases(Path(root))}
    found = {row.id: row for row in rows if sizes[row.id] or row.id in bases or (parts.turns_dir / row.id).exists()}
    by_project: dict[str, list[RunRow]] = {}
    for row in found.values():
        by_project.setdefault(_root_of(row), []).append(row)
    for root, runs_there in by_project.items():
        shell.say(root)
        for row in runs_there:
            shell.say(f"  {row.id}  {row.name}  {sizes[row.id] >> 10} KiB")
    if not found:
        shell.say("There is nothing to remove.")
    is_agreed = yes or not found or _confirmed(shell, len(found), len(by_project))
    for row in found.values() if is_agreed else ():
        remove_areas(parts, row.state, row.id)
    sweep()
    if shell.is_json:
        removed = list(found) if is_agreed else []
        shell.out_json({"type": "cleaned", "runs": removed, "bytes": sum(sizes[run_id] for run_id in removed)})
    return int(ExitCode.OK)


def _refuse_unfinished(row: RunRow, *, is_forced: bool) -> None:
    if row.status in ENDED:
        return
    if is_alive(row.lease, bootstrap.now()):
        raise UsageError(f"Run {row.id} is at work: `ctxtui cancel {row.id}` stops it.")
    if not is_forced:
        raise UsageError(
            f"Run {row.id} has not ended: finalize or cancel it first, or use --force to lose what it accepted."
        )


def _root_of(row: RunRow) -> str:
    return str(plan_of(row.state, row.id)["root"])


def _confirmed(shell: Shell, runs: int, projects: int) -> bool:
    if shell.is_json or not shell.is_terminal:
        raise UsageError("Without a terminal nobody can be asked: add --yes to remove what was listed.")
    of_projects = f" of {projects} projects" if projects > 1 else ""
    return click.confirm(f"Remove the working areas of {counted(runs, 'run')}{of_projects}?", err=True)
