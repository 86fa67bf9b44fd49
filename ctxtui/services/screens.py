"""What the screens are given: their services and their launcher, over the same use cases as the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ctxtui import bootstrap
from ctxtui.config import Settings, load_settings
from ctxtui.core.domain.errors import AgentError, NotFoundError
from ctxtui.screens.services import FileTexts, PlanModule, PlanView, RunRef, RunWish
from ctxtui.services.starting import plan_of, plan_request, settings_of_run, spawn_runner

if TYPE_CHECKING:
    from ctxtui.core.domain.session import Session
    from ctxtui.core.engine.estimate import Estimate
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.engine.planning import Plan
    from ctxtui.core.ports.store import RunRow, Store
    from ctxtui.core.ports.toolchains import ToolchainCheck
    from ctxtui.core.ports.workspaces import WorkspaceView


@dataclass(slots=True)
class ScreenServices:
    """Implements the screens' Services and Launcher; `directory` is where the program was started."""

    settings: Settings
    environ: Mapping[str, str]
    directory: Path
    _store: Store | None = None
    _plans: dict[int, Plan] = field(default_factory=dict)

    @property
    def launcher(self) -> ScreenServices:
        return self

    @property
    def account(self) -> str:
        return self.settings.account

    @property
    def requested_by(self) -> str:
        from ctxtui.core.engine.asking import who_asks  # noqa: PLC0415 - when somebody asks

        return who_asks()

    @property
    def agent_names(self) -> tuple[str, ...]:
        return bootstrap.open_agents(self.settings).names()

    @property
    def default_wish(self) -> RunWish:
        return RunWish(target=".", agent=self.settings.agent, jobs=self.settings.jobs)

    def glance(self) -> tuple[RunRow, ...]:
        return bootstrap.glance_runs(self.settings, self.environ)

    def open_store(self) -> Store:
        if self._store is None:
            self._store = bootstrap.open_store(self.settings, self.environ)
        return self._store

    def plan(self, wish: RunWish) -> PlanView:
        from ctxtui.core.engine.estimate import estimate  # noqa: PLC0415 - the engine, when it is needed
        from ctxtui.core.engine.planning import make_plan  # noqa: PLC0415 - as above

        folder = (self.directory / Path(wish.target).expanduser()).resolve()
        directory = folder if folder.is_dir() else self.directory
        overrides: dict[str, object] = {"agent": wish.agent, "jobs": wish.jobs}
        settings = load_settings(directory, None, overrides, self.environ).settings
        target = str(folder) if folder.is_dir() else wish.target
        plan = make_plan(self._parts(settings), plan_request(settings, target, directory))
        view = _plan_view(wish, plan, estimate(self._parts(settings), plan))
        self._plans = {id(view): plan}
        return view

    def start(self, plan: PlanView) -> RunRef:
        from ctxtui.core.engine import planning  # noqa: PLC0415 - the engine, when it is needed

        made = self._plans.get(id(plan))
        if made is None:
            raise NotFoundError("That plan is out of date: make it again.")
        if not made.agent.is_installed or made.agent.problem:
            raise AgentError(f"{made.agent.problem} {made.agent.remedy}".strip())
        started = planning.start(self._parts(self.settings), made)
        spawn_runner(made.scope, started.run_id, self.environ)
        return RunRef(made.scope, started.run_id)

    def resume(self, run: RunRef) -> None:
        spawn_runner(run.scope, run.run_id, self.environ)

    def doctor(self) -> tuple[ToolchainCheck, ...]:
        from ctxtui.services.checking import machine_checks  # noqa: PLC0415 - when it is asked for

        return machine_checks(self.settings, self.environ, self.directory)

    def diff(self, run: RunRef, session_id: str) -> tuple[FileTexts, ...]:
        from ctxtui.core.engine.worktrees import files_from  # noqa: PLC0415 - the engine, when it is needed
        from ctxtui.core.workflow import state  # noqa: PLC0415 - as above

        store = self.open_store()
        plan = plan_of(store.sessions.load(run.scope, run.run_id).state, run.run_id)
        child = store.sessions.load(run.scope, session_id)
        workspaces = self._parts(settings_of_run(plan, self.environ)).workspaces
        view = workspaces.view(Path(str(plan["root"])), run.run_id, str(plan["base"]))
        accepted = files_from(child.state.get(state.FILES))
        files = accepted or files_from(child.state.get(state.CANDIDATE))
        if files:
            return tuple(
                FileTexts(
                    path=file.path,
                    before=view.base_text(file.path) or "",
                    after=view.read(file).decode("utf-8", "replace"),
                    is_accepted=bool(accepted),
                )
                for file in files
            )
        return _file_being_written(view, child)

    def _parts(self, settings: Settings) -> Parts:
        return bootstrap.open_parts(settings, self.environ, self.open_store())


def _file_being_written(view: WorkspaceView, child: Session) -> tuple[FileTexts, ...]:
    from ctxtui.core.workflow import state  # noqa: PLC0415 - the workflow, when it is needed

    slot = child.state.get(state.SLOT)
    if not slot or child.component is None:
        return ()
    path = view.path(str(slot)) / child.component.test_path
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return ()
    before = view.base_text(child.component.test_path) or ""
    return (FileTexts(child.component.test_path, before, text, is_accepted=False),)


def _plan_view(wish: RunWish, plan: Plan, expected: Estimate) -> PlanView:
    from ctxtui.core.engine.estimate import budgets_in_words  # noqa: PLC0415 - the engine, when it is needed
    from ctxtui.core.workflow.context_testing.branch_name import name_for  # noqa: PLC0415 - when it is needed

    budget = budgets_in_words(plan.settings)
    problems = [f"{check.finding} {check.remedy}".strip() for check in plan.checks if not check.is_good]
    problems += [f"{plan.agent.problem} {plan.agent.remedy}".strip()] if plan.agent.problem else []
    again = [f"run {plan.existing} does the same work already; starting goes on with it"] if plan.existing else []
    return PlanView(
        wish=wish,
        package=plan.package.name,
        branch=name_for(plan.package.name),
        modules=tuple(
            PlanModule(name=item.name, source_path=item.source_path, test_path=item.test_path)
            for item in plan.components
        ),
        left_out=dict(plan.package.left_out),
        cost="" if expected.is_free else "; at most ".join(filter(None, (expected.in_words, budget))),
        notes=(*problems, *plan.notes, *again),
    )
