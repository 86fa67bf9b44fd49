"""What the screens need besides the store: small doors that the program's start fills in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from ctxtui.core.domain.scope import Scope

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow, Store
    from ctxtui.screens.launcher import Launcher, RunWish


Clock: TypeAlias = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class RunRef:
    """Which run of which scope."""

    scope: Scope
    run_id: str


class Services(Protocol):
    """Everything the screens are given; the store opens when it is first asked for, on a worker."""

    @property
    def launcher(self) -> Launcher: ...

    @property
    def account(self) -> str:
        """Whose runs Home lists."""
        ...

    @property
    def requested_by(self) -> str:
        """Who asks, as requests and the history name it."""
        ...

    @property
    def default_wish(self) -> RunWish:
        """What the form of a new run starts with."""
        ...

    def remember_theme(self, name: str) -> None:
        """The next start begins with it."""
        ...

    @property
    def deleted_runs(self) -> tuple[str, ...]:
        """Ids of runs that were taken off the list."""
        ...

    def glance(self) -> tuple[RunRow, ...]:
        """Home's rows for the first frame, read quickly; empty when there is no database yet."""
        ...

    def open_store(self) -> Store: ...


@dataclass(frozen=True, slots=True)
class HomeStart:
    """Open the list of runs."""


@dataclass(frozen=True, slots=True)
class RunStart:
    """Open one run."""

    run: RunRef


@dataclass(frozen=True, slots=True)
class UiSettings:
    """How the interface looks and behaves. `theme` empty follows the terminal; `keymap` maps key ids to keys.

    `commands` are programs of the user's own by the key that starts them.
    """

    theme: str = ""
    keymap: Mapping[str, str] = field(default_factory=dict)
    notify: bool = True
    follow: bool = True
    commands: Mapping[str, str] = field(default_factory=dict)
