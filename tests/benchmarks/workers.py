"""What a cluster makes of many children: 200 of two seconds on four workers that bear two each, by default.

Run it by itself: `python tests/benchmarks/workers.py [children] [seconds]`. Beside what it took stands the floor: the
children's own seconds divided among the workers. CPU is the owner's alone, without what a run of eight children takes.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
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


@dataclass(frozen=True)
class Took:
    wall: float
    cpu: float


def run(project: Path, environment: dict[str, str], scheduler: str) -> Took:
    """The run's wall clock from its first child to its last, and the CPU seconds of its owner, threads included."""
    program = Path(sys.executable).with_name("ctxtui")
    slots = str(len(WORKERS) * SLOTS)
    command = [program, "run", "pkg", "--headless", "--jobs", slots, "--scheduler", scheduler, "-q"]
    log = project.parent / "run.log"
    with log.open("wb") as out:
        owner = subprocess.Popen(command, cwd=project, env=environment, stdout=out, stderr=out)
        cpu, begun, ended = 0.0, 0.0, time.monotonic()
        while owner.poll() is None:
            cpu = max(cpu, _cpu_of(owner.pid))
            if not begun and _turns(project.parent):
                begun = time.monotonic()
            ended = time.monotonic()
            time.sleep(0.05)
    if owner.returncode not in {0, 3, 5}:
        sys.exit(f"the run failed: {log.read_text()[-2000:]}")
    return Took(ended - begun, cpu)


def _turns(folder: Path) -> bool:
    return any((folder / "cluster").glob("*/data/turns/*/*"))


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
    print(f"{children} children of {seconds:g} s: {took.wall:.1f} s, the floor is {floor:.1f} s")
    print(f"ratio   {took.wall / floor:.3f}  (at most {MOST_OF_IDEAL})")
    print(f"owner   {owner:.1f} ms CPU a child  (at most {MOST_OWNER_MS:.0f})")
    sys.exit(took.wall / floor > MOST_OF_IDEAL or owner > MOST_OWNER_MS)


if __name__ == "__main__":
    main()
