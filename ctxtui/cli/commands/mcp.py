"""`mcp`: the commands as tools for other agents."""

from __future__ import annotations

import importlib.util

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode, UsageError


@click.command(
    "mcp",
    epilog="""\
\b
Examples:
  claude mcp add ctxtui -- ctxtui mcp
  codex mcp add ctxtui -- ctxtui mcp
  ctxtui init --skill              tells those agents when to use it
""",
)
@output_options
def mcp_command(shell: Shell) -> int:  # noqa: ARG001 - every command gets it
    """Serve the Model Context Protocol on standard input and output: start, status, wait, evidence, retry."""
    if importlib.util.find_spec("mcp") is None:
        raise UsageError("The MCP server needs the extra `mcp`: install it with `pip install 'ctxtui[mcp]'`.")
    from ctxtui.cli.mcp_server import server  # noqa: PLC0415 - an extra, imported when it is used

    server().run("stdio")
    return int(ExitCode.OK)
