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
    click.option("--jobs", "-j", type=int, help="Components worked on at the same time."),
    click.option("--only", multiple=True, metavar="MODULE", help="Only these modules (names or globs)."),
    click.option("--skip", multiple=True, metavar="MODULE", help="Not these modules (names or globs)."),
    click.option("--max-attempts", type=int, help="Passes over one component before a person is asked."),
    click.option("--max-rounds", type=int, help="Passes over all components before a person is asked."),
    click.option("--interpreter", help="The Python that runs the project's tests."),
    click.option("--tests-dir", help="Where new tests go."),
)
"""What `plan` and `run` take; an option not given falls to the environment and the settings files."""

run_options: Decorator = _all(
    click.option("--headless", is_flag=True, help="Run here, without the interface (the default without a terminal)."),
    click.option("--detach", is_flag=True, help="Start it in the background and print its id."),
    click.option("--partial", is_flag=True, default=None, help="Commit what passed instead of asking a person."),
    click.option("--push", is_flag=True, default=None, help="Push the branch when the run is done."),
    click.option("--fresh", is_flag=True, help="Start anew even if the same run exists."),
)
SETTINGS = ("agent", "jobs", "max_attempts", "max_rounds", "interpreter", "tests_dir", "partial", "push")
"""The options that are settings by another way."""


def overrides_from(options: Mapping[str, Any]) -> dict[str, object]:
    """The settings typed on the command line."""
    return {name: options[name] for name in SETTINGS if options.get(name) is not None}
