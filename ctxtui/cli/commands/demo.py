"""`demo`: a run on a small sample project."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import click

from ctxtui.bootstrap import new_id
from ctxtui.cli.options import output_options
from ctxtui.cli.shell import Shell
from ctxtui.cli.start import carry_on, start_run
from ctxtui.cli.target import make_plan
from ctxtui.config import assets_dir, data_dir
from ctxtui.core.domain.errors import StoreError


@click.command("demo")
@click.option("--jobs", "-j", type=int, help="Agents at work at the same time.")
@click.option("--watch", is_flag=True, help="Watch it in the interface.")
@output_options
def demo_command(shell: Shell, *, watch: bool, **options: Any) -> int:  # noqa: ANN401 - click's options
    """Try it on a small sample project, with the embedded agent: no network, no key."""
    project = _new_demo_project(shell)
    shell.say(f"The sample project is in {project}.")
    shell.overrides["agent"] = "builtin"
    parts, plan = make_plan(shell, (str(project), "larder"), options)
    options = {"headless": not watch, "detach": False, "fresh": False}
    return carry_on(shell, parts, start_run(shell, parts, plan, options), options)


def _new_demo_project(shell: Shell) -> Path:
    """A copy of the sample project in a repository of its own, with one commit."""
    project = data_dir(shell.environ) / "demo" / new_id() / "larder"
    try:
        shutil.copytree(assets_dir() / "demo", project, ignore=shutil.ignore_patterns("__pycache__"))
    except OSError as error:
        raise StoreError(
            f"The sample project cannot be copied to {project} ({error.strerror}): "
            "make the folder writable, or name another with CTXTUI_DATA_DIR."
        ) from error
    shell.parts(shell.here()).workspaces.found(project, "The sample project")
    return project
