"""`python -m ctxtui`, and the command `ctxtui`."""

from __future__ import annotations

import sys


def main() -> int:
    from ctxtui.cli.group import main as command_line  # noqa: PLC0415 - keeps this module free to import

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
