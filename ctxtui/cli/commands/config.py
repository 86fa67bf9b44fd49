"""`config`: shows, checks and describes the settings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.output.cells import cells, filled
from ctxtui.cli.output.table import aligned
from ctxtui.cli.shell import Shell
from ctxtui.config import flat_values, settings_problems, usable_settings
from ctxtui.config.describing import json_schema
from ctxtui.core.domain.errors import ExitCode
from ctxtui.services.settings_names import unusable
from ctxtui.services.target import repository_root

_PASSWORD = re.compile(r"(://[^:/@]*:).*@")


@click.group("config")
def config_command() -> None:
    """Show, check and describe the settings."""


@config_command.command("show")
@output_options
def show_settings(shell: Shell) -> int:
    """Show every setting in force here, and where it comes from."""
    loaded = shell.load(Path.cwd())
    values = flat_values(loaded.settings)
    values["database"] = _PASSWORD.sub(r"\1***@", str(values["database"]))
    if shell.is_json:
        shell.out_json({name: {"value": value, "origin": loaded.origins[name]} for name, value in values.items()})
        return int(ExitCode.OK)
    width = max(cells(name) for name in values)
    for name, value in values.items():
        origin = loaded.origins[name]
        shell.out(f"{filled(name, width)}  {_shown(value)}{'' if origin == 'default' else f'    ({origin})'}")
    return int(ExitCode.OK)


@config_command.command("validate")
@output_options
def validate_settings(shell: Shell) -> int:
    """Check the settings files and the environment; says everything that is wrong."""
    here = (Path.cwd(), repository_root(Path.cwd()), shell.environ)
    problems = (*settings_problems(*here), *unusable(usable_settings(*here)))
    if shell.is_json:
        shell.out_json(list(problems))
    else:
        for problem in problems:
            shell.out(problem)
        if not problems:
            shell.say("The settings are in order.")
    return int(ExitCode.USAGE if problems else ExitCode.OK)


@config_command.command("keys")
@output_options
def keys_of_screens(shell: Shell) -> int:
    """List the keys of the interface by the names that `[ui.keymap]` gives other keys to."""
    from ctxtui.screens.keymap import all_keys  # noqa: PLC0415 - all screens, which nothing else needs here

    keys = all_keys()
    if shell.is_json:
        shell.out_json({name: {"keys": key.key.split(","), "does": key.description} for name, key in keys.items()})
        return int(ExitCode.OK)
    for text in aligned([(name, key.key, key.description) for name, key in keys.items()]):
        shell.out(text)
    return int(ExitCode.OK)


@config_command.command("schema")
@output_options
def schema_of_settings(shell: Shell) -> int:
    """Print a JSON schema of the settings file, for editors."""
    shell.out_json(json_schema())
    return int(ExitCode.OK)


def _shown(value: Any) -> str:  # noqa: ANN401 - any setting
    return str(value) if value not in ("", [], {}) else "-"
