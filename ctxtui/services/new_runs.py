"""What the form of a new run needs: packages and agents to choose from, a plan of what would be done, the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ctxtui import bootstrap
from ctxtui.config import Settings, load_settings
from ctxtui.core.domain.errors import AgentError, NotFoundError
from ctxtui.screens.launcher import Choice, PlanModule, PlanView, RunWish
from ctxtui.services.present_coverage import present_coverage
from ctxtui.services.starting import plan_request
from ctxtui.services.target import folder_of, repository_root

if TYPE_CHECKING:
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.engine.planning import Plan
    from ctxtui.core.ports.agents import AgentHealth
    from ctxtui.core.views.estimate import Estimate

_MOST_ASKED_AT_ONCE = 16


@dataclass(slots=True)
class NewRuns:
    """`directory` is where the program was started; `parts` opens the engine's parts for the settings in force."""

    settings: Settings
    environ: Mapping[str, str]
    directory: Path
    parts: Callable[[Settings], Parts]
    _plans: dict[int, Plan] = field(default_factory=dict)

    def packages(self) -> tuple[Choice, ...]:
        root = repository_root(self.directory) or self.directory
        choices = self.parts(self.settings).toolchain.packages(root)
        return tuple(Choice(one.path, one.name, _files(one.modules)) for one in choices)

    def agents(self) -> tuple[Choice, ...]:
        registry = bootstrap.open_agents(self.settings)
        # Each answer is waited for outside Python: all at once take as long as the slowest.
        with ThreadPoolExecutor(_MOST_ASKED_AT_ONCE) as asking:
            choices = [_agent_choice(health) for health in asking.map(registry.health, registry.names())]
        return tuple(sorted(choices, key=lambda one: not one.is_usable))

    def plan(self, wish: RunWish) -> PlanView:
        from ctxtui.core.engine.planning import make_plan  # noqa: PLC0415 - the engine, when it is needed
        from ctxtui.services.cost import estimate_of  # noqa: PLC0415 - as above

        parts, plan = self._planned(wish, make_plan)
        view = _plan_view(wish, plan, estimate_of(parts, plan))
        self._plans = {id(view): plan}
        return view

    def start(self, plan: PlanView, leave_out: tuple[str, ...]) -> tuple[Scope, str]:
        """Stores the run without the modules that were left out, and gives its scope and id."""
        from ctxtui.core.engine import planning, stored_run  # noqa: PLC0415 - the engine, when it is needed

        made = self._plans.get(id(plan))
        if made is None:
            raise NotFoundError("That plan is out of date: make it again.")
        if not made.agent.is_installed or made.agent.problem:
            raise AgentError(f"{made.agent.problem} {made.agent.remedy}".strip())
        if leave_out:
            _parts, made = self._planned(plan.wish, planning.make_plan, leave_out)
        started = stored_run.start(self.parts(self.settings), made, is_fresh=plan.wish.is_fresh)
        return made.scope, started.run_id

    def _planned(
        self, wish: RunWish, make_plan: Callable[..., Plan], leave_out: tuple[str, ...] = ()
    ) -> tuple[Parts, Plan]:
        """The plan that the command line would make of the same words."""
        directory = folder_of(wish.target, self.directory)
        root = repository_root(directory)
        settings = load_settings(directory, root, _overrides(wish), self.environ, typed_in="the form").settings
        target = str(self.directory / Path(wish.target).expanduser())
        target = target if Path(target).exists() else wish.target
        parts = self.parts(settings)
        return parts, make_plan(parts, plan_request(settings, target, directory, leave_out=leave_out))


def _overrides(wish: RunWish) -> dict[str, object]:
    """What was typed into the form, as settings; what was left alone stays as the files and the environment have it."""
    typed: dict[str, object] = {
        "agent": wish.agent,
        "jobs": wish.jobs,
        "max_attempts": wish.attempts,
        "budget.run.cost": wish.budget,
        "partial": wish.is_partial or None,
        "push": wish.is_pushed or None,
    }
    return {name: value for name, value in typed.items() if value is not None}


def _files(count: int) -> str:
    return f"{count} Python file{'' if count == 1 else 's'}"


def _agent_choice(health: AgentHealth) -> Choice:
    told = f"{health.problem} {health.remedy}".strip()
    return Choice(
        health.name,
        health.name,
        told or health.version or "ready",
        is_usable=not told and health.is_installed,
        brief="" if health.is_installed else "not installed",
    )


def _plan_view(wish: RunWish, plan: Plan, expected: Estimate) -> PlanView:
    from ctxtui.core.workflow.context_testing.branch_name import name_for  # noqa: PLC0415 - when it is needed
    from ctxtui.services.cost import budgets_in_words  # noqa: PLC0415 - the engine, when it is needed

    budget = budgets_in_words(plan.settings)
    problems = [f"{check.finding} {check.remedy}".strip() for check in plan.checks if not check.is_good]
    problems += [f"{plan.agent.problem} {plan.agent.remedy}".strip()] if plan.agent.problem else []
    again = [f"run {plan.existing} does the same work already; starting goes on with it"] if plan.existing else []
    root = plan.repository.root
    shares = present_coverage(root, (item.source_path for item in plan.components))
    return PlanView(
        wish=wish,
        package=plan.package.name,
        branch=name_for(plan.package.name),
        modules=tuple(
            PlanModule(
                name=item.name,
                source_path=item.source_path,
                test_path=item.test_path,
                lines=plan.package.sizes.get(item.name, 0),
                covered=shares.get(item.source_path),
            )
            for item in plan.components
        ),
        left_out=dict(plan.package.left_out),
        cost="" if expected.is_free else "; at most ".join(filter(None, (expected.in_words, budget))),
        problems=tuple(problems),
        notes=(*([] if wish.is_fresh else again), *plan.notes),
        jobs=plan.settings.jobs,
        agent=plan.settings.agent,
    )
