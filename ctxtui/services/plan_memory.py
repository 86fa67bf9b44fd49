"""What the last plan of a package said, and what is different in the one that is asked for now."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ctxtui.config import data_dir
from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.typed import decoded

if TYPE_CHECKING:
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.engine.planning import Plan


class PlannedModule(msgspec.Struct, frozen=True):
    """`tests` is how many tests the module had."""

    name: str
    lines: int
    tests: int


class PlanRecord(msgspec.Struct, frozen=True):
    """What a plan said. `modules` and `left_out` are by source path; `at` is when, as ISO 8601."""

    at: str
    base: str
    interpreter: str
    modules: dict[str, PlannedModule]
    left_out: dict[str, str]
    problems: tuple[str, ...] = ()


class Changes(msgspec.Struct, frozen=True):
    """A sentence for each difference from the plan that was made at that time, of that commit."""

    at: str
    base: str
    told: tuple[str, ...]


def changes_since_last(parts: Parts, plan: Plan, environ: Mapping[str, str], chosen: str) -> Changes | None:
    """What is different from the last plan of this package; this one is remembered in its place. None for a first.

    `chosen` says which modules were asked for: plans of different ones are not compared.
    """
    file = _file(plan, environ, chosen)
    now = _record(parts, plan)
    before = _read(file)
    _write(file, now)
    if before is None:
        return None
    return Changes(before.at, before.base, tuple(differences(before, now, _changed_files(parts, plan, before))))


def differences(before: PlanRecord, now: PlanRecord, changed_files: frozenset[str]) -> Iterator[str]:
    """One sentence each, modules first; `changed_files` are those that differ between the two commits.

    With a problem tests are not counted, so that their numbers say nothing.
    """
    are_counted = not before.problems and not now.problems
    for path, module in now.modules.items():
        known = before.modules.get(path)
        if known is None:
            was = before.left_out.get(path)
            yield f"{module.name} is planned now; it was left out: {was}" if was else f"{module.name} is new"
            continue
        if path in changed_files:
            more = "" if known.lines == module.lines else f": {known.lines:,} lines became {module.lines:,}"
            yield f"{module.name} was changed{more}"
        if are_counted and known.tests != module.tests:
            yield f"{module.name} has {_tests(module.tests)}, it had {_tests(known.tests)}"
    for path, module in before.modules.items():
        if path not in now.modules:
            why = now.left_out.get(path)
            yield f"{module.name} is left out now: {why}" if why else f"{module.name} is gone"
    for path, why in now.left_out.items():
        if path not in before.modules and path not in before.left_out:
            yield f"{path} is left out: {why}"
    if before.interpreter != now.interpreter:
        yield f"the interpreter is {now.interpreter}, it was {before.interpreter}"
    new, old = set(now.problems), set(before.problems)
    yield from (f"a problem that was not there: {problem}" for problem in sorted(new - old))
    yield from (f"no longer a problem: {problem}" for problem in sorted(old - new))


def _tests(count: int) -> str:
    return "no tests" if not count else f"{count} test{'' if count == 1 else 's'}"


def _record(parts: Parts, plan: Plan) -> PlanRecord:
    sizes, present = plan.package.sizes, plan.present
    return PlanRecord(
        at=parts.now().isoformat(timespec="seconds"),
        base=plan.settings.base,
        interpreter=plan.settings.interpreter,
        modules={
            item.source_path: PlannedModule(item.name, sizes.get(item.name, 0), present.get(item.name, 0))
            for item in plan.components
        },
        left_out=dict(plan.package.left_out),
        problems=tuple(check.sentence for check in plan.checks if not check.is_good),
    )


def _changed_files(parts: Parts, plan: Plan, before: PlanRecord) -> frozenset[str]:
    """Empty where the former commit is gone: what is known of it are its numbers."""
    if before.base == plan.settings.base:
        return frozenset()
    try:
        return parts.workspaces.changed_files(plan.repository.root, before.base, plan.settings.base)
    except RepositoryError:
        return frozenset()


def _file(plan: Plan, environ: Mapping[str, str], chosen: str) -> Path:
    of = hashlib.sha256(f"{plan.repository.root}\n{plan.package.path}\n{chosen}".encode()).hexdigest()[:32]
    return data_dir(environ) / "plans" / f"{of}.json"


def _read(file: Path) -> PlanRecord | None:
    try:
        return decoded(file.read_bytes(), PlanRecord)
    except (OSError, msgspec.DecodeError):
        return None


def _write(file: Path, record: PlanRecord) -> None:
    new = file.with_suffix(".new")
    # A folder that cannot be written is said where it matters: by the store.
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(msgspec.json.encode(record))
        new.replace(file)
