"""Puts the program together: the only file that names concrete parts."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ctxtui.config import Settings, cache_dir, data_dir

if TYPE_CHECKING:
    from ctxtui.core.agents.registry import AgentRegistry
    from ctxtui.core.engine.actions.work import Tools
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.ports.sites import Sites
    from ctxtui.core.ports.store import RunRow, Store
    from ctxtui.core.ports.workspaces import Workspaces

WORKER_ENTRY = "ctxtui.services.site:answer"
"""What a cluster's worker is called by."""

DATABASE_NAME = "ctxtui.db"


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    """A new id: twelve hexadecimal digits, enough for a lifetime of runs and short enough to read out."""
    return uuid.uuid4().hex[:12]


def database(settings: Settings, environ: Mapping[str, str]) -> str:
    """Where runs are kept: a path or a URL."""
    return settings.database or str(data_dir(environ) / DATABASE_NAME)


def open_store(settings: Settings, environ: Mapping[str, str]) -> Store:
    from ctxtui.core.store.opening import open_store as open_database  # noqa: PLC0415 - SQLAlchemy, when needed

    return open_database(database(settings, environ), clock=now)


def glance_runs(settings: Settings, environ: Mapping[str, str]) -> tuple[RunRow, ...]:
    """Home's rows for the first frame, read without SQLAlchemy."""
    from ctxtui.core.store.glance import glance_runs as glance  # noqa: PLC0415 - when needed

    location = database(settings, environ)
    return () if "://" in location else glance(Path(location), settings.account)


def open_agents(settings: Settings) -> AgentRegistry:
    from ctxtui.core.agents.builtin import BuiltinAgent  # noqa: PLC0415 - when needed
    from ctxtui.core.agents.cli_agent import Provided  # noqa: PLC0415 - when needed
    from ctxtui.core.agents.prices import Prices  # noqa: PLC0415 - when needed
    from ctxtui.core.agents.registry import AgentRegistry  # noqa: PLC0415 - when needed

    # `-P` keeps the project's own modules from standing in for this program's.
    test_command = (sys.executable, "-P", "-m", "ctxtui.core.toolchains.test_command")
    provided = Provided(Prices(settings.prices), test_command)
    builtin = BuiltinAgent(test_command, settings.builtin.effort)
    return AgentRegistry(builtin, settings.agents, sandbox=settings.sandbox, provided=provided)


def check_kinds(settings: Settings) -> None:
    """Raises UsageError where there is no such language, NotFoundError where there is no such session type."""
    from ctxtui.core.toolchains.registry import toolchain_of  # noqa: PLC0415 - when needed
    from ctxtui.core.workflow.registry import orchestrator_of  # noqa: PLC0415 - when needed

    toolchain_of(settings.language)
    orchestrator_of(settings.session_type)


def protection(settings: Settings) -> str:
    """A sentence that says what keeps agents' writes in place on this machine."""
    return open_agents(settings).protection


def open_workspaces(settings: Settings, environ: Mapping[str, str]) -> Workspaces:
    from ctxtui.core.workspaces.git_workspaces import GitWorkspaces  # noqa: PLC0415 - when needed

    return GitWorkspaces(cache_dir(environ), data_dir(environ), size_limit=settings.limits.file_kb * 1024)


def open_parts(settings: Settings, environ: Mapping[str, str], store: Store) -> Parts:
    """Everything the engine needs, around a store that is open."""
    from ctxtui.core.agents.limit_board import LimitBoard  # noqa: PLC0415 - when needed
    from ctxtui.core.engine.parts import Parts  # noqa: PLC0415 - when needed
    from ctxtui.core.executors.local import LocalExecutor  # noqa: PLC0415 - when needed
    from ctxtui.core.toolchains.registry import toolchain_of  # noqa: PLC0415 - when needed
    from ctxtui.core.toolchains.rehearsal_memory import KeptRehearsals  # noqa: PLC0415 - when needed
    from ctxtui.core.validation.ladder import build_ladder  # noqa: PLC0415 - when needed

    toolchain, agents = toolchain_of(settings.language), open_agents(settings)
    return Parts(
        store=store,
        workspaces=open_workspaces(settings, environ),
        toolchain=toolchain,
        rehearsals=KeptRehearsals(cache_dir(environ) / "rehearsals"),
        build_ladder=lambda rungs, limits: build_ladder(toolchain, rungs, limits),
        agents=agents,
        limits=LimitBoard(data_dir(environ) / "limits", agents.account),
        executor=LocalExecutor(),
        now=now,
        new_id=new_id,
        turns_dir=data_dir(environ) / "turns",
        connect_sites=connect_sites,
        settings=msgspec.json.encode(settings),
    )


def connect_sites(scheduler: str) -> Sites:
    """The workers of a Dask cluster. Raises CtxtuiError in one sentence."""
    from ctxtui.core.executors.dask_sites import connect  # noqa: PLC0415 - an extra, when needed

    return connect(scheduler, WORKER_ENTRY)


def open_tools(settings: Settings, environ: Mapping[str, str]) -> Tools:
    """What actions need at a place that has no store; its agents end with its process."""
    from ctxtui.core.engine.actions.work import Tools  # noqa: PLC0415 - when needed
    from ctxtui.core.executors.lifeline import guard_turns  # noqa: PLC0415 - when needed
    from ctxtui.core.executors.local import LocalExecutor  # noqa: PLC0415 - when needed
    from ctxtui.core.toolchains.python_pytest import PythonToolchain  # noqa: PLC0415 - when needed
    from ctxtui.core.validation.ladder import build_ladder  # noqa: PLC0415 - when needed

    toolchain = PythonToolchain()
    turns_dir = data_dir(environ) / "turns"
    guard_turns(turns_dir)
    return Tools(
        workspaces=open_workspaces(settings, environ),
        build_ladder=lambda rungs, limits: build_ladder(toolchain, rungs, limits),
        agents=open_agents(settings),
        executor=LocalExecutor(),
        now=now,
        turns_dir=turns_dir,
        end_strays=toolchain.end_strays,
    )
