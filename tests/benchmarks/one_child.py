"""What a child costs besides its agent and its tests: engine, git, store and shim, with a trivial agent and one rung.

Run it by itself: `python tests/benchmarks/one_child.py [modules]`. Two sizes are run, so that what a run costs once
falls out; CPU is of the whole process tree. It ends with status 1 when a child needs more git processes than allowed.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MOST_CPU_MS = 25.0
MOST_GIT_PROCESSES = 5.0
SETTINGS = """\
agent = "writer"
rungs = ["fence"]
sandbox = "off"
[agents.writer]
driver = "plain"
version_args = []
command = ["/bin/sh", "{writer}"]
prompt = "stdin"
"""
WRITER = """\
path=$(sed -n 's/.*\\(tests\\/test_m[0-9]*\\.py\\).*/\\1/p' | head -n 1)
printf 'def test_one():\\n    assert True\\n' > "$path"
"""
COUNTING = '#!/bin/sh\necho x >> "{log}"\nexec {git} "$@"\n'


def make_project(folder: Path, modules: int) -> Path:
    project = folder / f"project{modules}"
    (project / "pkg").mkdir(parents=True)
    (project / "tests").mkdir()
    (project / "pkg/__init__.py").touch()
    for number in range(modules):
        (project / f"pkg/m{number}.py").write_text(f"def value():\n    return {number}\n")
    (folder / "writer.sh").write_text(WRITER)
    (project / "ctxtui.toml").write_text(SETTINGS.format(writer=folder / "writer.sh"))
    author = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for words in (("init", "-q"), ("add", "-A"), (*author, "commit", "-q", "-m", "Start")):
        subprocess.run(["git", "-C", project, *words], check=True)
    return project


def surroundings(folder: Path, path: str) -> dict[str, str]:
    places = {f"CTXTUI_{name}_DIR": str(folder / name.lower()) for name in ("DATA", "CACHE", "CONFIG")}
    return {**os.environ, **places, "PATH": path, "HOME": str(folder)}


def run(project: Path, environment: dict[str, str]) -> float:
    """CPU seconds of one whole run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    program = Path(sys.executable).with_name("ctxtui")
    command = [program, "run", "pkg", "--headless", "--jobs", "2", "-q"]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 3, 5}:
        sys.exit(f"the run failed: {done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def count_git(folder: Path, sizes: tuple[int, int]) -> float:
    """Git processes a child, counted by a wrapper in a run of its own: it would cost CPU."""
    wrapper, log = folder / "bin/git", folder / "git.log"
    wrapper.parent.mkdir()
    wrapper.write_text(COUNTING.format(log=log, git=shutil.which("git")))
    wrapper.chmod(0o755)
    counts = []
    for size in sizes:
        project = make_project(folder / f"counted{size}", size)
        log.write_text("")
        run(project, surroundings(project.parent, f"{wrapper.parent}:{os.environ['PATH']}"))
        counts.append(len(log.read_text().splitlines()))
    return (counts[1] - counts[0]) / (sizes[1] - sizes[0])


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 44
    sizes = (4, most)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        spent = []
        for size in sizes:
            project = make_project(folder / f"timed{size}", size)
            spent.append(run(project, surroundings(project.parent, os.environ["PATH"])))
        each = (spent[1] - spent[0]) / (sizes[1] - sizes[0]) * 1000
        processes = count_git(folder, sizes)
    print(f"one child: {each:.1f} ms CPU (the aim is {MOST_CPU_MS})")
    print(f"           {processes:.2f} git processes (at most {MOST_GIT_PROCESSES})")
    print(f"a run of {sizes[0]}: {spent[0]:.2f} s CPU; of {sizes[1]}: {spent[1]:.2f} s")
    sys.exit(processes > MOST_GIT_PROCESSES)


if __name__ == "__main__":
    main()
