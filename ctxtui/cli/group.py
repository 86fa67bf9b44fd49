"""The command `ctxtui`: its subcommands are imported when they are used, its errors are one sentence each."""

from __future__ import annotations

import importlib
import os
import shlex
from collections.abc import Sequence

import click

from ctxtui.cli.outcome import complained, exit_code_of
from ctxtui.cli.output.streams import prepare_streams
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.nearest import nearest

SECTIONS = {
    "Start": {
        "demo": "Try it on a small sample project; needs no network, no key.",
        "plan": "Show what a run would do; change nothing.",
        "run": "Test every module of a package.",
        "audit": "Try the tests that exist as strictly as new ones.",
        "resume": "Go on with a run that was paused or interrupted.",
    },
    "Look": {
        "watch": "Follow a run while it works.",
        "ls": "List the runs, newest first.",
        "show": "Show a run: verdicts, tests, attempts, branch.",
        "history": "Show every step of a run or of one component.",
        "stats": "Show a run in figures, by agent and by rung.",
        "export": "Print the whole history of a run as JSON lines.",
    },
    "Steer": {
        "retry": "Try components again, with a note to the agent.",
        "tell": "Say something to agents at work.",
        "skip": "Leave components out of a run.",
        "cancel": "Stop components, or the whole run.",
        "pause": "Start nothing new in a run.",
        "jobs": "Change how many agents are at work at once.",
        "mode": "Let a run go by itself, or step by step.",
        "step": "Take the next step of a run in manual mode.",
        "finalize": "Commit what passed, and leave the rest out.",
    },
    "Look after": {
        "agents": "List the agents, and whether each can be used.",
        "doctor": "Check whether this machine and a package are fit.",
        "clean": "Remove the working areas of runs.",
        "init": "Write a settings file with everything explained.",
        "mcp": "Serve these commands as tools for other agents.",
        "config": "Show, check and describe the settings.",
    },
}
"""Each subcommand and its line in the help; `commands/NAME.py` holds it, and is imported when it is used."""
COMMANDS = ("runner", *(name for section in SECTIONS.values() for name in section))
EXAMPLES = """\
\b
Examples:
  ctxtui demo                      try it on a sample project
  ctxtui plan shop                 see what a run would do
  ctxtui run shop --jobs 4         test every module of the package `shop`
  ctxtui show                      see how the newest run went
  ctxtui retry last --failed --note 'the prices are in cents'

\b
Words are completed by the Tab key after
  eval "$(_CTXTUI_COMPLETE=bash_source ctxtui)"    in ~/.bashrc
  eval "$(_CTXTUI_COMPLETE=zsh_source ctxtui)"     in ~/.zshrc
  _CTXTUI_COMPLETE=fish_source ctxtui | source     in config.fish
"""


class Subcommands(click.Group):
    """Loads a subcommand's module when the subcommand is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's shape
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's shape
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(f"ctxtui.cli.commands.{cmd_name}"), f"{cmd_name}_command")
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's shape
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(8), line) for name, line in commands.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            raise click.UsageError(f"There is no command {args[0]!r}. {_meant(args[0])}") from None


def _meant(word: str) -> str:
    """What whoever typed the word in a command's place may have wanted."""
    if os.path.exists(word):  # noqa: PTH110 - of a word that is too long for a path it says no, and raises nothing
        return f"`{shlex.join(('ctxtui', 'run', word))}` tests its modules."
    if near := nearest(word, COMMANDS):
        return f"Did you mean `{near}`?"
    return "`ctxtui --help` lists the commands."


@click.group(
    cls=Subcommands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXAMPLES,
)
@click.version_option(package_name="ctxtui", message="ctxtui %(version)s")
@click.pass_context
def ctxtui(ctx: click.Context) -> int:
    """Tests for every module of a package, each proved by running it, on one branch.

    Without a command, the list of runs opens in the terminal. TARGET is a folder or a dotted package name; RUN is
    the start of a run's id, or "last".
    """
    shell = ctx.ensure_object(Shell)
    ctx.call_on_close(shell.close)
    if ctx.invoked_subcommand is None:
        from ctxtui.cli.interface import open_home  # noqa: PLC0415 - the interface, when it is wanted

        return open_home(shell)
    return int(ExitCode.OK)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program; gives its exit code and never a traceback."""
    prepare_streams()
    try:
        result = ctxtui.main(
            args=list(arguments) if arguments is not None else None, prog_name="ctxtui", standalone_mode=False
        )
    except BaseException as error:  # noqa: BLE001 - the program's boundary
        return _exit_code_of(error)
    return result if isinstance(result, int) else int(ExitCode.OK)


def _exit_code_of(error: BaseException) -> int:
    """What click found wrong is a matter of words; everything else ends the program as it would without any."""
    match error:
        case click.exceptions.NoArgsIsHelpError():
            error.show()
            return int(ExitCode.USAGE)
        case click.ClickException():
            return complained(_sentence(error), ExitCode.USAGE)
        case click.Abort():
            return complained("interrupted", ExitCode.INTERRUPTED)
        case _:
            return exit_code_of(error)


def _sentence(error: click.ClickException) -> str:
    """What click found wrong with the words typed, and where to read on."""
    found = error.format_message().strip()
    found = found[:1].lower() + found[1:] + ("" if found.endswith((".", "?", "?)")) else ".")
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else ""
    return f"{found} `{path} --help` shows what it takes." if path else found
