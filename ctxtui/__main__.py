"""`python -m ctxtui`, and the command `ctxtui`."""

from __future__ import annotations

import signal
import sys

_INTERRUPTED = 130


def main() -> int:
    """The exit code. Ctrl-C is told in a word from the first moment on, while modules are still being imported."""
    try:
        from ctxtui.core.processes.garbage import collection_paused  # noqa: PLC0415 - as below

        with collection_paused():
            from ctxtui.cli.group import main as command_line  # noqa: PLC0415 - keeps this module free to import
    except KeyboardInterrupt:
        sys.stderr.write("ctxtui: interrupted\n")
        return _INTERRUPTED
    code = command_line()
    # What is left is the interpreter's own end: a Ctrl-C that meets it ends it at once, and not with a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return code


if __name__ == "__main__":
    sys.exit(main())
