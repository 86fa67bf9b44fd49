"""What the screens are given: their services and their launcher, over the same use cases as the command line."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ctxtui import bootstrap
from ctxtui.config import Settings
from ctxtui.core.domain.errors import ExitCode, NotFoundError, UsageError
from ctxtui.core.processes.owners import is_alive
from ctxtui.screens.services import RunRef
from ctxtui.services.interface_memory import remember, remembered
from ctxtui.services.runners import Runner, Runners
from ctxtui.services.starting import last_words, plan_of, settings_of_run, spawn_runner

if TYPE_CHECKING:
    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.domain.request import Request, RequestKind
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.domain.session import Session
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.ports.store import RunRow, Store
    from ctxtui.core.ports.toolchains import ToolchainCheck
    from ctxtui.core.ports.workspaces import WorkspaceView
    from ctxtui.screens.launcher import Choice, Conversation, FileTexts, PlanView, RunWish, SourceText, WorkingArea
    from ctxtui.services.new_runs import NewRuns


@dataclass(slots=True)
class ScreenServices:
    """Implements the screens' Services and Launcher; `directory` is where the program was started."""

    settings: Settings
    environ: Mapping[str, str]
    directory: Path
    _store: Store | None = None
    _made: NewRuns | None = None
    _runners: Runners = field(init=False)

    def __post_init__(self) -> None:
        self._runners = Runners(self._start_runner, self._is_owned)

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
    def default_wish(self) -> RunWish:
        from ctxtui.screens.launcher import RunWish  # noqa: PLC0415 - when a run is to be started

        return RunWish(
            target=".", agent=self.settings.agent, jobs=self.settings.jobs, attempts=self.settings.max_attempts
        )

    def remember_theme(self, name: str) -> None:
        remember(self.environ, replace(remembered(self.environ), theme=name))

    @property
    def deleted_runs(self) -> tuple[str, ...]:
        return remembered(self.environ).deleted_runs

    def glance(self) -> tuple[RunRow, ...]:
        return bootstrap.glance_runs(self.settings, self.environ)

    def open_store(self) -> Store:
        if self._store is None:
            self._store = bootstrap.open_store(self.settings, self.environ)
        return self._store

    def packages(self) -> tuple[Choice, ...]:
        return self._new_runs().packages()

    def agents(self) -> tuple[Choice, ...]:
        return self._new_runs().agents()

    def plan(self, wish: RunWish) -> PlanView:
        return self._new_runs().plan(wish)

    def start(self, plan: PlanView, leave_out: tuple[str, ...] = ()) -> RunRef:
        scope, run_id = self._new_runs().start(plan, leave_out)
        self._runners.ensure(scope, run_id)
        return RunRef(scope, run_id)

    def resume(self, run: RunRef) -> None:
        from ctxtui.core.engine.asking import go_on  # noqa: PLC0415 - the engine, when it is needed

        go_on(self._parts(self.settings), run.scope, run.run_id)
        self.attend(run)

    def attend(self, run: RunRef, request_id: str = "") -> None:
        self._runners.ensure(run.scope, run.run_id)
        requests = self.open_store().requests

        def is_answered() -> bool:
            return bool(request_id) and requests.get(run.scope, request_id).answered_at is not None

        if self._runners.ended_at_once(run.scope, run.run_id, is_answered) in {ExitCode.INTERNAL, ExitCode.USAGE}:
            raise UsageError(last_words(self.environ, run.run_id))

    def conversation(self, run: RunRef, session_id: str) -> Conversation:
        from ctxtui.screens.launcher import Conversation  # noqa: PLC0415 - as above
        from ctxtui.services.conversations import conversation_command, conversation_folder  # noqa: PLC0415 - as above

        session, view = self._view(run)
        child = self.open_store().sessions.load(run.scope, session_id)
        settings = settings_of_run(plan_of(session.state, run.run_id), self.environ)
        argv = conversation_command(bootstrap.open_agents(settings), child)
        return Conversation(argv, _area(session, child, conversation_folder(view, session, child)))

    def changed_files(self, run: RunRef, session_id: str, folder: Path) -> Sequence[JsonMap]:
        from ctxtui.services.conversations import as_argument, changed_there  # noqa: PLC0415 - as above

        _session, view = self._view(run)
        return as_argument(changed_there(view, self.open_store().sessions.load(run.scope, session_id), folder))

    def changed_texts(self, run: RunRef, session_id: str, texts: Mapping[str, str]) -> Sequence[JsonMap]:
        from ctxtui.services.conversations import as_argument, changed_texts  # noqa: PLC0415 - as above

        _session, view = self._view(run)
        child = self.open_store().sessions.load(run.scope, session_id)
        return as_argument(changed_texts(view, child, texts))

    def source(self, run: RunRef, session_id: str) -> SourceText:
        from ctxtui.screens.launcher import SourceText  # noqa: PLC0415 - when somebody looks

        _session, view = self._view(run)
        component = self.open_store().sessions.load(run.scope, session_id).component
        if component is None:
            raise NotFoundError("This session has no component.")
        text = view.base_text(component.source_path)
        if text is None:
            raise NotFoundError(f"{component.source_path} is not in the commit that the run was started with.")
        return SourceText(component.source_path, text)

    def working_area(self, run: RunRef, session_id: str) -> WorkingArea:
        session, view = self._view(run)
        child = self.open_store().sessions.load(run.scope, session_id)
        if slot := child.state.get("slot"):
            return _area(session, child, view.path(str(slot)))
        from ctxtui.services.own_areas import make_own_area  # noqa: PLC0415 - as above

        plan = plan_of(session.state, run.run_id)
        parts = self._parts(settings_of_run(plan, self.environ))
        name, folder = make_own_area(parts.workspaces, view, plan, child, parts.new_id())
        return _area(session, child, folder, name)

    def leave(self, run: RunRef, area: WorkingArea) -> None:
        plan = plan_of(self.open_store().sessions.load(run.scope, run.run_id).state, run.run_id)
        parts = self._parts(settings_of_run(plan, self.environ))
        parts.workspaces.discard(Path(str(plan["root"])), area.own)

    def needs_note(self, run: RunRef, session_ids: Sequence[str]) -> tuple[str, ...]:
        from ctxtui.core.workflow.retry import repeats_itself  # noqa: PLC0415 - the workflow, when it is needed

        sessions = self.open_store().sessions
        children = [sessions.load(run.scope, session_id) for session_id in session_ids]
        return tuple(child.id for child in children if repeats_itself(run.scope, child, "", bootstrap.now()))

    def ask(self, run: RunRef, kind: RequestKind) -> Request:
        from ctxtui.core.engine.asking import await_answer, make_request  # noqa: PLC0415 - the engine, when needed

        parts = self._parts(self.settings)
        request = make_request(parts.new_id(), run.run_id, run.run_id, kind, parts.now())
        parts.store.requests.ask(run.scope, request)
        attend = partial(self.attend, run, request.id)
        return await_answer(parts.store, run.scope, request, ensure_runner=attend, now=parts.now)

    def size(self, run: RunRef) -> int:
        from ctxtui.services.cleaning import size_of_areas  # noqa: PLC0415 - when it is asked for

        return size_of_areas(self._parts(self.settings), run.run_id)

    def remove(self, run: RunRef) -> None:
        from ctxtui.services.cleaning import remove_areas  # noqa: PLC0415 - when it is asked for

        parts = self._parts(self.settings)
        remove_areas(parts, parts.store.sessions.load(run.scope, run.run_id).state, run.run_id)
        before = remembered(self.environ)
        remember(self.environ, replace(before, deleted_runs=(*before.deleted_runs, run.run_id)))

    def doctor(self) -> tuple[ToolchainCheck, ...]:
        from ctxtui.services.checking import machine_checks  # noqa: PLC0415 - when it is asked for

        return machine_checks(self.settings, self.environ, self.directory)

    def diff(self, run: RunRef, session_id: str) -> tuple[FileTexts, ...]:
        from ctxtui.services.written_tests import written_tests  # noqa: PLC0415 - when somebody looks

        session, view = self._view(run)
        is_whole_run = session_id == run.run_id
        children = session.children if is_whole_run else (self.open_store().sessions.load(run.scope, session_id),)
        return tuple(file for child in children for file in written_tests(view, child, accepted_only=is_whole_run))

    def _view(self, run: RunRef) -> tuple[Session, WorkspaceView]:
        """The run, and a look into its workspace."""
        session = self.open_store().sessions.load(run.scope, run.run_id)
        plan = plan_of(session.state, run.run_id)
        workspaces = self._parts(settings_of_run(plan, self.environ)).workspaces
        return session, workspaces.view(Path(str(plan["root"])), run.run_id, str(plan["base"]))

    def _new_runs(self) -> NewRuns:
        if self._made is None:
            from ctxtui.services.new_runs import NewRuns  # noqa: PLC0415 - when a run is to be started

            self._made = NewRuns(self.settings, self.environ, self.directory, self._parts)
        return self._made

    def _is_owned(self, scope: Scope, run_id: str) -> bool:
        return is_alive(self.open_store().leases.current(scope, run_id), bootstrap.now())

    def _start_runner(self, scope: Scope, run_id: str) -> Runner:
        return spawn_runner(scope, run_id, self.environ, bootstrap.database(self.settings, self.environ))

    def _parts(self, settings: Settings) -> Parts:
        return bootstrap.open_parts(settings, self.environ, self.open_store())


def _area(run: Session, child: Session, folder: Path, own: str = "") -> WorkingArea:
    """How the component's tests are run by hand in the folder."""
    from ctxtui.screens.launcher import WorkingArea  # noqa: PLC0415 - when somebody works in it

    if child.component is None or not folder.is_dir():
        raise NotFoundError(f"The working area of {child.name} is not there any more.")
    plan = plan_of(run.state, run.id)
    roots = [str(folder / root) for root in plan.get("import_roots") or ()]
    test_path = child.component.test_path
    command = (str(plan["interpreter"]), "-m", "pytest", test_path)
    return WorkingArea(child.name, folder, test_path, command, {"PYTHONPATH": os.pathsep.join(roots)}, own)
