"""Compares the embedded agent with Pynguin and the Hypothesis ghostwriter on modules of packages from the registry.

    python tests/benchmarks/generation --cache FOLDER [--subjects known|fresh|further|latest] [--half seen|unseen]
        [--packages a,b] [--writers builtin,pynguin] [--seconds N] [--keep FOLDER] [--out FILE]

Environments are made in the cache folder when they are first needed. Each module's figures are added to `--out` as a
line of JSON, and a module whose figures are there is not run again: so the whole can be run in parts.
Pynguin may search for as many CPU seconds as the embedded agent used in all.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import mean, median
from typing import Any

from judge import Judge
from subjects import LISTS, Environments, Subject, subjects, tree_of
from writers import WRITERS, Written

PYNGUIN_SECONDS = 10.0

Record = Mapping[str, Any]


def measure(
    subject: Subject,
    writers: Sequence[str],
    environments: Environments,
    keep: Path | None,
    reuse: Path | None,
    most: int,
) -> list[Record]:
    with tempfile.TemporaryDirectory(prefix="generation-") as place:
        base = Path(place)
        judge = Judge(subject, tree_of(subject, environments.packages, base / "judged"), environments)
        mutants = judge.mutants(most)
        seconds = PYNGUIN_SECONDS
        records: list[Record] = []
        for name in writers:
            folder = base / name
            tree = tree_of(subject, environments.packages, folder)
            kept = (reuse or folder) / name / f"test_{subject.module.replace('.', '_')}.py"
            if kept.exists():
                written = Written(kept.read_text("utf-8"), 0.0)
            else:
                written = WRITERS[name](subject, tree, folder, environments, seconds)
            if name == "builtin":
                seconds = written.seconds
            if keep:
                target = keep / name / f"test_{subject.module.replace('.', '_')}.py"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(written.text, "utf-8")
            score = judge.score(written.text, mutants)
            about = {"module": subject.module, "package": subject.distribution, "half": subject.half, "writer": name}
            records.append({**about, "seconds": written.seconds, "message": written.message, **asdict(score)})
        return records


def row(record: Record) -> str:
    return (
        f"{record['half']:6} {record['writer']:11} {record['module']:44.44} {record['seconds']:6.1f} "
        f"{'proved' if record['is_proved'] else '-':6} {record['baseline']:5.0f} {record['percent']:5.1f} "
        f"{record['noticed']:3}/{record['mutants']:<3} {record['first']:3} {record['flaky']:3} {record['tests']:4} "
        f"{record['lines']:5}  {record['message'] if not record['tests'] else ''}"
    )


FIGURES: Mapping[str, Callable[[Sequence[Record]], str]] = {
    "modules / packages": lambda found: f"{len(found)} / {len({record['package'] for record in found})}",
    "proved": lambda found: _share(_sum(found, "is_proved"), len(found)),
    "coverage mean / median": lambda found: f"{_mean(found, 'percent')} / {_median(found, 'percent')}",
    "import alone, mean": lambda found: _mean(found, "baseline"),
    "mutants of all statements": lambda found: _share(_sum(found, "noticed"), _sum(found, "mutants")),
    "tests that fail at first": lambda found: str(_sum(found, "first")),
    "flaky tests": lambda found: str(_sum(found, "flaky")),
    "CPU s median / p95": lambda found: f"{_median(found, 'seconds')} / {_late(found, 'seconds')}",
    "tests": lambda found: str(_sum(found, "tests")),
    "checks a test": lambda found: f"{_sum(found, 'checks') / max(_sum(found, 'tests'), 1):.1f}",
    "lines a test": lambda found: f"{_sum(found, 'lines') / max(_sum(found, 'tests'), 1):.1f}",
    "checks that say little": lambda found: _share(_sum(found, "trivial"), _sum(found, "checks")),
    "tests without a check": lambda found: _share(_sum(found, "bare"), _sum(found, "tests")),
}


def summary(records: Sequence[Record]) -> str:
    """A column a generator and half."""
    columns = {
        f"{half} {name}": found
        for half in ("seen", "unseen")
        for name in WRITERS
        if (found := [record for record in records if record["half"] == half and record["writer"] == name])
    }
    lines = [" " * 26 + "".join(f"{name:>20}" for name in columns)]
    lines += [
        f"{what:26}" + "".join(f"{figure(found):>20}" for found in columns.values()) for what, figure in FIGURES.items()
    ]
    return "\n".join(lines)


def _sum(records: Sequence[Record], key: str) -> int:
    return sum(record[key] for record in records)


def _mean(records: Sequence[Record], key: str) -> str:
    return f"{mean(record[key] for record in records):.1f}"


def _median(records: Sequence[Record], key: str) -> str:
    return f"{median(record[key] for record in records):.1f}"


def _late(records: Sequence[Record], key: str) -> str:
    """The 95th of a hundred."""
    ordered = sorted(record[key] for record in records)
    return f"{ordered[math.ceil(len(ordered) * 0.95) - 1]:.1f}"


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--subjects", choices=tuple(LISTS), default="known")
    parser.add_argument("--half", choices=("seen", "unseen"))
    parser.add_argument("--packages", default="")
    parser.add_argument("--modules", default="")
    parser.add_argument("--writers", default="builtin")
    parser.add_argument("--seconds", type=float, default=1e9, help="start no further module after this time")
    parser.add_argument("--mutants", type=int, default=24, help="most mutants a module")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--reuse", type=Path, help="judge the files that --keep left in this folder")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    if shutil.which("unshare") is None:
        sys.stderr.write("unshare is not here: the embedded agent probes with the network on\n")
    environments = Environments(arguments.cache.resolve(), arguments.subjects)
    writers = [name for name in arguments.writers.split(",") if name]
    records = [json.loads(line) for line in _lines(arguments.out)]
    done = {(record["module"], record["writer"]) for record in records}
    deadline = time.monotonic() + arguments.seconds
    for subject in subjects(arguments.subjects):
        is_asked = arguments.half in {None, subject.half}
        is_asked &= not arguments.packages or subject.distribution in arguments.packages.split(",")
        is_asked &= not arguments.modules or subject.module in arguments.modules.split(",")
        if not is_asked or all((subject.module, name) in done for name in writers) or time.monotonic() > deadline:
            continue
        for record in measure(subject, writers, environments, arguments.keep, arguments.reuse, arguments.mutants):
            sys.stdout.write(row(record) + "\n")
            sys.stdout.flush()
            records.append(record)
            if arguments.out:
                with arguments.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(record) + "\n")
    sys.stdout.write(summary(records) + "\n")


def _lines(path: Path | None) -> list[str]:
    return path.read_text("utf-8").splitlines() if path and path.exists() else []


if __name__ == "__main__":
    main()
