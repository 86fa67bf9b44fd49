"""From settings to use cases: what a person wants to run, and runners that outlive whoever asked for them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ctxtui.config import BudgetLimits, DayLimits, Settings, data_dir, load_settings, standing_environ
from ctxtui.config.schema import usable_cores
from ctxtui.core.domain.errors import StoreError, UsageError
from ctxtui.core.domain.rung import CHILD_RUNGS, USUAL_RUNGS
from ctxtui.core.workflow import state

if TYPE_CHECKING:
    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.domain.plan import Budget, ExecutorPlan, Limits
    from ctxtui.core.domain.run_plan import RunPlan
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.engine.planning import PlanRequest
    from ctxtui.core.ports.toolchains import DiscoveryOptions


DATABASE_VARIABLE = "CTXTUI_DATABASE"


def discovery_options(settings: Settings) -> DiscoveryOptions:
    from ctxtui.core.ports.toolchains import DiscoveryOptions  # noqa: PLC0415 - the engine, when it is needed

    return DiscoveryOptions(
        interpreter=settings.interpreter,
        tests_dir=settings.tests_dir,
        exclude=tuple(settings.exclude),
        priorities=dict(settings.priorities),
        specs={name: tuple(paths) for name, paths in settings.specs.items()},
        pytest_plugins=tuple(settings.pytest_plugins),
        pass_env=tuple(settings.pass_env),
    )


def run_settings(settings: Settings) -> RunPlan:
    """The part of a run's settings that does not depend on the package; planning fills in the rest."""
    from ctxtui.core.domain.retry import RetryPolicy  # noqa: PLC0415 - the engine, when it is needed
    from ctxtui.core.domain.run_plan import RunPlan  # noqa: PLC0415 - as above
    from ctxtui.core.ports.validation import LadderLimits  # noqa: PLC0415 - as above

    return RunPlan(
        root="",
        base="",
        package_name="",
        package_path="",
        import_roots=(),
        test_root="",
        interpreter="",
        agent=settings.agent,
        key="",
        jobs=settings.jobs,
        ahead=usable_cores(),
        agent_jobs=dict(settings.agent_jobs),
        rungs=_rungs(settings),
        examples=settings.examples,
        rules=_text_of("test_rules", settings.test_rules),
        generate_template=_text_of("prompt", settings.prompt),
        fix_template=_text_of("fix_prompt", settings.fix_prompt),
        is_partial=settings.partial,
        push=settings.push or settings.pull_request,
        pull_request=settings.pull_request,
        remote=settings.remote,
        use_hooks=settings.commit.mode == "git",
        sign=settings.commit.sign,
        limits=_limits(settings),
        child_budget=_budget(settings.budget.child),
        run_budget=_budget(settings.budget.run),
        day_budget=_budget(settings.budget.day),
        ladder=LadderLimits(
            file_bytes=settings.limits.file_kb * 1024,
            coverage_floor=settings.ladder.coverage_floor,
            mutants=settings.ladder.mutants,
            mutants_floor=settings.ladder.mutants_floor,
            mutation_seconds=settings.ladder.mutation_seconds,
        ),
        retry=RetryPolicy(max_attempts=settings.max_attempts, max_rounds=settings.max_rounds),
        escalate=tuple(settings.escalate),
        best_of=settings.best_of,
        executor=_executor(settings),
    )


def plan_request(
    settings: Settings,
    target: str,
    directory: Path,
    *,
    only: tuple[str, ...] = (),
    leave_out: tuple[str, ...] = (),
) -> PlanRequest:
    """A target typed by a person, with the settings in force where it is."""
    from ctxtui.core.domain.session import ExecutionMode  # noqa: PLC0415 - the engine, when it is needed
    from ctxtui.core.engine.planning import PlanRequest  # noqa: PLC0415 - as above

    return PlanRequest(
        target=target,
        directory=directory,
        account=settings.account,
        discovery=discovery_options(settings),
        settings=run_settings(settings),
        mode=ExecutionMode(settings.execution_mode),
        session_type=settings.session_type,
        only=only,
        leave_out=leave_out,
    )


