"""The options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import click

from ctxtui.cli.shell import Shell

EXIT_CODES = """
\b
It ends with
  0  all components passed         3    try again: `resume`, `retry`
  1  a fault of ctxtui             4    the agent cannot start or log in
  2  the words or the project      5    done, without components that failed
     cannot be used                130  stopped or cancelled
"""
PERCENT = click.FloatRange(0, 100)
Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


def _all(*options: Decorator) -> Decorator:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def _keep_json(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's shape
    ctx.ensure_object(Shell).is_json = value


def _keep_quiet(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's shape
    ctx.ensure_object(Shell).is_quiet = value


output_options: Decorator = _all(
    click.option(
        "--json", is_flag=True, expose_value=False, callback=_keep_json, help="Print JSON on standard output."
    ),
    click.option(
        "-q", "--quiet", is_flag=True, expose_value=False, callback=_keep_quiet, help="Say nothing but errors."
    ),
    click.pass_obj,
)
"""`--json` and `-q`, told to the shell, which the command gets as its first argument."""

plan_options: Decorator = _all(
    click.option("--agent", help="Who writes the tests (`ctxtui agents` lists them)."),
    click.option("--jobs", "-j", type=int, help="Agents at work at the same time."),
    click.option("--only", multiple=True, metavar="MODULE", help="Only these modules (names or globs)."),
    click.option("--skip", multiple=True, metavar="MODULE", help="Not these modules (names or globs)."),
    click.option("--changed", default="", metavar="REF", help="Only modules that differ from this revision."),
    click.option("--below", type=PERCENT, default=0.0, metavar="PERCENT", help="Only modules that tests cover less."),
    click.option("--max-attempts", type=int, help="Passes over one component before a person is asked."),
    click.option("--best-of", type=int, help="Tries at each component, of which the best proved one is kept."),
    click.option("--max-rounds", type=int, help="Passes over all components before a person is asked."),
    click.option("--interpreter", help="The Python that runs the project's tests."),
    click.option("--tests-dir", help="Where new tests go."),
    click.option("--executor", help="Where components are worked on: local, or dask."),
    click.option("--scheduler", metavar="ADDRESS", help="The Dask scheduler, such as tcp://host:8786."),
)
"""What `plan` and `run` take; an option not given falls to the environment and the settings files."""

run_options: Decorator = _all(
    click.option("--headless", is_flag=True, help="Run here, without the interface (the default without a terminal)."),
    click.option("--detach", is_flag=True, help="Start it in the background and print its id."),
    click.option("--partial", is_flag=True, default=None, help="Commit what passed instead of asking a person."),
    click.option("--push", is_flag=True, default=None, help="Push the branch when the run is done."),
    click.option("--pr", "pull_request", is_flag=True, default=None, help="Push, and open a pull request (gh, glab)."),
    click.option("--fresh", is_flag=True, help="Start anew even if the same run exists."),
    click.option(
        "--mode",
        "execution_mode",
        type=click.Choice(["auto", "manual"]),
        help="By itself, or one `ctxtui step` at a time.",
    ),
)
SETTINGS = (
    "agent",
    "jobs",
    "max_attempts",
    "best_of",
    "max_rounds",
    "interpreter",
    "tests_dir",
    "partial",
    "push",
    "pull_request",
    "execution_mode",
    "executor.kind",
    "executor.scheduler",
)
"""The options that are settings by another way."""


def overrides_from(options: Mapping[str, Any]) -> dict[str, object]:
    """The settings typed on the command line; an address of workers means that they are wanted."""
    executor = options.get("executor") or ("dask" if options.get("scheduler") else None)
    typed = {**options, "executor.kind": executor, "executor.scheduler": options.get("scheduler")}
    return {name: typed[name] for name in SETTINGS if typed.get(name) is not None}
