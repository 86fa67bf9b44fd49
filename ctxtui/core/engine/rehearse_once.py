"""A rehearsal for a commit and an environment: made in a worktree, or known from before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.trial import Trial, trial
from ctxtui.core.ports.toolchains import Package, Rehearsal
from ctxtui.core.ports.workspaces import Repository

Measure = Callable[[Trial, Rehearsal], Mapping[str, float]]
KNOWN = "rehearsed before at this commit and in this environment"


def rehearse_once(
    parts: Parts,
    repository: Repository,
    package: Package,
    measure: Measure | None,
    *,
    is_anew: bool,
    enter: Callable[[str], object] = lambda _part: None,
) -> tuple[Rehearsal, Mapping[str, float]]:
    """The rehearsal, and what `measure` found in the same worktree. Only one that went well is kept."""
    key = _key(parts, repository, package)
    known = parts.rehearsals.recall(key) if key and not is_anew else None
    if known is not None and measure is None:
        return replace(known, notes=(*known.notes, KNOWN)), {}
    enter("making a worktree of the last commit")
    with trial(parts, repository, package) as tried:
        if known is None:
            count = len(package.context.child_components)
            enter(f"importing {count} module{'' if count == 1 else 's'} and trying the tests there are")
        rehearsal = known or parts.toolchain.rehearse(tried.tree, package)
        if measure and rehearsal.is_fit:
            enter("measuring what the tests there are reach")
        measured = measure(tried, rehearsal) if measure and rehearsal.is_fit else {}
    if key and known is None and rehearsal.is_fit:
        parts.rehearsals.keep(key, rehearsal)
    return rehearsal, measured


def _key(parts: Parts, repository: Repository, package: Package) -> str:
    """Equal where the outcome has to be the same; empty where nobody can tell."""
    if not package.environment:
        return ""
    work = {
        "program": version("ctxtui"),
        "root": str(repository.root),
        "base": repository.head,
        "package": [package.name, package.path, package.test_pattern, *package.pytest_plugins],
        "modules": [[child.name, child.test_path] for child in package.context.child_components],
        "environment": package.environment,
        "uncommitted": list(_states(repository.root, parts.workspaces.uncommitted_paths(repository.root))),
    }
    return hashlib.sha256(json.dumps(work, sort_keys=True).encode()).hexdigest()[:32]


def _states(root: Path, paths: tuple[str, ...]) -> Iterator[list[object]]:
    """What a worktree may be given of the checkout, such as generated modules, as it is now."""
    for path in paths:
        try:
            status = (root / path).stat()
        except OSError:
            continue
        yield [path, status.st_size, status.st_mtime_ns]
