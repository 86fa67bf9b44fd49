"""What a cluster makes of many children: 200 of two seconds on four workers that bear two each, by default.

Run it by itself: `python tests/benchmarks/workers.py [children] [seconds]`. Beside what it took, from the first step of
its first child to the last step of its last one, stands the floor: the children's own seconds divided among the
workers; the whole run, with the judgement of all tests together, is printed, too. CPU is the owner's alone, without
what a run of eight children takes.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from one_child import make_project, surroundings

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.doubles.cluster import running_cluster

WORKERS = ("one", "two", "three", "four")
SLOTS = 2
MOST_OF_IDEAL = 1.15
MOST_OWNER_MS = 30.0
FEW = 8


SPAN = """
select max(i.completed_at) - min(i.issued_at) from interactions i
join sessions s on s.id = i.session_id where s.parent_id is not null
"""
"""Microseconds for which children were under way."""


@dataclass(frozen=True)
class Took:
    """Seconds: for the children, for the whole run, and of the owner's processor."""

    children: float
    wall: float
    cpu: float


def run(project: Path, environment: dict[str, str], scheduler: str) -> Took:
    """One whole run; its owner's threads count."""
    program = Path(sys.executable).with_name("ctxtui")
    slots = str(len(WORKERS) * SLOTS)
    command = [program, "run", "pkg", "--headless", "--jobs", slots, "--scheduler", scheduler, "-q"]
    log = project.parent / "run.log"
    with log.open("wb") as out:
        owner = subprocess.Popen(command, cwd=project, env=environment, stdout=out, stderr=out)
        cpu, begun = 0.0, time.monotonic()
        while owner.poll() is None:
            cpu = max(cpu, _cpu_of(owner.pid))
            time.sleep(0.05)
        wall = time.monotonic() - begun
    if owner.returncode not in {0, 3, 5}:
        sys.exit(f"the run failed: {log.read_text()[-2000:]}")
    with closing(sqlite3.connect(project.parent / "data" / "ctxtui.db")) as store:
        (micros,) = store.execute(SPAN).fetchone()
    return Took(micros / 1e6, wall, cpu)


def _cpu_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(folder: Path, children: int, seconds: float) -> Took:
    project = make_project(folder, children)
    writer = folder / "writer.sh"
    writer.write_text(f"{writer.read_text()}sleep {seconds}\n")
    with running_cluster(folder / "cluster", WORKERS) as cluster:
        return run(project, surroundings(folder, os.environ["PATH"]), cluster.address)


def main() -> None:
    children = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 2.0
    with tempfile.TemporaryDirectory() as made:
        few = measured(Path(made) / "few", FEW, seconds)
        took = measured(Path(made) / "many", children, seconds)
    floor = children * seconds / (len(WORKERS) * SLOTS)
    owner = (took.cpu - few.cpu) / (children - FEW) * 1000
    print(f"{children} children of {seconds:g} s: {took.children:.1f} s, the floor is {floor:.1f} s")
    print(f"ratio   {took.children / floor:.3f}  (at most {MOST_OF_IDEAL})")
    print(f"run     {took.wall:.1f} s from its command to its end")
    print(f"owner   {owner:.1f} ms CPU a child  (at most {MOST_OWNER_MS:.0f})")
    sys.exit(took.children / floor > MOST_OF_IDEAL or owner > MOST_OWNER_MS)


if __name__ == "__main__":
    main()
