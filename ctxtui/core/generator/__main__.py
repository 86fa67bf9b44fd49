"""Runs the generator, or one of its stages on a module to look at what it gives.

    python -m ctxtui.core.generator run TASK.json
    python -m ctxtui.core.generator STAGE MODULE [--root FOLDER] [--interpreter PYTHON] [--effort EFFORT]

A stage is one of these: `read` prints what the project's sources suggest, `probe` what was seen, `prove` what held
again, `write` the file.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from ctxtui.core.generator.choosing.mending import Memory, Mending
from ctxtui.core.generator.generation import EFFORTS, Generation
from ctxtui.core.generator.pipeline import file_for, generate
from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.protocol.task import Task, read_task


def say(kind: str, **fields: object) -> None:
    sys.stdout.write(json.dumps({"type": kind, **fields}) + "\n")
    sys.stdout.flush()


def narrate(_kind: str, **fields: object) -> None:
    sys.stderr.write(f"{fields.get('text', '')}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=("run", "read", "probe", "prove", "write"))
    parser.add_argument("subject", help="a task file, or a module's dotted name")
    parser.add_argument("--root", type=Path, default=Path())
    parser.add_argument("--interpreter", type=Path, default=Path(sys.executable))
    parser.add_argument("--effort", choices=tuple(EFFORTS), default="normal")
    arguments = parser.parse_args()
    if arguments.stage == "run":
        generate(read_task(Path(arguments.subject)), say)
        return 0
    root = arguments.root.resolve()
    place = _source_of(arguments.subject, root)
    if place is None:
        sys.stderr.write(f"There is no module {arguments.subject} in {root} or its src folder.\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="ctxtui-stage-") as folder:
        task = Task(
            worktree=root,
            folder=Path(folder),
            source_path=place.relative_to(root).as_posix(),
            test_path="tests/test_stage.py",
            package_name=arguments.subject.partition(".")[0],
            import_roots=("src",) if place.is_relative_to(root / "src") else ("",),
            interpreter=arguments.interpreter.absolute(),
            feedback=(),
            memory=None,
            time_limit=600.0,
            effort=arguments.effort,
        )
        _show(arguments.stage, task)
    return 0


def _source_of(module: str, root: Path) -> Path | None:
    parts = Path(*module.split("."))
    places = (
        base / tail for base in (root, root / "src") for tail in (parts.with_suffix(".py"), parts / "__init__.py")
    )
    return next((place for place in places if place.is_file()), None)


def _show(stage: str, task: Task) -> None:
    generation = Generation(task, narrate, Memory(), Mending())
    if stage == "read":
        sys.stdout.write(json.dumps(generation.hints.as_json(), indent=1) + "\n")
        return
    cases = generation.probe()
    if stage != "probe":
        cases = generation.prove(cases)
    if stage == "write":
        sys.stdout.write(file_for(task, cases, frozenset())[1].text)
        return
    for case in cases:
        sys.stdout.write(_line(case) + "\n")


def _line(case: Case) -> str:
    """A fact in one line: what is done, and what then holds."""
    ends = [*case.checks, *case.changes, *([f"raises {': '.join(case.raises)}"] if case.raises else [])]
    ends += [f"prints {case.prints!r}"] if case.prints else []
    return f"{case.target}: {'; '.join([*case.setup, case.act])}  ->  {' and '.join(ends)}"


if __name__ == "__main__":
    raise SystemExit(main())
