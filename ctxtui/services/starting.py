"""From settings to use cases: what a person wants to run, and runners that outlive whoever asked for them."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ctxtui.config import BudgetLimits, Settings, data_dir, load_settings
from ctxtui.core.domain.errors import StoreError, UsageError
from ctxtui.core.workflow import state

if TYPE_CHECKING:
    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.engine.budgets import Budget
    from ctxtui.core.engine.planning import PlanRequest
    from ctxtui.core.engine.settings import Limits, RunSettings
    from ctxtui.core.ports.toolchains import DiscoveryOptions


def discovery_options(settings: Settings) -> DiscoveryOptions:
    from ctxtui.core.ports.toolchains import DiscoveryOptions  # noqa: PLC0415 - the engine, when it is needed

    return DiscoveryOptions(
        interpreter=settings.interpreter,
        tests_dir=settings.tests_dir,
        exclude=tuple(settings.exclude),
        priorities=dict(settings.priorities),
        specs={name: tuple(paths) for name, paths in settings.specs.items()},
        pytest_plugins=tuple(settings.pytest_plugins),
    )


def run_settings(settings: Settings) -> RunSettings:
    """The part of a run's settings that does not depend on the package; planning fills in the rest."""
    from ctxtui.core.domain.retry import RetryPolicy  # noqa: PLC0415 - the engine, when it is needed
    from ctxtui.core.engine.settings import RunSettings  # noqa: PLC0415 - as above
    from ctxtui.core.ports.validation import LadderLimits  # noqa: PLC0415 - as above

    return RunSettings(
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
        agent_jobs=dict(settings.agent_jobs),
        rungs=tuple(settings.rungs),
        examples=settings.examples,
        rules=_text_of("test_rules", settings.test_rules),
        generate_template=_text_of("prompt", settings.prompt),
        fix_template=_text_of("fix_prompt", settings.fix_prompt),
        is_partial=settings.partial,
        push=settings.push,
        remote=settings.remote,
        use_hooks=settings.commit.mode == "git",
        sign=settings.commit.sign,
        limits=_limits(settings),
        child_budget=_budget(settings.budget.child),
        run_budget=_budget(settings.budget.run),
        ladder=LadderLimits(
            file_bytes=settings.limits.file_kb * 1024,
            coverage_floor=settings.ladder.coverage_floor,
            mutants=settings.ladder.mutants,
            mutants_floor=settings.ladder.mutants_floor,
            mutation_seconds=settings.ladder.mutation_seconds,
        ),
        retry=RetryPolicy(max_attempts=settings.max_attempts, max_rounds=settings.max_rounds),
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
    from ctxtui.core.engine.planning import PlanRequest  # noqa: PLC0415 - the engine, when it is needed

    return PlanRequest(
        target=target,
        directory=directory,
        account=settings.account,
        discovery=discovery_options(settings),
        settings=run_settings(settings),
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


def spawn_runner(scope: Scope, run_id: str, environ: Mapping[str, str]) -> None:
    """Starts a runner of its own process session: closing the terminal does not end it. Raises StoreError."""
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
            env=dict(environ),
            cwd="/",
            start_new_session=True,
        )
    # Where this program outlives the runner, somebody has to take note of its end.
    threading.Thread(target=runner.wait, name="runner's end", daemon=True).start()


def plan_of(run_state: JsonMap, run_id: str) -> JsonMap:
    """The stored plan of a run. Raises UsageError for a session that is no run."""
    plan = run_state.get(state.PLAN)
    if not isinstance(plan, Mapping):
        raise UsageError(f"Session {run_id} is not a run.")
    return plan


def _limits(settings: Settings) -> Limits:
    from ctxtui.core.engine.settings import Limits  # noqa: PLC0415 - the engine, when it is needed

    return Limits(
        agent_seconds=settings.limits.agent_seconds,
        agent_stall_seconds=settings.limits.agent_stall_seconds,
        test_seconds=settings.limits.test_seconds,
        run_seconds=settings.limits.run_seconds,
        feedback_chars=settings.limits.feedback_chars,
    )


def _budget(limits: BudgetLimits) -> Budget:
    from ctxtui.core.engine.budgets import Budget  # noqa: PLC0415 - the engine, when it is needed

    return Budget(tokens=limits.tokens, cost=limits.cost, seconds=limits.seconds)


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
