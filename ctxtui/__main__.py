"""`python -m ctxtui`, and the command `ctxtui`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

_INTERRUPTED = 130


_COMPLETION = "_CTXTUI_COMPLETE"
"""Set where a shell asks what could be typed next."""


def _command_line() -> Callable[[], int]:
    """The program as it was called: the list of runs is there sooner without what reads words."""
    if len(sys.argv) > 1 or _COMPLETION in os.environ:
        from ctxtui.cli.group import main as with_words  # noqa: PLC0415 - keeps this module free to import

        return with_words
    from ctxtui.cli.wordless import main as without_words  # noqa: PLC0415 - as above

    return without_words


def main() -> int:
    """The exit code. Ctrl-C is told in a word from the first moment on, while modules are still being imported."""
    try:
        from ctxtui.core.processes.garbage import collection_paused  # noqa: PLC0415 - as below

        with collection_paused():
            command_line = _command_line()
    except KeyboardInterrupt:
        sys.stderr.write("ctxtui: interrupted\n")
        return _INTERRUPTED
    code = command_line()
    # What is left is the interpreter's own end: a Ctrl-C that meets it ends it at once, and not with a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return code


if __name__ == "__main__":
    sys.exit(main())
