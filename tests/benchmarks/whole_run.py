"""A whole run of very many children by the real program: a trivial agent, one rung, SQLite or a Postgres server.

Run it by itself: `python tests/benchmarks/whole_run.py [children] [sqlite|postgres]`. It prints what the owner took of
memory and processor, and ends with status 1 when not all children pass or the owner takes more memory than allowed.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from one_child import make_project, surroundings

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.doubles.postgres_server import running_server, server_programs

MOST_MIB = 150.0
JOBS = "2"
TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def database_for(kind: str) -> Iterator[str]:
    """A database's URL; empty for the program's own."""
    if kind == "sqlite":
        yield ""
        return
    programs = server_programs()
    if programs is None:
        sys.exit("No Postgres server is installed.")
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="pg") as folder:
        Path(folder).chmod(0o755)
        with running_server(programs, Path(folder)) as server:
            yield server.url(server.new_database())


def peak_and_cpu(pid: int) -> tuple[float, float]:
    """MiB at most and CPU seconds so far, of one process."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0, 0.0
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return (int(found[1]) / 1024 if found else 0.0), (int(fields[11]) + int(fields[12])) / TICKS


def main() -> int:
    children = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    kind = sys.argv[2] if len(sys.argv) > 2 else "sqlite"
    with tempfile.TemporaryDirectory() as name, database_for(kind) as database:
        folder = Path(name)
        project = make_project(folder, children)
        environment = surroundings(folder, os.environ["PATH"])
        environment |= {"CTXTUI_DATABASE": database} if database else {}
        command = [Path(sys.executable).with_name("ctxtui"), "run", "pkg", "--headless", "--jobs", JOBS, "-q"]
        log, begun, memory, cpu = folder / "run.log", time.monotonic(), 0.0, 0.0
        with log.open("wb") as out:
            owner = subprocess.Popen(command, cwd=project, env=environment, stdout=out, stderr=out)
            while owner.poll() is None:
                now = peak_and_cpu(owner.pid)
                memory, cpu = max(memory, now[0]), max(cpu, now[1])
                time.sleep(1.0)
        took = time.monotonic() - begun
        passed = re.search(r"(\d+) of \d+ components passed", log.read_text())
        tip = ["git", "-C", project, "for-each-ref", "--format=%(refname:short)", "refs/heads/test-*"]
        branch = subprocess.run(tip, capture_output=True, text=True, check=True).stdout.strip()
        tree = ["git", "-C", project, "ls-tree", "--name-only", f"{branch}:tests"] if branch else ["true"]
        files = len(subprocess.run(tree, capture_output=True, text=True, check=True).stdout.split())
        print(
            f"{children} children on {kind}: exit {owner.returncode}, {passed and passed[0]}, {files} files on {branch}"
        )
        print(
            f"owner: at most {memory:.0f} MiB (the bar is {MOST_MIB:.0f}), {cpu / children * 1000:.1f} ms CPU a child"
        )
        print(f"{took:.0f} s in all, {took / children * 1000:.0f} ms a child")
    return int(owner.returncode != 0 or files != children or memory > MOST_MIB)


if __name__ == "__main__":
    sys.exit(main())
