"""From a target to a run: what would be done (changes nothing), and the stored run that does it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from ctxtui.core.domain.component import Component, in_order
from ctxtui.core.domain.errors import ToolchainError, UsageError
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ExecutionMode, Session, SessionStatus
from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.settings import RunSettings
from ctxtui.core.ports.agents import AgentHealth
from ctxtui.core.ports.toolchains import DiscoveryOptions, Package, ToolchainCheck
from ctxtui.core.ports.workspaces import Repository
from ctxtui.core.workflow import state
from ctxtui.core.workflow.context_testing import CONTEXT_TESTING
from ctxtui.core.workflow.identity import derived_id

SHOWN_UNCOMMITTED = 3


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What a person wants. `settings` holds everything but what the plan itself finds out (paths, base, key)."""

    target: str
    directory: Path
    account: str
    discovery: DiscoveryOptions
    settings: RunSettings
    only: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A run that could be started. `existing` is the run that does the same work already, if there is one."""

    scope: Scope
    repository: Repository
    package: Package
    settings: RunSettings
    agent: AgentHealth
    checks: tuple[ToolchainCheck, ...]
    existing: str = ""
    notes: tuple[str, ...] = ()

    @property
    def components(self) -> tuple[Component, ...]:
        return self.package.context.child_components


@dataclass(frozen=True, slots=True)
class Started:
    run_id: str
    is_new: bool
    notes: tuple[str, ...] = field(default=())


def project_of(root: Path) -> str:
    """The project part of a scope: the repository's folder name and a fingerprint of where it is."""
    return f"{root.name}-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}"


def make_plan(parts: Parts, request: PlanRequest) -> Plan:
    """Looks at the repository, the package, its tools and the agent; changes nothing. Raises CtxtuiError."""
    repository = parts.workspaces.inspect(request.directory)
    package = parts.toolchain.discover(repository.root, request.target, request.discovery)
    committed = parts.workspaces.files_at(repository.root, repository.head)
    package, left_out = _narrowed(package, request, committed)
    scope = Scope(request.account, project_of(repository.root))
    settings = replace(
        request.settings,
        root=str(repository.root),
        base=repository.head,
        package_name=package.name,
        package_path=package.path,
        import_roots=package.import_roots,
        test_root=package.test_root,
        interpreter=str(package.interpreter),
        pytest_plugins=package.pytest_plugins,
        similar_tests={name: paths for name, paths in package.similar_tests.items() if paths},
    )
    settings = replace(settings, key=_key(settings, package))
    return Plan(
        scope=scope,
        repository=repository,
        package=replace(package, left_out=left_out),
        settings=settings,
        agent=parts.agents.get(settings.agent).check(),
        checks=parts.toolchain.check(repository.root, package),
        existing=_run_with(parts, scope, settings.key),
        notes=(*package.notes, *_warnings(repository, committed)),
    )


def start(parts: Parts, plan: Plan, *, is_fresh: bool = False) -> Started:
    """Stores the run, or finds the one that does the same work. Raises when the tools are not fit for it."""
    problem = next((check for check in plan.checks if not check.is_good), None)
    if problem is not None:
        raise ToolchainError(problem.sentence)
    if plan.existing and not is_fresh:
        return Started(plan.existing, is_new=False)
    run_id = parts.new_id()
    context = _of_run(plan.package.context, run_id)
    parts.store.sessions.save_component(plan.scope, context)
    parts.store.sessions.create(
        Session(
            id=run_id,
            scope=plan.scope,
            type=CONTEXT_TESTING.session_type,
            component=context,
            agent=plan.settings.agent,
            environment="local",
            created_at=parts.now(),
            status=SessionStatus.ACTIVE,
            execution_mode=ExecutionMode.AUTO,
            state={
                state.PLAN: replace(plan.settings, is_fresh=is_fresh).to_state(),
                state.JOBS: plan.settings.jobs,
                "notes": list(plan.notes),
                "left_out": dict(plan.package.left_out),
            },
            retry=plan.settings.retry,
        )
    )
    return Started(run_id, is_new=True)


