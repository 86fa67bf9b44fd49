"""The generator: harvest, probe, replay, select, render, write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ctxtui.core.agents.builtin.cases import Case, case_from
from ctxtui.core.agents.builtin.containment import Setting, Worker
from ctxtui.core.agents.builtin.harvest import harvest, targets_at
from ctxtui.core.agents.builtin.hints import Hints
from ctxtui.core.agents.builtin.mending import Memory, Mending, fingerprint, load_memory, mend
from ctxtui.core.agents.builtin.rendering import Rendered, render
from ctxtui.core.agents.builtin.selection import FEWEST_PER_TARGET, MOST_PER_TARGET, cost, select
from ctxtui.core.agents.builtin.survivors import changed_sources
from ctxtui.core.agents.builtin.task import MEMORY_FILE, Task

Say = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Budget:
    """CPU seconds for a stage: a base, more for each line of the module, and a bound."""

    seconds: float
    seconds_a_line: float
    most: float


PROBING = Budget(3.0, 0.005, 12.0)
MUTATION = Budget(1.0, 0.003, 6.0)
ENOUGH_LINES = 400
MOST_LINES = 600
MOST_TESTS = 150
LINES_A_TEST = 10
DAY = 86400.0
SETTINGS = (
    Setting(hash_seed="0", timezone="UTC", language="C.UTF-8"),
    Setting(hash_seed="12345", timezone="<+0545>-5:45", language="en_US.UTF-8", clock_shift=400.3 * DAY),
)
FURTHER_SETTINGS = (
    Setting(hash_seed="777", timezone="NZST-12NZDT,M9.5.0,M4.1.0/3", language="C.UTF-8", clock_shift=37.45 * DAY),
    Setting(hash_seed="4242", timezone="NST3:30NDT,M3.2.0,M11.1.0", language="C.UTF-8", clock_shift=-200.8 * DAY),
)
"""Tried too once something was found unstable that held in the others."""
README_NAMES = ("README.md", "README.rst", "README.txt")


def generate(task: Task, say: Say) -> None:
    """Writes the test file, or says why there is nothing to test."""
    memory = load_memory(task.memory)
    mending = mend(memory, task.feedback)
    if mending.dropped:
        tests = "1 test" if len(mending.dropped) == 1 else f"{len(mending.dropped)} tests"
        say("progress", text=f"dropping {tests}: {', '.join(mending.dropped[:5])}")
    generation = _Generation(task, say, memory, mending)
    known = [case for case in memory.cases if memory.allows(case)]
    if not (mending.is_enough and known):
        known = [case for case in generation.probe() if memory.allows(case)]
    memory.cases = generation.replay(known)
    chosen, rendered = _fitted(task.module, memory.cases, generation.wanted_targets)
    if chosen:
        _write(task, rendered)
        _remember(memory, rendered, chosen)
        say("file", path=task.test_path)
        say("message", text=f"wrote {len(rendered.tests)} tests with {len(chosen)} cases for {task.module}")
    else:
        say("message", text=generation.nothing())
    path = task.folder / MEMORY_FILE
    memory.save(path)
    say("end", conversation=str(path))


class _Generation:
    """One module on its way from source to proven cases."""

    def __init__(self, task: Task, say: Say, memory: Memory, mending: Mending) -> None:
        self._task = task
        self._memory = memory
        self._say = say
        self._worker = Worker(task.folder, task.interpreter)
        self._problem = ""
        self._kills: dict[int, set[int]] = defaultdict(set)
        source = task.worktree / task.source_path
        self._lines = source.read_text(encoding="utf-8", errors="replace").count("\n")
        self._hints: Hints = harvest(source, task.module, self._package_folder(), self._extra())
        self.wanted_targets = targets_at(source, mending.lines)
        self._survivors = list(changed_sources(source, mending.diffs))

    def _package_folder(self) -> Path:
        source = self._task.worktree / self._task.source_path
        depth = max(self._task.module.count(".") - self._task.package_name.count("."), 0)
        is_package = source.name == "__init__.py"
        folder = source.parent
        for _ in range(depth - (0 if is_package else 1)):
            folder = folder.parent
        return folder

    def _extra(self) -> Iterator[Path]:
        root = self._task.worktree
        own = root / self._task.test_path
        for name in ("tests", "test"):
            yield from (path for path in sorted((root / name).rglob("test*.py")) if path != own)
        yield from (root / name for name in README_NAMES if (root / name).is_file())
        for name in ("doc", "docs"):
            yield from sorted(path for path in (root / name).rglob("*") if path.suffix in {".rst", ".md", ".txt"})

    def _request(self, mode: str, **more: object) -> dict[str, Any]:
        roots = [str((self._task.worktree / root).resolve()) for root in self._task.import_roots or ("",)]
        return {
            "mode": mode,
            "module": self._task.module,
            "roots": roots,
            "names": dict(self._hints.names),
            **more,
        }

    def _seconds(self, budget: Budget) -> float:
        return min(budget.seconds + self._lines * budget.seconds_a_line, budget.most, self._task.time_limit / 8)

    def probe(self) -> list[Case]:
        """What the module was seen to do, each fact once."""
        seconds = self._seconds(PROBING)
        request = self._request(
            "probe",
            hints=self._hints.as_json(),
            cpu_seconds=seconds,
            wanted=sorted(self.wanted_targets),
            seed=self._task.attempt,
        )
        found: dict[str, Case] = {fingerprint(case): case for case in self._memory.cases if self._memory.allows(case)}
        for record in self._worker.run(request, SETTINGS[0], self._task.time_limit / 2):
            match record["type"]:
                case "module":
                    self._say("progress", text=f"probing {len(record['targets'])} functions and classes")
                case "case":
                    case = case_from(record, len(found))
                    found.setdefault(fingerprint(case), case)
                case "broken":
                    self._problem = f"it cannot be imported ({record['reason']})"
                case "lost":
                    self._say("progress", text=f"{record['target']} did not come back and was left")
                case "left":
                    self._say("progress", text=f"{record['target']} was left: {record['reason']}")
        self._say("progress", text=f"recorded {len(found)} facts")
        return [case.with_id(number) for number, case in enumerate(found.values())]

    def replay(self, cases: Sequence[Case]) -> list[Case]:
        """The cases that hold again in every setting, alone and in any order, and leave nothing changed."""
        holding = list(cases)
        settings = [*SETTINGS, *(FURTHER_SETTINGS if self._memory.unstable else ())]
        for setting in settings:
            results = self._replayed(holding, setting, is_shuffled=setting is not SETTINGS[0])
            holding = [case for case in holding if results.get(case.id)]
        self._say("progress", text=f"{len(holding)} of {len(cases)} facts held in {len(settings)} settings")
        return [case.with_kills(frozenset(self._kills.get(case.id, ()))) for case in holding]

    def _replayed(self, cases: Sequence[Case], setting: Setting, *, is_shuffled: bool) -> Mapping[int, bool]:
        """Whether each case held; replaying goes on after a case that ended the process."""
        results: dict[int, bool] = {}
        while waiting := [case for case in cases if case.id not in results]:
            names = {name: origin for case in waiting for name, origin in case.names.items()}
            request = self._request(
                "replay",
                cases=[case.as_json() for case in waiting],
                seed=len(waiting),
                is_shuffled=is_shuffled,
                is_strict=self._memory.is_strict,
                survivors=self._survivors,
                mutation_seconds=0.0 if is_shuffled else self._seconds(MUTATION),
            )
            request["names"] = names
            begun: list[int] = []
            for record in self._worker.run(request, setting, self._task.time_limit / 4):
                if record["type"] == "begin":
                    begun.append(record["id"])
                elif record["type"] == "replayed":
                    results[record["id"]] = record["holds"] and not record["pollutes"]
                elif record["type"] == "broken":
                    self._problem = f"it cannot be imported in another environment ({record['reason']})"
                elif record["type"] == "noticed":
                    for number in record["ids"]:
                        self._kills[number].add(record["mutant"])
            unfinished = [number for number in begun if number not in results]
            results.update(dict.fromkeys(unfinished, False))
            if not begun:
                break
        return results

    def nothing(self) -> str:
        why = self._problem or "no call of it gave a result that could be repeated"
        return f"nothing in {self._task.module} can be tested without help: {why}"


def _fitted(module: str, cases: Sequence[Case], wanted: frozenset[str]) -> tuple[list[Case], Rendered]:
    """As many cases as make a file that a person would still read."""
    most = MOST_PER_TARGET
    while True:
        chosen = select(cases, wanted, most)
        rendered = render(module, chosen)
        lines = rendered.text.count("\n")
        is_short = lines <= ENOUGH_LINES or (most <= FEWEST_PER_TARGET and lines <= MOST_LINES)
        if (is_short and len(rendered.tests) <= MOST_TESTS) or most == 1:
            return (chosen, rendered) if lines <= MOST_LINES else _trimmed(module, chosen)
        most = max(most // 2 if lines > 2 * MOST_LINES else most - 1, 1)


def _trimmed(module: str, cases: list[Case]) -> tuple[list[Case], Rendered]:
    """Without the longest cases, refusals first, until the file is short enough."""
    kept = sorted(cases, key=lambda case: (case.raises is not None, cost(case)))
    while True:
        chosen = sorted(kept, key=lambda case: case.id)
        rendered = render(module, chosen)
        excess = rendered.text.count("\n") - MOST_LINES
        if excess <= 0 or len(kept) <= 1:
            return chosen, rendered
        del kept[-max(excess // LINES_A_TEST, 1) :]


def _write(task: Task, rendered: Rendered) -> None:
    path = task.worktree / task.test_path
    for folder in reversed([parent for parent in path.parents if parent.is_relative_to(task.worktree)]):
        if not folder.exists():
            folder.mkdir()
            if (folder.parent / "__init__.py").exists() and folder.parent != task.worktree:
                (folder / "__init__.py").touch()
    path.write_text(rendered.text, encoding="utf-8")


def _remember(memory: Memory, rendered: Rendered, cases: Sequence[Case]) -> None:
    by_id = {case.id: fingerprint(case) for case in cases}
    memory.tests = {name: [by_id[number] for number in ids] for name, ids in rendered.tests.items()}
