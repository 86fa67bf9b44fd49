"""A run under way in this process: its parts, its settings, its workspace, and who holds which worktree."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.scope import Scope
from ctxtui.core.engine.budgets import Spent
from ctxtui.core.engine.control import Control, StopReason
from ctxtui.core.engine.cooldowns import Cooldowns
from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.settings import RunSettings
from ctxtui.core.ports.agents import Trouble
from ctxtui.core.ports.workspaces import Workspace

ASSEMBLED = "assembled"
"""The worktree in which all accepted tests are run together."""


class Slots:
    """The pool of worktrees, by name; a child keeps its slot until it settles."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, str] = {}

    def hold(self, session_id: str, slot: str) -> None:
        """Marks a slot as a child's own, as found in the store after a crash."""
        with self._lock:
            self._held[slot] = session_id

    def held_by(self, session_id: str) -> str:
        """The slot the child holds, or an empty text."""
        with self._lock:
            return next((slot for slot, holder in self._held.items() if holder == session_id), "")

    def take(self, session_id: str, preferred: str = "") -> str:
        """The preferred slot when it is free, or the first free one."""
        with self._lock:
            slot = preferred if preferred and preferred not in self._held else self._first_free()
            self._held[slot] = session_id
            return slot

    def give_back(self, session_id: str) -> str | None:
        """The slot that is free now, if the child held one."""
        with self._lock:
            slot = next((slot for slot, holder in self._held.items() if holder == session_id), None)
            if slot is not None:
                del self._held[slot]
            return slot

    def _first_free(self) -> str:
        number = 1
        while f"slot-{number:02}" in self._held:
            number += 1
        return f"slot-{number:02}"


@dataclass(slots=True)
class Run:
    """Everything the handlers of one run share. Safe to use from the children's threads."""

    parts: Parts
    scope: Scope
    run_id: str
    settings: RunSettings
    workspace: Workspace
    component_names: tuple[str, ...] = ()
    slots: Slots = field(default_factory=Slots)
    cooldowns: Cooldowns = field(default_factory=Cooldowns)
    control: Control = field(default_factory=Control)
    changed: threading.Event = field(default_factory=threading.Event)
    _controls: dict[str, Control] = field(default_factory=dict)
    _retried: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    blocked_reason: str = ""
    blocked_by: Trouble | None = None
    spent: Spent = field(default_factory=Spent)
    granted: Spent = field(default_factory=Spent)
    jobs: int = 1
    is_paused: bool = False

    @contextmanager
    def working_on(self, session_id: str) -> Iterator[Control]:
        """The child's stop button, for as long as it is being worked on."""
        control = Control()
        with self._lock:
            self._controls[session_id] = control
        try:
            yield control
        finally:
            with self._lock:
                self._controls.pop(session_id, None)
            self.changed.set()

    def stop_child(self, session_id: str, reason: StopReason) -> bool:
        """Presses the child's stop button; says whether it was being worked on."""
        with self._lock:
            control = self._controls.get(session_id)
            if control is not None:
                control.stop(reason)
        return control is not None

    def stop_children(self, reason: StopReason) -> None:
        with self._lock:
            for control in self._controls.values():
                control.stop(reason)
        self.changed.set()

    def call_back(self, session_id: str) -> None:
        """Puts a child that a person retried back into the round that is under way."""
        with self._lock:
            self._retried.add(session_id)
        self.changed.set()

    def take_called_back(self) -> set[str]:
        with self._lock:
            retried, self._retried = self._retried, set()
            return retried

    def block(self, trouble: Trouble, reason: str) -> None:
        """Starts nothing more: every other child would meet the same trouble."""
        self.blocked_by, self.blocked_reason = trouble, reason

    def unblock(self, trouble: str) -> None:
        """A person has helped with what the run waited for; a budget that was used up counts anew."""
        if trouble == Trouble.BUDGET:
            self.granted = self.spent
        self.blocked_by, self.blocked_reason = None, ""

    def spend(self, usage: Usage, seconds: float) -> None:
        with self._lock:
            self.spent = self.spent.plus(usage, seconds)

    def note(self, session_id: str, interaction_id: str, text: str, kind: EventKind = EventKind.NOTE) -> None:
        event = Event(kind, self.parts.now(), text)
        self.parts.store.history.record(self.scope, session_id, interaction_id, [event])
