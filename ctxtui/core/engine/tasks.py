"""Tasks made for what was stored: each tells an action all that it needs to know, and is entered in the book."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice

from ctxtui.core.domain.interaction import Action, Interaction
from ctxtui.core.domain.run_state import child_state
from ctxtui.core.domain.session import Session
from ctxtui.core.engine.actions.work import Order
from ctxtui.core.engine.actions.worktree import MOST_SIBLINGS
from ctxtui.core.engine.batch import Batch, Known, Tries
from ctxtui.core.engine.book import Book
from ctxtui.core.engine.dispatch import Dispatcher, new_task
from ctxtui.core.engine.messages import Task, TaskKind
from ctxtui.core.engine.parts import Parts


@dataclass(slots=True)
class Tasks:
    """Used by the deciding thread only. `begun_here` are the commands that no other owner can have carried out."""

    parts: Parts
    book: Book
    dispatcher: Dispatcher
    begun_here: set[str] = field(default_factory=set)

    def batch(self) -> Batch:
        parts, book = self.parts, self.book
        return Batch(parts.store, self.dispatcher.scope, parts.now, parts.new_id, book.run, book.places, book.known)

    def load(self, session_id: str) -> Session:
        """A child is known from then on."""
        if session_id == self.book.run.id:
            return self.book.run
        if session_id not in self.book.known:
            batch = self.batch()
            self.book.known[session_id] = Known(batch.session(session_id), batch.tries(session_id))
        return self.book.known[session_id].session

    def step(self, session: Session, pending: Interaction) -> None:
        task = self._task(session.id, TaskKind.STEP, pending)
        order = self._order(session, pending, self.book.slots.of(session.id))
        limit = self.book.bounds.seconds_for_turn(self.book.run, session) if session.parent_id else 0.0
        self.dispatcher.step(task, replace(order, time_limit=limit), self._tries(session).last)

    def lay_out(self, session: Session, pending: Interaction) -> None:
        slot = self.book.slots.take(session.id, child_state(session.state).last_slot)
        task = self._task(session.id, TaskKind.LAY_OUT, pending)
        self.dispatcher.lay_out(task, self._order(session, pending, slot))

    def clear(self, child_id: str, slot: str) -> None:
        self.book.under_way.add(child_id)
        self.dispatcher.clear(self._task(child_id, TaskKind.CLEAR), slot)

    def _task(self, session_id: str, kind: TaskKind, pending: Interaction | None = None) -> Task:
        task = new_task(session_id, kind, self.dispatcher.ownership, pending.id if pending is not None else "")
        self.book.tasks[session_id] = task
        return task

    def _order(self, session: Session, pending: Interaction, slot: str) -> Order:
        is_taken_over = pending.id not in self.begun_here
        order = self.dispatcher.order(self.book.plan, session, pending, slot, is_taken_over=is_taken_over)
        # The child itself, too: what all prompts of a run say alike, services keep.
        names = (child.name for child in self.book.run.children)
        siblings = tuple(islice(names, MOST_SIBLINGS)) if pending.command.action is Action.PREPARE_WORKTREE else ()
        return replace(order, attempt=max(1, self._tries(session).count), siblings=siblings)

    def _tries(self, session: Session) -> Tries:
        return self.batch().tries(session.id) if session.parent_id else Tries()
