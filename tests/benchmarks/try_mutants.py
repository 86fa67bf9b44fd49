"""Runs a test file against changed versions of a module, each in a fork of one process; prints how many it noticed.

    python try_mutants.py SOURCE TEST [PYTEST OPTION ...] < CONTENTS.json

Runs under the interpreter of the project under test, in its folder: standard library and pytest only.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import sys
import time
from pathlib import Path

import pytest

MOST_CPU_SECONDS = 20
LEAST_CPU_SECONDS = 2
FOR_ONE = 4
"""How many times the processor time of the unchanged module a changed one may take: more is an endless loop."""
LONGEST_SECONDS = 240.0
"""On a busy machine a run waits for most of its time: what never ends is told by the processor time it uses."""


def is_noticed(source: Path, content: str, test: str, cpu_seconds: int = MOST_CPU_SECONDS) -> bool:
    source.write_text(content, encoding="utf-8")
    child = os.fork()
    if child == 0:
        used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        resource.setrlimit(resource.RLIMIT_CPU, (used + cpu_seconds, used + cpu_seconds))
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-c", os.devnull, "--rootdir", "."]
        os._exit(int(pytest.main([*options, *sys.argv[3:], test])) & 0xFF)
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status != 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def main() -> None:
    source, test = Path(sys.argv[1]), sys.argv[2]
    original = source.read_text(encoding="utf-8")
    contents = json.load(sys.stdin)
    try:
        is_failing = is_noticed(source, original, test)
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        most = min(LEAST_CPU_SECONDS + math.ceil((usage.ru_utime + usage.ru_stime) * FOR_ONE), MOST_CPU_SECONDS)
        noticed = 0 if is_failing else sum(is_noticed(source, one, test, most) for one in contents)
    finally:
        source.write_text(original, encoding="utf-8")
    sys.stdout.write(str(noticed))


if __name__ == "__main__":
    main()
