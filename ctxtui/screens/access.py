"""What every screen is handed: the services, and the store once it is open."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxtui.core.processes.owners import is_alive
from ctxtui.screens.messages.log import MessageLog
from ctxtui.screens.services import Clock, RunRef, Services, UiSettings

if TYPE_CHECKING:
    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.domain.request import Request, RequestKind
    from ctxtui.core.ports.store import Store
    from ctxtui.screens.follower import Follower


@dataclass(slots=True)
class Opened:
    store: Store
    follower: Follower


@dataclass(slots=True)
class Access:
    """`opened` is None until the first frame is drawn and the store is open."""

    services: Services
    settings: UiSettings
    clock: Clock
    opened: Opened | None = field(default=None)
    log: MessageLog = field(default_factory=MessageLog)

    @property
    def store(self) -> Store:
        return self._open.store

    @property
    def follower(self) -> Follower:
        return self._open.follower

    @property
    def _open(self) -> Opened:
        if self.opened is None:
            raise RuntimeError("a screen read the store before it was open")
        return self.opened

    def requests(self, run: RunRef, kind: RequestKind, session_ids: Sequence[str], arguments: JsonMap) -> list[Request]:
        """One request a session, ready to be asked."""
        from ctxtui.core.domain.request import Request  # noqa: PLC0415 - after the first frame

        now = self.clock()
        by = self.services.requested_by
        return [
            Request(uuid.uuid4().hex, run.run_id, session_id, kind, by, now, arguments) for session_id in session_ids
        ]

    def ask(self, run: RunRef, requests: Sequence[Request]) -> None:
        """Stores requests, and starts a runner where nobody is there to answer them; blocks.

        An owner does not leave while something is asked, so the lease is looked at when the requests are stored: what
        a screen showed before may have been the owner's last moment.
        """
        for request in requests:
            self.store.requests.ask(run.scope, request)
        if not self._is_owned(run):
            self.services.launcher.attend(run)

    def go_on(self, run: RunRef) -> None:
        """Lets a run go on that nobody owns any more; blocks."""
        if not self._is_owned(run):
            self.services.launcher.resume(run)

    def _is_owned(self, run: RunRef) -> bool:
        return is_alive(self.store.leases.current(run.scope, run.run_id), self.clock())
