"""Runs the generator for one task file: `python -m ctxtui.core.agents.builtin TASK`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ctxtui.core.agents.builtin.driver import generate
from ctxtui.core.agents.builtin.task import read_task


def say(kind: str, **fields: object) -> None:
    sys.stdout.write(json.dumps({"type": kind, **fields}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    generate(read_task(Path(sys.argv[1])), say)
