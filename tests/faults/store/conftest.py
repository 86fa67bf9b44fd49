"""A run of one session to write into, and programs of their own that write beside the test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session
from ctxtui.core.ports.store import Store
from ctxtui.core.store.opening import open_store

SCOPE = Scope("ana", "billing")
CHILDREN = tuple(f"c{n}" for n in range(40))

PREAMBLE = """
import sys
from datetime import UTC, datetime
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Action, Command, Result, ResultStatus
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ChildSpec, ExecutionMode, SessionStatus, SessionUpdates
from ctxtui.core.store.opening import open_store

def now():
    return datetime.now(UTC)

scope = Scope("ana", "billing")
store = open_store(sys.argv[1], clock=now)
"""


def now() -> datetime:
    return datetime.now(UTC)


def fill(store: Store) -> None:
    modules = tuple(Component(name, name, f"{name}.py", f"test_{name}.py") for name in CHILDREN)
    root = Component("root", "root", "src", "tests", child_components=modules)
    store.sessions.save_component(SCOPE, root)
    store.sessions.create(Session("run", SCOPE, "context_testing", root, "builtin", "local", now()))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ctxtui.db"


@pytest.fixture
def open_again(path: Path) -> Iterator[Callable[..., Store]]:
    stores: list[Store] = []

    def open_it(patience: float = 10.0) -> Store:
        stores.append(open_store(path, clock=now, patience=patience))
        return stores[-1]

    yield open_it
    for store in stores:
        store.close()


@pytest.fixture
def store(open_again: Callable[..., Store]) -> Store:
    opened = open_again()
    fill(opened)
    return opened


@pytest.fixture
def program(path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts a Python program that has the store open as `store`; what is left of it is killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(body: str) -> subprocess.Popen[str]:
        arguments = [sys.executable, "-c", PREAMBLE + body, str(path)]
        started.append(
            subprocess.Popen(
                arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        )
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