def settings_of_run(plan: JsonMap, environ: Mapping[str, str]) -> Settings:
    """The settings in force where a stored run's package is, for whoever takes the run over."""
    root = Path(str(plan["root"]))
    return load_settings(root / str(plan["package_path"]), root, {}, environ).settings


def log_path(environ: Mapping[str, str], run_id: str) -> Path:
    """Where a detached runner writes what would otherwise be lost."""
    return data_dir(environ) / "logs" / f"{run_id}.log"


def last_words(environ: Mapping[str, str], run_id: str) -> str:
    """What a runner that could not start said of it."""
    log, said = log_path(environ, run_id), ""
    with contextlib.suppress(OSError):
        said = log.read_text(encoding="utf-8", errors="replace").rstrip().rpartition("\n")[2]
    return said.removeprefix("ctxtui: ") or f"The run's runner could not start; its log is {log}."


def spawn_runner(scope: Scope, run_id: str, environ: Mapping[str, str], database: str) -> subprocess.Popen[bytes]:
    """Starts a runner of its own process session: closing the terminal does not end it. Raises StoreError.

    It starts in no project's folder, so it is told where the database is that holds the run.
    """
    log = log_path(environ, run_id)
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.touch()
    except OSError as error:
        raise StoreError(f"The log {log} cannot be written ({error.strerror}): mend that, then resume.") from error
    argv = [sys.executable, "-m", "ctxtui", "runner", run_id, "--account", scope.account, "--project", scope.project]
    with log.open("ab") as output:
        runner = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**standing_environ(environ), DATABASE_VARIABLE: database},
            cwd="/",
            start_new_session=True,
        )
    # Where this program outlives the runner, somebody has to take note of its end.
    threading.Thread(target=runner.wait, name="runner's end", daemon=True).start()
    return runner


def plan_of(run_state: JsonMap, run_id: str) -> JsonMap:
    """The stored plan of a run. Raises UsageError for a session that is no run."""
    plan = run_state.get(state.PLAN)
    if not isinstance(plan, Mapping):
        raise UsageError(f"Session {run_id} is not a run.")
    return plan


def _rungs(settings: Settings) -> tuple[str, ...]:
    """Where specs are named and no checks were chosen, what the specs list is looked for in the tests, too."""
    is_chosen = tuple(settings.rungs) != USUAL_RUNGS
    return tuple(settings.rungs) if is_chosen or not settings.specs else CHILD_RUNGS


def _limits(settings: Settings) -> Limits:
    from ctxtui.core.domain.plan import Limits  # noqa: PLC0415 - the engine, when it is needed

    return Limits(
        agent_seconds=settings.limits.agent_seconds,
        agent_stall_seconds=settings.limits.agent_stall_seconds,
        test_seconds=settings.limits.test_seconds,
        run_seconds=settings.limits.run_seconds,
        feedback_chars=settings.limits.feedback_chars,
    )


def _executor(settings: Settings) -> ExecutorPlan:
    """Raises UsageError for workers without an address to find them by."""
    from ctxtui.core.domain.plan import ExecutorPlan  # noqa: PLC0415 - the engine, when it is needed

    chosen = settings.executor
    if chosen.kind != "local" and not chosen.scheduler:
        raise UsageError("Workers of Dask are found by their scheduler: name it with --scheduler tcp://host:8786.")
    return ExecutorPlan(chosen.kind, chosen.scheduler, chosen.python, tuple(chosen.setup), chosen.worker_jobs)


def _budget(limits: BudgetLimits | DayLimits) -> Budget:
    from ctxtui.core.domain.plan import Budget  # noqa: PLC0415 - the engine, when it is needed

    seconds = limits.seconds if isinstance(limits, BudgetLimits) else 0.0
    return Budget(tokens=limits.tokens, cost=limits.cost, seconds=seconds)


def _text_of(setting: str, path: str) -> str:
    """The text of the file that a setting names; empty where it names none. Raises UsageError."""
    if not path:
        return ""
    try:
        return Path(path).read_text("utf-8")
    except OSError as error:
        raise UsageError(f"The file {path} cannot be read ({error.strerror}): mend the setting `{setting}`.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The file {path} is not UTF-8 text: mend it, or the setting `{setting}`.") from error
