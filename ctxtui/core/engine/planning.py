"""From a target to a run: what would be done (changes nothing), and the stored run that does it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.errors import UsageError
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ExecutionMode
from ctxtui.core.engine.agent_choice import agent_of, paced
from ctxtui.core.engine.module_choice import (
    Wanted,
    asked_for,
    changed_since,
    covered_by_tests,
    not_covered_well,
    without,
)
from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.rehearse_once import rehearse_once
from ctxtui.core.engine.repository_notes import repository_notes
from ctxtui.core.engine.same_run import key_of, run_with
from ctxtui.core.engine.spec_notes import spec_notes
from ctxtui.core.engine.trial import Trial
from ctxtui.core.ports.agents import AgentHealth
from ctxtui.core.ports.toolchains import DiscoveryOptions, Package, Rehearsal, ToolchainCheck
from ctxtui.core.ports.workspaces import Repository
from ctxtui.core.workflow.context_testing import CONTEXT_TESTING
from ctxtui.core.workflow.registry import orchestrator_of


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What a person wants. `settings` holds everything but what the plan itself finds out (paths, base, key).

    `changed_since` is a revision: only modules that differ from it; `below` is a percentage: only modules that the
    existing tests cover less. `rehearses_anew` where somebody wants to see whether tests run, and not only to know.
    `enter` is told each part of the planning that may take long, when it begins.
    """

    target: str
    directory: Path
    account: str
    discovery: DiscoveryOptions
    settings: RunPlan
    mode: ExecutionMode = ExecutionMode.AUTO
    session_type: str = CONTEXT_TESTING.session_type
    only: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    changed_since: str = ""
    below: float = 0.0
    rehearses_anew: bool = False
    enter: Callable[[str], object] = lambda _part: None


@dataclass(frozen=True, slots=True)
class Plan:
    """A run that could be started. `existing` is the run that does the same work already, if there is one.

    `present` is how many tests a module has already, by its name; `covered` what they reach in percent, by its path,
    where it was measured.
    """

    scope: Scope
    repository: Repository
    package: Package
    settings: RunPlan
    agent: AgentHealth
    checks: tuple[ToolchainCheck, ...]
    present: Mapping[str, int] = field(default_factory=dict)
    covered: Mapping[str, float] = field(default_factory=dict)
    existing: str = ""
    mode: ExecutionMode = ExecutionMode.AUTO
    session_type: str = CONTEXT_TESTING.session_type
    notes: tuple[str, ...] = ()

    @property
    def components(self) -> tuple[Component, ...]:
        return self.package.context.child_components


def project_of(root: Path) -> str:
    """The project part of a scope: the repository's folder name and a fingerprint of where it is."""
    place = os.fsencode(root)
    return f"{os.fsencode(root.name).decode(errors='backslashreplace')}-{hashlib.sha256(place).hexdigest()[:8]}"


def make_plan(parts: Parts, request: PlanRequest) -> Plan:
    """Looks at the repository, the package, its tools and the agent; changes nothing. Raises CtxtuiError."""
    _refuse_component_type(request.session_type)
    repository = parts.workspaces.inspect(request.directory)
    if request.settings.best_of > 1 and Rung.KILLS not in request.settings.rungs:
        raise UsageError("The best of several tries is the one that notices most changes: add `kills` to `rungs`.")
    if request.settings.push and not request.settings.pull_request:
        parts.workspaces.refuse_push(repository.root, request.settings.remote)
    if request.settings.pull_request:
        parts.workspaces.refuse_proposal(repository.root, request.settings.remote)
    if request.settings.sign:
        parts.workspaces.refuse_signing(repository.root)
    request.enter("looking at the package and its environment")
    package = parts.toolchain.discover(repository.root, request.target, request.discovery)
    committed = parts.workspaces.files_at(repository.root, repository.head)
    wanted = Wanted(request.target, request.only, request.leave_out)
    package, left_out = asked_for(package, wanted, committed)
    if request.changed_since:
        package, unchanged = changed_since(parts, repository, package, request.changed_since)
        left_out |= unchanged

    def measure(tried: Trial, rehearsal: Rehearsal) -> Mapping[str, float]:
        return covered_by_tests(tried, without(package, rehearsal.left_out), committed)

    rehearsal, covered = rehearse_once(
        parts,
        repository,
        package,
        measure if request.below else None,
        is_anew=request.rehearses_anew,
        enter=request.enter,
    )
    request.enter("looking for the agent and for an earlier run")
    left_out |= rehearsal.left_out
    package = without(package, left_out)
    package, well_covered = not_covered_well(package, covered, request.below)
    left_out |= well_covered
    scope = Scope(request.account, project_of(repository.root))
    settings = replace(
        request.settings,
        root=str(repository.root),
        base=repository.head,
        package_name=package.prefix,
        package_path=package.path,
        import_roots=package.import_roots,
        test_root=package.test_root,
        interpreter=str(package.interpreter),
        pytest_plugins=package.pytest_plugins,
        pass_env=package.pass_env,
        test_files=package.naming.files,
        test_functions=package.naming.functions,
        test_classes=package.naming.classes,
        existing_tests=tuple(path for path in package.existing_tests if path in committed),
        tolerated=rehearsal.tolerated,
        runs_anywhere=rehearsal.runs_anywhere,
        canaries=parts.workspaces.uncommitted_paths(repository.root),
        similar_tests={name: paths for name, paths in package.similar_tests.items() if paths},
    )
    settings = replace(settings, key=key_of(settings, package, request.session_type))
    agent = agent_of(parts, settings)
    settings = paced(settings, agent)
    return Plan(
        scope=scope,
        repository=repository,
        package=replace(package, left_out=left_out),
        settings=settings,
        agent=agent,
        checks=rehearsal.checks,
        present={
            name: sum(rehearsal.tests.get(path, 0) for path in paths) for name, paths in package.own_tests.items()
        },
        covered=covered,
        existing=run_with(parts, scope, settings.key),
        mode=request.mode,
        session_type=request.session_type,
        notes=(
            *package.notes,
            *rehearsal.notes,
            *repository_notes(repository, committed),
            *spec_notes(repository.root, package.context.child_components, request.discovery.specs, committed),
        ),
    )


def _refuse_component_type(session_type: str) -> None:
    """A type whose attempts are judged works on one component, for a run. Raises NotFoundError for an unknown one."""
    if orchestrator_of(session_type).judging:
        raise UsageError(
            f"A run cannot be of type {session_type}: it works on one component. Set another `session_type`."
        )
