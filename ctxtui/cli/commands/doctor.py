"""`doctor`: checks whether this machine and a package are fit for a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from ctxtui.cli.options import output_options
from ctxtui.cli.output.cells import cells, filled
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode
from ctxtui.services.checking import machine_checks

if TYPE_CHECKING:
    from ctxtui.core.ports.toolchains import ToolchainCheck


@click.command("doctor")
@click.argument("target", required=False)
@output_options
def doctor_command(shell: Shell, target: str | None) -> int:
    """Check whether this machine, and with TARGET a package, are fit for a run."""
    checks = list(machine_checks(shell.here(), shell.environ, _folder(target)))
    notes: tuple[str, ...] = ()
    if target and all(check.is_good for check in checks):
        of_package, notes = _package_checks(shell, target)
        checks += of_package
    if shell.is_json:
        shell.out_json([msgspec.to_builtins(check) for check in checks])
    else:
        width = max(cells(check.name) for check in checks)
        for check in checks:
            told = check.finding if check.is_good else check.sentence
            shell.out(f"  {'✓' if check.is_good else '✕'} {filled(check.name, width)}  {told}")
        for note in notes:
            shell.say(f"note: {note}")
    return int(ExitCode.OK if all(check.is_good for check in checks) else ExitCode.USAGE)


def _folder(target: str | None) -> Path:
    folder = Path(target or ".").expanduser()
    return folder.resolve() if folder.is_dir() else Path.cwd()


def _package_checks(shell: Shell, target: str) -> tuple[list[ToolchainCheck], tuple[str, ...]]:
    from ctxtui.cli.target import make_plan  # noqa: PLC0415 - the engine, when it is needed

    _parts, plan = make_plan(shell, (target,), {"rehearses_anew": True})
    return list(plan.checks), plan.notes
