"""`plan`, `run` and `demo`: from a target to a run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctxtui.bootstrap import new_id
from ctxtui.cli.options import EXIT_CODES, output_options, overrides_from, plan_options, run_options
from ctxtui.cli.shell import Shell
from ctxtui.config import assets_dir, data_dir
from ctxtui.core.domain.errors import AgentError, ExitCode, StoreError, UsageError
from ctxtui.services.starting import plan_request, spawn_runner

if TYPE_CHECKING:
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.engine.planning import Plan

MOST_WORDS = 2
REMOTE = re.compile(r"[a-z+]+://|[^/]+:[^/]")
"""How an address starts that only git can follow: a URL, or `host:path`."""
TARGET_HELP = """\
TARGET is a folder, a module or a dotted package name of the repository you stand in. A repository elsewhere, its top
folder or its URL, may stand before it.

\b
Examples:
  ctxtui {0} shop
  ctxtui {0} src/shop --only 'pay*' --skip legacy
  ctxtui {0} ~/work/webshop shop.orders
  ctxtui {0} https://example.org/webshop.git shop
"""


@click.command("plan", epilog=TARGET_HELP.format("plan"))
@click.argument("words", metavar="[REPOSITORY] TARGET", nargs=-1, required=True)
@plan_options
@output_options
def plan_command(shell: Shell, words: tuple[str, ...], **options: Any) -> int:  # noqa: ANN401 - click's options
    """Show what a run would do: modules, test files, interpreter, agent, what it may cost. Changes nothing."""
    from ctxtui.cli.planned import plan_as_json, print_plan  # noqa: PLC0415 - the engine, when it is needed
    from ctxtui.core.engine.estimate import estimate  # noqa: PLC0415 - as above

    parts, plan = make_plan(shell, words, options)
    expected = estimate(parts, plan)
    if shell.is_json:
        shell.out_json(plan_as_json(plan, expected))
    else:
        print_plan(shell, plan, expected)
    if not all(check.is_good for check in plan.checks):
        return int(ExitCode.USAGE)
    is_ready = plan.agent.is_installed and not plan.agent.problem
    return int(ExitCode.OK if is_ready else ExitCode.AGENT_UNAVAILABLE)


@click.command("run", epilog=TARGET_HELP.format("run") + EXIT_CODES)
@click.argument("words", metavar="[REPOSITORY] TARGET", nargs=-1, required=True)
@plan_options
@run_options
@output_options
def run_command(shell: Shell, words: tuple[str, ...], **options: Any) -> int:  # noqa: ANN401 - click's options
    """Test every module of a package, and commit what was proved to a branch of its own.

    The same run started twice is the same run: it goes on where it was.
    """
    parts, plan = make_plan(shell, words, options)
    return start_run(shell, parts, plan, options)


@click.command("demo")
@click.option("--jobs", "-j", type=int, help="Components worked on at the same time.")
@click.option("--watch", is_flag=True, help="Watch it in the interface.")
@output_options
def demo_command(shell: Shell, *, watch: bool, **options: Any) -> int:  # noqa: ANN401 - click's options
    """Try it on a small sample project, with the embedded agent: no network, no key."""
    project = _new_demo_project(shell)
    shell.say(f"The sample project is in {project}.")
    shell.overrides["agent"] = "builtin"
    parts, plan = make_plan(shell, (str(project), "larder"), options)
    return start_run(shell, parts, plan, {"headless": not watch, "detach": False, "fresh": False})


def make_plan(shell: Shell, words: tuple[str, ...], options: dict[str, Any]) -> tuple[Parts, Plan]:
    """The plan for `[REPOSITORY] TARGET`. Raises CtxtuiError."""
    from ctxtui.core.engine import planning  # noqa: PLC0415 - the engine, when it is needed

    if len(words) > MOST_WORDS:
        raise UsageError(f"One target at a time: there are {len(words)} words, {', '.join(words)}.")
    if not all(words):
        raise UsageError("The target is empty: name a package, such as `ctxtui plan PACKAGE`.")
    shell.overrides |= overrides_from(options)
    repository, target = words if len(words) == MOST_WORDS else ("", words[0])
    directory = _directory(shell, repository, target)
    settings = shell.load(directory).settings
    parts = shell.parts(settings)
    request = plan_request(
        settings,
        target,
        directory,
        only=tuple(options.get("only", ())),
        leave_out=tuple(options.get("skip", ())),
    )
    return parts, planning.make_plan(parts, request)


def start_run(shell: Shell, parts: Parts, plan: Plan, options: dict[str, Any]) -> int:
    """Starts the planned run, or goes on with the one that does the same work, in the way asked for."""
    from ctxtui.core.engine import planning  # noqa: PLC0415 - the engine, when it is needed

    for note in plan.notes:
        shell.say(f"note: {note}")
    if not plan.agent.is_installed or plan.agent.problem:
        raise AgentError(f"{plan.agent.problem} {plan.agent.remedy}".strip())
    started = planning.start(parts, plan, is_fresh=bool(options.get("fresh")))
    if not started.is_new:
        shell.say(f"Run {started.run_id} does the same work already; going on with it (--fresh starts anew).")
    if options.get("detach"):
        return _detach(shell, plan, started.run_id)
    if options.get("headless") or shell.is_json or not shell.is_terminal:
        from ctxtui.cli.hosting import run_in_foreground  # noqa: PLC0415 - the engine, when it is needed

        count = len(plan.components)
        shell.say(
            f"Run {started.run_id}: {plan.package.name}, {count} module{'' if count == 1 else 's'}, "
            f"agent {plan.settings.agent}, {plan.settings.jobs} at a time."
        )
        return int(run_in_foreground(shell, parts, plan.scope, started.run_id))
    from ctxtui.cli.interface import open_run  # noqa: PLC0415 - the interface, when it is wanted

    spawn_runner(plan.scope, started.run_id, shell.environ)
    return open_run(shell, plan.scope, started.run_id)


def _detach(shell: Shell, plan: Plan, run_id: str) -> int:
    spawn_runner(plan.scope, run_id, shell.environ)
    if shell.is_json:
        shell.out_json({"type": "started", "run": run_id})
    else:
        shell.out(run_id)
        shell.say(f"It runs in the background: `ctxtui watch {run_id}` shows it, `ctxtui cancel {run_id}` stops it.")
    return int(ExitCode.OK)


def _directory(shell: Shell, repository: str, target: str) -> Path:
    """Where git and the settings files are looked for."""
    if repository:
        return _repository(shell, repository)
    folder = Path(target).expanduser()
    if folder.is_dir():
        return folder.resolve()
    return folder.resolve().parent if folder.is_file() else Path.cwd()


def _repository(shell: Shell, repository: str) -> Path:
    """The top folder of the repository named before the target; cloned when it is an address.

    Raises UsageError for anything else, which is most often a second target.
    """
    folder = Path(repository).expanduser()
    if (folder / ".git").exists() or (folder / "HEAD").is_file():
        return folder.resolve()
    if REMOTE.match(repository) and not folder.exists():
        return shell.parts(shell.here()).workspaces.clone(repository)
    what = "the top folder of a git repository" if folder.is_dir() else "a folder or an address of a git repository"
    raise UsageError(f"{repository} is not {what}: name one, or one target at a time.")


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
