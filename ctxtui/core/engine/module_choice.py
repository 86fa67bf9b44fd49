"""Which modules of a package a run works on: those asked for, committed, changed, and not tested well already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from ctxtui.core.domain.component import Component, in_order
from ctxtui.core.domain.errors import UsageError
from ctxtui.core.domain.nearest import nearest
from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.trial import Trial
from ctxtui.core.ports.toolchains import Package
from ctxtui.core.ports.workspaces import Repository

SHOWN_UNCOMMITTED = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """Modules by name, path or glob: `only` those, and none of `leave_out`; `target` is what the user named."""

    target: str
    only: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()


def covered_by_tests(tried: Trial, package: Package, committed: frozenset[str]) -> Mapping[str, float]:
    """What the tests that exist reach of the planned modules, in percent."""
    sources = tuple(child.source_path for child in package.context.child_components)
    return tried.coverage(sources, tuple(path for path in package.existing_tests if path in committed))


def not_covered_well(
    package: Package, covered: Mapping[str, float], percent: float
) -> tuple[Package, Mapping[str, str]]:
    """The package without modules that existing tests cover as well as was asked for. Raises UsageError for all."""
    enough = {path: reached for path, reached in covered.items() if reached >= percent}
    left_out = {path: f"its tests cover {reached:.0f} % of it already" for path, reached in enough.items()}
    narrowed = without(package, left_out)
    if enough and not narrowed.context.child_components:
        raise UsageError(f"Every module of {package.name} is covered to {percent:g} % or more already.")
    return narrowed, left_out


def without(package: Package, left_out: Mapping[str, str]) -> Package:
    kept = tuple(child for child in package.context.child_components if child.source_path not in left_out)
    return replace(package, context=replace(package.context, child_components=kept))


def asked_for(package: Package, wanted: Wanted, committed: frozenset[str]) -> tuple[Package, dict[str, str]]:
    """The package without what was not asked for, and without modules that are not committed yet."""
    left_out = dict(package.left_out)
    kept: list[Component] = []
    for component in package.context.child_components:
        if component.source_path not in committed:
            left_out[component.source_path] = "not committed yet: the worktrees hold the last commit only"
        elif _is_wanted(component, wanted):
            kept.append(component)
    for pattern in wanted.only:
        if not any(_is_named(component, (pattern,)) for component in package.context.child_components):
            raise UsageError(_why_left_out(package, pattern) or _not_named("--only", package, pattern))
    for pattern in wanted.leave_out:
        is_named = any(_is_named(component, (pattern,)) for component in package.context.child_components)
        if not (is_named or _why_left_out(package, pattern)):
            raise UsageError(_not_named("--skip", package, pattern))
    if not kept:
        raise UsageError(_nothing_left(package, wanted))
    context = replace(package.context, child_components=in_order(tuple(kept)))
    return replace(package, context=context), left_out


def changed_since(
    parts: Parts, repository: Repository, package: Package, since: str
) -> tuple[Package, Mapping[str, str]]:
    """The package without modules that are as they were. Raises UsageError when all are."""
    changed = parts.workspaces.changed_files(repository.root, since, repository.head)
    sources = [child.source_path for child in package.context.child_components]
    unchanged = {path: f"unchanged since {since}" for path in sources if path not in changed}
    narrowed = without(package, unchanged)
    if not narrowed.context.child_components:
        raise UsageError(f"No module of {package.name} has changed since {since}.")
    return narrowed, unchanged


def _is_wanted(component: Component, wanted: Wanted) -> bool:
    return (not wanted.only or _is_named(component, wanted.only)) and not _is_named(component, wanted.leave_out)


def _is_named(component: Component, patterns: tuple[str, ...]) -> bool:
    words = (component.name, component.name.rpartition(".")[2], component.source_path)
    return any(fnmatchcase(word, pattern) for pattern in patterns for word in words)


def _why_left_out(package: Package, pattern: str) -> str:
    """Why the module that a word after --only names gets no tests; empty where it names none of these."""
    for path, reason in package.left_out.items():
        words = (path, PurePosixPath(path).stem, _dotted(package, path))
        if any(fnmatchcase(word, pattern) for word in words):
            return f"--only {pattern}: {path} gets no tests, {reason}."
    return ""


def _not_named(option: str, package: Package, pattern: str) -> str:
    """The sentence for a word that names no module: a slip of the pen."""
    names = {name for child in package.context.child_components for name in (child.name, child.name.rpartition(".")[2])}
    near = nearest(pattern, names)
    hint = f"did you mean {near}?" if near else f"`ctxtui plan {package.name}` lists them."
    return f"{option} {pattern} names no module of {package.name}; {hint}"


def _dotted(package: Package, path: str) -> str:
    """What a module that is left out would be called."""
    inside = PurePosixPath(path)
    if inside.is_relative_to(package.path):
        inside = inside.relative_to(package.path)
    parts = inside.parent.parts if inside.stem == "__init__" else inside.with_suffix("").parts
    return ".".join((package.name, *parts))


def _nothing_left(package: Package, wanted: Wanted) -> str:
    if not package.context.child_components:
        return f"{package.name} has no module to test: " + "; ".join(
            f"{path} ({reason})" for path, reason in sorted(package.left_out.items())[:5]
        )
    sources = [child.source_path for child in package.context.child_components if _is_wanted(child, wanted)]
    if not sources:
        return f"No module of {package.name} is left by --only and --skip; `ctxtui plan {wanted.target}` lists them."
    shown = ", ".join(sources[:SHOWN_UNCOMMITTED]) + (" and others" if len(sources) > SHOWN_UNCOMMITTED else "")
    return f"Nothing of {package.name} to test is committed yet: commit {shown} first, a run works on the last commit."
