"""What every command has at hand: the settings, the store, the engine's parts, and where to write."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ctxtui import bootstrap
from ctxtui.cli.output.lines import Output
from ctxtui.cli.output.streams import is_terminal
from ctxtui.config import LoadedSettings, Settings, load_settings, stray_variables
from ctxtui.core.domain.errors import UsageError
from ctxtui.services.settings_names import misnamed
from ctxtui.services.starting import plan_of, settings_of_run, spawn_runner
from ctxtui.services.target import repository_root

if TYPE_CHECKING:
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.ports.store import RunRow, Store


@dataclass(slots=True)
class Shell(Output):
    """One invocation: its settings, its environment and the store it works on."""

    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    overrides: dict[str, object] = field(default_factory=dict)
    _is_loaded: bool = False
    _store: Store | None = None
    _database: str = ""

    @property
    def is_terminal(self) -> bool:
        """Whether the interface can open here: somebody looks, and the terminal can do more than print lines."""
        return is_terminal(sys.stdin) and is_terminal(sys.stdout) and self.environ.get("TERM") != "dumb"

    def load(self, directory: Path) -> LoadedSettings:
        """The settings in force for a folder. Raises UsageError; says once which variables have no effect."""
        loaded = load_settings(directory, repository_root(directory), self.overrides, self.environ)
        for problem in misnamed(loaded):
            raise UsageError(problem)
        if not self._is_loaded:
            for stray in stray_variables(self.environ):
                self.say(f"note: {stray}")
        self._is_loaded = True
        return loaded

    def here(self) -> Settings:
        return self.load(Path.cwd()).settings

    def standing(self) -> LoadedSettings:
        """The settings of this folder without what was typed for one command: what the next run begins with."""
        directory = Path.cwd()
        return load_settings(directory, repository_root(directory), {}, self.environ)

    def store(self, settings: Settings) -> Store:
        """The store, opened once."""
        if self._store is None:
            self._store = bootstrap.open_store(settings, self.environ)
            self._database = bootstrap.database(settings, self.environ)
        return self._store

    def parts(self, settings: Settings) -> Parts:
        """The engine's parts, as the settings of one repository want them."""
        return bootstrap.open_parts(settings, self.environ, self.store(settings))

    def spawn_runner(self, scope: Scope, run_id: str) -> None:
        """Lets a process of its own run a run of the open store. Raises StoreError."""
        spawn_runner(scope, run_id, self.environ, self._database)

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    def settings_for(self, row: RunRow) -> Settings:
        return settings_of_run(plan_of(row.state, row.id), self.environ)
