"""One module on its way from source to proven facts: read, probed, repeated elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from ctxtui.core.generator.choosing.mending import Memory, Mending, fingerprint
from ctxtui.core.generator.choosing.properties import promised
from ctxtui.core.generator.choosing.shortlist import shortlist
from ctxtui.core.generator.probing.containment import Setting, Worker
from ctxtui.core.generator.protocol.case import Case, case_from
from ctxtui.core.generator.protocol.hints import Hints
from ctxtui.core.generator.protocol.task import Task
from ctxtui.core.generator.reading.changes import changes_of
from ctxtui.core.generator.reading.harvest import harvest, has_functions, targets_at
from ctxtui.core.generator.reading.surroundings import surroundings_of
from ctxtui.core.generator.reading.survivors import changed_sources

Say = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Budget:
    """CPU seconds for a stage: a base, more for each line of the module, and a bound."""

    seconds: float
    seconds_a_line: float
    most: float


PROBING = Budget(2.4, 0.005, 12.0)
MUTATION = Budget(1.4, 0.003, 5.0)
EFFORTS = {"quick": 0.4, "normal": 1.0, "thorough": 4.0}
"""What the budgets are multiplied by."""
DAY = 86400.0
FIRST_SETTING = Setting(hash_seed="31")
"""The one to probe in: the order of a set is another one when a fact is repeated."""
SETTINGS = (
    Setting(hash_seed="0", timezone="UTC"),
    Setting("12345", "LHST-10:30LHDT-11,M10.1.0,M4.1.0", "en_US.UTF-8", 400.3 * DAY, columns=57, lines=43),
)
FURTHER_SETTINGS = (
    Setting(hash_seed="777", timezone="NZST-12NZDT,M9.5.0,M4.1.0/3", clock_shift=37.45 * DAY),
    Setting(hash_seed="4242", timezone="NST3:30NDT,M3.2.0,M11.1.0", clock_shift=-200.8 * DAY),
)
"""Tried too once something was found unstable that held in the others."""
MOST_INSTEAD = 120
LONGEST_SILENCE = 20.0
"""Seconds after which a stage says how far it is: an agent that is silent for minutes is taken for one that hangs."""
README_NAMES = ("README.md", "README.rst", "README.txt")


def few(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")  # noqa: PLR2004 - a few


class Generation:
    """One module on its way from source to proven cases."""

    def __init__(self, task: Task, say: Say, memory: Memory, mending: Mending) -> None:
        self._task = task
        self._memory = memory
        self._tell = say
        self._said_at = monotonic()
        self._worker = Worker(task.folder, task.interpreter, task.pass_env)
        self._problem = ""
        self._stays_outside = False
        self.was_cut_short = False
        self._targets: list[str] = []
        self._recorded = 0
        self._surroundings = surroundings_of(task.worktree, task.test_path)
        self._kills: dict[int, set[int]] = defaultdict(set)
        source = task.worktree / task.source_path
        self._lines = source.read_text(encoding="utf-8", errors="replace").count("\n")
        self.hints: Hints = harvest(source, task.module, self._package_folder(), self._extra())
        self.wanted_targets = targets_at(source, mending.lines)
        self._has_functions = has_functions(source)
        self._changes = changes_of(source)
        self._survivors = list(changed_sources(source, mending.diffs))

    def _say(self, kind: str, **more: object) -> None:
        self._said_at = monotonic()
        self._tell(kind, **more)

    def _say_how_far(self, text: str) -> None:
        if monotonic() - self._said_at >= LONGEST_SILENCE:
            self._say("progress", text=text)

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
        yield from (root / name for name in README_NAMES if (root / name).is_file())
        for name in ("", "tests", "test"):
            yield from sorted((root / name).glob("conftest.py"))
        for name in ("tests", "test"):
            yield from (path for path in sorted((root / name).rglob("test*.py")) if path != own)
        for name in ("doc", "docs"):
            yield from sorted(path for path in (root / name).rglob("*") if path.suffix in {".rst", ".md", ".txt"})

    def _request(self, mode: str, **more: object) -> dict[str, Any]:
        roots = [str((self._task.worktree / root).resolve()) for root in self._task.import_roots or ("",)]
        around = self._surroundings
        return {
            "mode": mode,
            "module": self._task.module,
            "project": around.project,
            "roots": list(dict.fromkeys([*roots, *around.import_paths])),
            "conftests": around.conftests,
            "settings_module": around.settings_module,
            "pass_env": list(self._task.pass_env),
            "names": dict(self.hints.names),
            **more,
        }

    def _seconds(self, budget: Budget) -> float:
        asked = min(budget.seconds + self._lines * budget.seconds_a_line, budget.most) * EFFORTS[self._task.effort]
        return min(asked, self._task.time_limit / 8)

    def probe(self) -> list[Case]:
        """What the module was seen to do, each fact once."""
        seconds = self._seconds(PROBING)
        request = self._request(
            "probe",
            hints=self.hints.as_json(),
            cpu_seconds=seconds,
            wanted=sorted(self.wanted_targets),
            seed=self._task.attempt,
        )
        found: dict[str, Case] = {fingerprint(case): case for case in self._memory.cases if self._memory.allows(case)}
        for record in self._worker.run(request, FIRST_SETTING, self._task.time_limit / 2):
            self._say_how_far(f"recorded {len(found)} facts so far")
            match record["type"]:
                case "module":
                    self._targets = [name for name, *_ in record["targets"]]
                    self._say("progress", text=f"probing {_counted(len(record['targets']))}")
                case "case":
                    case = case_from(record, len(found))
                    found.setdefault(fingerprint(case), case)
                case "broken":
                    self._problem = f"it cannot be imported ({record['reason']})"
                case "crashed":
                    self.was_cut_short = True
                    self._problem = f"the probing process ended early ({record['reason']})"
                    self._say("progress", text=self._problem)
                case "lost":
                    self._say("progress", text=f"{record['target']} did not come back and was left")
                case "left":
                    self._say("progress", text=f"{record['target']} was left: {record['reason']}")
        self._recorded = len(found)
        self._say("progress", text=f"recorded {len(found)} facts")
        return [case.with_id(number) for number, case in enumerate(found.values())]

    def prove(self, cases: Sequence[Case]) -> list[Case]:
        """The cases worth telling that hold, with others where some fall."""
        first, reserve = shortlist([*cases, *promised(cases, len(cases))])
        held = self._replay(first)
        lost = {arc for case in first for arc in case.arcs} - {arc for case in held for arc in case.arcs}
        told = {case.target for case in held}
        instead = [case for case in reserve if case.arcs & lost or case.target not in told][:MOST_INSTEAD]
        if instead:
            held += self._replay(instead)
        self._say("progress", text=f"{len(held)} of {len(first) + len(instead)} facts held when they were repeated")
        return held

    def _replay(self, cases: Sequence[Case]) -> list[Case]:
        """The cases that hold again in every setting, alone and in any order, and leave nothing changed."""
        holding = list(cases)
        settings = [*SETTINGS, *(FURTHER_SETTINGS if self._memory.unstable else ())]
        for setting in settings:
            results = self._replayed(holding, setting, is_shuffled=setting is not SETTINGS[0])
            fallen = {number: failing for number, failing in results.items() if failing is not None}
            holding = [case.without(fallen[case.id]) for case in holding if case.id in fallen]
        return [case.with_kills(frozenset(self._kills.get(case.id, ()))) for case in holding]

    def _replayed(
        self, cases: Sequence[Case], setting: Setting, *, is_shuffled: bool
    ) -> Mapping[int, frozenset[str] | None]:
        """What fell of each case, None for all of it; replaying goes on after a case that ended the process."""
        results: dict[int, frozenset[str] | None] = {}
        while waiting := [case for case in cases if case.id not in results]:
            names = {name: origin for case in waiting for name, origin in case.names.items()}
            request = self._request(
                "replay",
                cases=[case.as_json() for case in waiting],
                seed=len(waiting),
                is_shuffled=is_shuffled,
                is_strict=self._memory.is_strict,
                survivors=self._survivors,
                changes=self._changes,
                mutation_seconds=0.0 if is_shuffled else self._seconds(MUTATION),
            )
            request["names"] = names
            begun: list[int] = []
            for record in self._worker.run(request, setting, self._task.time_limit / 4):
                self._say_how_far(f"repeated {len(results)} of {len(cases)} facts once more")
                if record["type"] == "begin":
                    begun.append(record["id"])
                elif record["type"] == "replayed":
                    results[record["id"]] = frozenset(record["failing"]) if record["holds"] else None
                elif record["type"] == "broken":
                    self._problem = f"it cannot be imported in another environment ({record['reason']})"
                elif record["type"] == "crashed":
                    self.was_cut_short = True
                    self._problem = f"the process that repeats calls ended early ({record['reason']})"
                elif record["type"] == "noticed":
                    for number in record["ids"]:
                        self._kills[number].add(record["mutant"])
            unfinished = [number for number in begun if number not in results]
            results.update(dict.fromkeys(unfinished))
            if not begun:
                break
        return results

    def reaching(self, cases: Sequence[Case]) -> list[Case]:
        """The cases, or none of them where all that they do happens outside of the module's functions."""
        self._stays_outside = self._has_functions and bool(cases) and not any(case.arcs for case in cases)
        return [] if self._stays_outside else list(cases)

    def nothing(self, failed: Sequence[str]) -> str:
        """Why there is no file, as far as it is known."""
        return f"nothing in {self._task.module} can be tested without help: {self._problem or self._why(failed)}"

    def _why(self, failed: Sequence[str]) -> str:
        if not self._targets:
            return "it defines no function or class of its own"
        if not self._recorded:
            tried = _counted(len(self._targets))
            return (
                f"{tried} ({few(self._targets)}) could not be called with any of the values that were tried,"
                " or gave nothing that a test could compare"
            )
        if self._stays_outside:
            return f"what could be told of it ({few(self._targets)}) runs none of its functions"
        if not self._memory.cases:
            facts = "1 fact was" if self._recorded == 1 else f"{self._recorded} facts were"
            return f"{facts} recorded and none held when it was repeated in another environment"
        if failed:
            return f"what held by itself failed when it was run as a test ({few(failed)})"
        return "calls of it gave nothing that a test could compare"


def _counted(targets: int) -> str:
    return "1 function or class" if targets == 1 else f"{targets} functions and classes"