def _of_run(component: Component, run_id: str) -> Component:
    """The component with ids of this run alone: what another run leaves out or finds anew changes nothing here."""
    own_id = derived_id(run_id, component.id)
    children = tuple(replace(_of_run(child, run_id), parent_id=own_id) for child in component.child_components)
    return replace(component, id=own_id, child_components=children)


def _narrowed(package: Package, request: PlanRequest, committed: frozenset[str]) -> tuple[Package, Mapping[str, str]]:
    """The package without what was not asked for, and without modules that are not committed yet."""
    left_out = dict(package.left_out)
    kept: list[Component] = []
    for component in package.context.child_components:
        if component.source_path not in committed:
            left_out[component.source_path] = "not committed yet: the worktrees hold the last commit only"
        elif _is_wanted(component, request):
            kept.append(component)
    for pattern in request.only:
        if not any(_is_named(component, (pattern,)) for component in package.context.child_components):
            raise UsageError(_not_named(package, pattern))
    if not kept:
        raise UsageError(_nothing_left(package, request))
    context = replace(package.context, child_components=in_order(tuple(kept)))
    return replace(package, context=context), left_out


def _is_wanted(component: Component, request: PlanRequest) -> bool:
    return (not request.only or _is_named(component, request.only)) and not _is_named(component, request.leave_out)


def _is_named(component: Component, patterns: tuple[str, ...]) -> bool:
    words = (component.name, component.name.rpartition(".")[2], component.source_path)
    return any(fnmatchcase(word, pattern) for pattern in patterns for word in words)


def _not_named(package: Package, pattern: str) -> str:
    """Why a word after --only names nothing: a module that is left out, or a slip of the pen."""
    for path, reason in package.left_out.items():
        if pattern in (path, PurePosixPath(path).stem):
            return f"--only {pattern}: {path} gets no tests, {reason}."
    names = {name for child in package.context.child_components for name in (child.name, child.name.rpartition(".")[2])}
    near = get_close_matches(pattern, sorted(names), n=1)
    hint = f"did you mean {near[0]}?" if near else f"`ctxtui plan {package.name}` lists them."
    return f"--only {pattern} names no module of {package.name}; {hint}"


def _nothing_left(package: Package, request: PlanRequest) -> str:
    if not package.context.child_components:
        return f"{package.name} has no module to test: " + "; ".join(
            f"{path} ({reason})" for path, reason in sorted(package.left_out.items())[:5]
        )
    wanted = [child.source_path for child in package.context.child_components if _is_wanted(child, request)]
    if not wanted:
        return f"No module of {package.name} is left by --only and --skip; `ctxtui plan {request.target}` lists them."
    shown = ", ".join(wanted[:SHOWN_UNCOMMITTED]) + (" and others" if len(wanted) > SHOWN_UNCOMMITTED else "")
    return f"Nothing of {package.name} to test is committed yet: commit {shown} first, a run works on the last commit."


def _warnings(repository: Repository, committed: frozenset[str]) -> tuple[str, ...]:
    changed = [path for path in repository.uncommitted if path in committed]
    if not changed:
        return ()
    shown = ", ".join(changed[:SHOWN_UNCOMMITTED])
    more = f" and {len(changed) - SHOWN_UNCOMMITTED} more" if len(changed) > SHOWN_UNCOMMITTED else ""
    return (f"uncommitted changes are not seen by the run, which works on {repository.head[:8]}: {shown}{more}",)


def _key(settings: RunSettings, package: Package) -> str:
    """Equal for two runs that would do the same work: same commit, components, agent, prompts, rungs and bounds."""
    what = {
        "base": settings.base,
        "package": settings.package_path,
        "agent": settings.agent,
        "prompts": [settings.rules, settings.generate_template, settings.fix_template],
        "rungs": settings.rungs,
        "ladder": asdict(settings.ladder),
        "interpreter": settings.interpreter,
        "components": sorted((item.id, item.test_path) for item in package.context.child_components),
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]


def _run_with(parts: Parts, scope: Scope, key: str) -> str:
    """The newest run with that key which was not cancelled, or an empty text."""
    for row in parts.store.sessions.runs(scope):
        plan = row.state.get(state.PLAN) or {}
        if plan.get("key") == key and row.status is not SessionStatus.CANCELLED:
            return row.id
    return ""
