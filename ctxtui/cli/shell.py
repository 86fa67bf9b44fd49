"""What every command has at hand: settings, the parts of the engine, the runs, and where to write."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctxtui import bootstrap
from ctxtui.cli.streams import is_terminal, mute
from ctxtui.config import LoadedSettings, Settings, load_settings
from ctxtui.core.domain.errors import NotFoundError, RepositoryError, UsageError
from ctxtui.services.starting import plan_of, settings_of_run

if TYPE_CHECKING:
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.ports.store import RunRow, Store

LAST = "last"


@dataclass(slots=True)
class Shell:
    """One invocation. Standard output is for data, standard error for narration.

    `is_heard` turns false when whoever reads standard output has gone, as in `ctxtui ls | head -1`: the work goes on.
    """

    is_json: bool = False
    is_quiet: bool = False
    is_heard: bool = True
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    overrides: dict[str, object] = field(default_factory=dict)
    _store: Store | None = None

    @property
    def is_terminal(self) -> bool:
        """Whether the interface can open here: somebody looks, and the terminal can do more than print lines."""
        return is_terminal(sys.stdin) and is_terminal(sys.stdout) and self.environ.get("TERM") != "dumb"

    def say(self, text: str = "") -> None:
        """Narrates, where somebody listens."""
        if not self.is_quiet:
            self.complain(text)

    def complain(self, text: str) -> None:
        """Says what even `--quiet` must not hide."""
        try:
            click.echo(text, err=True)
        except OSError:
            mute(sys.stderr)

    def out(self, text: str) -> None:
        if not self.is_heard:
            return
        try:
            click.echo(text)
        except BrokenPipeError:
            self.is_heard = False
            mute(sys.stdout)

    def out_json(self, value: Any) -> None:  # noqa: ANN401 - anything that JSON can hold
        self.out(json.dumps(value, ensure_ascii=False, default=str))

    def load(self, directory: Path) -> LoadedSettings:
        """The settings in force for a folder."""
        return load_settings(directory, repository_root(directory), self.overrides, self.environ)

    def here(self) -> Settings:
        return self.load(Path.cwd()).settings

    def store(self, settings: Settings) -> Store:
        """The store, opened once."""
        if self._store is None:
            self._store = bootstrap.open_store(settings, self.environ)
        return self._store

    def parts(self, settings: Settings) -> Parts:
        """The engine's parts, as the settings of one repository want them."""
        return bootstrap.open_parts(settings, self.environ, self.store(settings))

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    def find_run(self, wanted: str) -> RunRow:
        """The run whose id starts so, or the newest one ("last"): of this repository if it has any, else of all.

        Raises NotFoundError or UsageError in one sentence.
        """
        if not wanted:
            raise UsageError('RUN is empty: give the start of a run\'s id, or "last".')
        settings = self.here()
        rows = self.store(settings).sessions.runs(None, settings.account)
        if not rows:
            raise NotFoundError("There are no runs yet: start one with `ctxtui run PACKAGE`, or try `ctxtui demo`.")
        if wanted == LAST:
            return self._newest_here(rows)
        found = [row for row in rows if row.id.startswith(wanted)]
        match found:
            case [row]:
                return row
            case []:
                raise NotFoundError(f"There is no run {wanted!r}: `ctxtui ls` lists the runs there are.")
            case _:
                ids = ", ".join(row.id for row in found[:5])
                raise NotFoundError(f"{wanted!r} is the start of several runs: {ids}.")

    def settings_for(self, row: RunRow) -> Settings:
        return settings_of_run(plan_of(row.state, row.id), self.environ)

    def find_run_at_home(self, wanted: str) -> RunRow:
        """As `find_run`, for what needs the run's repository to be where it was. Raises RepositoryError."""
        row = self.find_run(wanted)
        root = Path(str(plan_of(row.state, row.id)["root"]))
        if not (root / ".git").exists():
            raise RepositoryError(
                f"The repository of run {row.id} is no longer at {root}: put it back there, or start a new run where "
                f"it is now (`ctxtui show {row.id}` and `ctxtui clean {row.id}` work without it)."
            )
        return row

    def _newest_here(self, rows: tuple[RunRow, ...]) -> RunRow:
        from ctxtui.core.engine.planning import project_of  # noqa: PLC0415 - only for "last"

        with contextlib.suppress(RepositoryError):
            repository = self.parts(self.here()).workspaces.inspect(Path.cwd())
            project = project_of(repository.root)
            return next((row for row in rows if row.scope.project == project), rows[0])
        return rows[0]


def repository_root(directory: Path) -> Path | None:
    """The nearest folder upwards that holds `.git`: where the search for settings ends."""
    return next((folder for folder in (directory, *directory.parents) if (folder / ".git").exists()), None)
