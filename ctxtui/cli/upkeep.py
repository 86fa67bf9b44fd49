"""`agents`, `doctor`, `clean`, `init` and `config`: looking after what is installed, stored and set."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from ctxtui import bootstrap
from ctxtui.cli.options import output_options
from ctxtui.cli.shell import Shell, repository_root
from ctxtui.config import flat_values, settings_problems
from ctxtui.config.describing import example_file, json_schema
from ctxtui.core.domain.errors import ExitCode, UsageError
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.engine.shown import is_alive
from ctxtui.services.checking import machine_checks
from ctxtui.services.starting import plan_of

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow
    from ctxtui.core.ports.toolchains import ToolchainCheck

MOST_ASKED_AT_ONCE = 16
ENDED = frozenset({SessionStatus.COMPLETE, SessionStatus.CANCELLED})


@click.command("agents")
@output_options
def agents_command(shell: Shell) -> int:
    """List the agents: whether each is installed, its version, and whether it answers. Calls no model."""
    registry = bootstrap.open_agents(shell.here())
    names = registry.names()
    # Each answer is waited for outside Python: all at once take as long as the slowest.
    with ThreadPoolExecutor(MOST_ASKED_AT_ONCE) as asking:
        found = list(asking.map(registry.health, names))
    if shell.is_json:
        shell.out_json([msgspec.to_builtins(health) for health in found])
        return int(ExitCode.OK)
    width = max(len(health.name) for health in found)
    for health in found:
        glyph = "✓" if health.is_installed and not health.problem else "○" if not health.is_installed else "✕"
        features = f"  ({', '.join(health.features)})" if health.features else ""
        told = f"{health.problem} {health.remedy}".strip() or f"{health.version}{features}".strip()
        shell.out(f"  {glyph} {health.name.ljust(width)}  {told}")
    shell.say(registry.protection)
    return int(ExitCode.OK)


@click.command("doctor")
@click.argument("target", required=False)
@output_options
def doctor_command(shell: Shell, target: str | None) -> int:
    """Check whether this machine, and with TARGET a package, are fit for a run."""
    checks = list(machine_checks(shell.here(), shell.environ, _folder(target)))
    if target and all(check.is_good for check in checks):
        checks += _package_checks(shell, target)
    if shell.is_json:
        shell.out_json([msgspec.to_builtins(check) for check in checks])
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            told = check.finding if check.is_good else check.sentence
            shell.out(f"  {'✓' if check.is_good else '✕'} {check.name.ljust(width)}  {told}")
    return int(ExitCode.OK if all(check.is_good for check in checks) else ExitCode.USAGE)


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
@click.option("--ended", is_flag=True, help="Every run that is complete or cancelled.")
@click.option("--force", is_flag=True, help="Also runs that have not ended: what they accepted is lost.")
@click.option("--yes", is_flag=True, help="Remove without asking.")
@output_options
def clean_command(shell: Shell, runs: tuple[str, ...], *, ended: bool, force: bool, yes: bool) -> int:
    """Remove the working areas of runs. Their history stays, and so does every branch."""
    settings = shell.here()
    rows = [shell.find_run(run) for run in runs]
    if ended:
        rows += [row for row in shell.store(settings).sessions.runs(None, settings.account) if row.status in ENDED]
    if not rows:
        raise UsageError("Name runs to clean, or use --ended for every run that is complete or cancelled.")
    parts = shell.parts(settings)
    for row in rows:
        _refuse_unfinished(row, is_forced=force)
    sizes = {row.id: parts.workspaces.size(row.id) for row in rows}
    found = {row.id: row for row in rows if sizes[row.id] or (parts.turns_dir / row.id).exists()}
    for row in found.values():
        shell.say(f"  {row.id}  {row.name}  {sizes[row.id] >> 10} KiB")
    if not found:
        shell.say("There is nothing to remove.")
    is_agreed = yes or not found or _confirmed(shell, len(found))
    for row in found.values() if is_agreed else ():
        parts.workspaces.discard(Path(str(plan_of(row.state, row.id)["root"])), row.id)
        shutil.rmtree(parts.turns_dir / row.id, ignore_errors=True)
    if shell.is_json:
        removed = list(found) if is_agreed else []
        shell.out_json({"type": "cleaned", "runs": removed, "bytes": sum(sizes[run_id] for run_id in removed)})
    return int(ExitCode.OK)


@click.command("init")
@output_options
def init_command(shell: Shell) -> int:
    """Write a settings file, ctxtui.toml, with every setting explained and commented out."""
    path = (repository_root(Path.cwd()) or Path.cwd()) / "ctxtui.toml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(example_file())
    except FileExistsError:
        raise UsageError(f"{path} exists already; it was left as it is.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): check the folder's permissions.") from error
    if shell.is_json:
        shell.out_json({"type": "written", "path": str(path)})
    shell.say(f"Wrote {path}; every line in it shows a default.")
    return int(ExitCode.OK)


@click.group("config")
def config_command() -> None:
    """Show, check and describe the settings."""


@config_command.command("show")
@output_options
def show_settings(shell: Shell) -> int:
    """Show every setting in force here, and where it comes from."""
    loaded = shell.load(Path.cwd())
    values = flat_values(loaded.settings)
    if shell.is_json:
        shell.out_json({name: {"value": value, "origin": loaded.origins[name]} for name, value in values.items()})
        return int(ExitCode.OK)
    width = max(len(name) for name in values)
    for name, value in values.items():
        origin = loaded.origins[name]
        shell.out(f"{name.ljust(width)}  {_shown(value)}{'' if origin == 'default' else f'    ({origin})'}")
    return int(ExitCode.OK)


@config_command.command("validate")
@output_options
def validate_settings(shell: Shell) -> int:
    """Check the settings files and the environment; says everything that is wrong."""
    problems = settings_problems(Path.cwd(), repository_root(Path.cwd()), shell.environ)
    if shell.is_json:
        shell.out_json(list(problems))
    else:
        for problem in problems:
            shell.out(problem)
        if not problems:
            shell.say("The settings are in order.")
    return int(ExitCode.USAGE if problems else ExitCode.OK)


@config_command.command("schema")
@output_options
def schema_of_settings(shell: Shell) -> int:
    """Print a JSON schema of the settings file, for editors."""
    shell.out_json(json_schema())
    return int(ExitCode.OK)


def _folder(target: str | None) -> Path:
    folder = Path(target or ".").expanduser()
    return folder.resolve() if folder.is_dir() else Path.cwd()


def _package_checks(shell: Shell, target: str) -> list[ToolchainCheck]:
    from ctxtui.cli.starting import make_plan  # noqa: PLC0415 - the engine, when it is needed

    _parts, plan = make_plan(shell, (target,), {})
    return list(plan.checks)


def _refuse_unfinished(row: RunRow, *, is_forced: bool) -> None:
    if row.status in ENDED:
        return
    if is_alive(row.lease, bootstrap.now()):
        raise UsageError(f"Run {row.id} is at work: `ctxtui cancel {row.id}` stops it.")
    if not is_forced:
        raise UsageError(
            f"Run {row.id} has not ended: finalize or cancel it first, or use --force to lose what it accepted."
        )


def _confirmed(shell: Shell, count: int) -> bool:
    if shell.is_json or not shell.is_terminal:
        raise UsageError("Without a terminal nobody can be asked: add --yes to remove what was listed.")
    return click.confirm(f"Remove the working areas of {count} run{'' if count == 1 else 's'}?", err=True)


def _shown(value: Any) -> str:  # noqa: ANN401 - any setting
    return str(value) if value not in ("", [], {}) else "-"
