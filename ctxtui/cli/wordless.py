"""`ctxtui` without a word: the list of runs, without what is needed to read words."""

from __future__ import annotations

from contextlib import closing

from ctxtui.cli.interface import open_home
from ctxtui.cli.outcome import exit_code_of
from ctxtui.cli.output.streams import prepare_streams
from ctxtui.cli.shell import Shell


def main() -> int:
    """Runs the program; gives its exit code and never a traceback."""
    prepare_streams()
    try:
        with closing(Shell()) as shell:
            return open_home(shell)
    except BaseException as error:  # noqa: BLE001 - the program's boundary
        return exit_code_of(error)
