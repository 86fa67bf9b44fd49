"""What goes on next in a run: who starts, who waits, and when a round is over."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ctxtui.core.domain.interaction import Action, Result, ResultStatus
from ctxtui.core.domain.run_state import changes, child_state, until, worker_of
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.engine import effects
from ctxtui.core.engine.actions.work import Done
from ctxtui.core.engine.advance import Next, advance
from ctxtui.core.engine.batch import Batch, Known
from ctxtui.core.engine.book import Book
from ctxtui.core.engine.cooldowns import moment
from ctxtui.core.engine.dispatch import NEEDS_WORKTREE, Dispatcher
from ctxtui.core.engine.messages import Task, TaskKind
from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.remote.health import note_workers
from ctxtui.core.engine.results import take_result
from ctxtui.core.engine.scheduling import may_ask, may_open
from ctxtui.core.engine.tasks import Tasks
from ctxtui.core.ports.points import reached
from ctxtui.core.ports.sites import Place


@dataclass(slots=True)
class Course:
    """Used by the deciding thread only."""

    parts: Parts
    book: Book
    dispatcher: Dispatcher
    tasks: Tasks = field(init=False)
    _workers: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        self.tasks = Tasks(self.parts, self.book, self.dispatcher)

    def batch(self) -> Batch:
        return self.tasks.batch()

    def store(self, batch: Batch) -> None:
        """All of the batch in one transaction, or nothing of it."""
        if not batch.writes:
            return
        scope, lease = self.dispatcher.scope, self.dispatcher.ownership.lease
        reached("before_store")
        spawned = self.parts.store.ledger.apply(scope, lease, batch.writes)
        reached("stored")
        self.tasks.begun_here |= batch.begun
        self.book.run = batch.run
        for fan_out in spawned:
            self.book.not_created = dict(fan_out.failures)
            self.book.take(self.parts.store.sessions.load(scope, self.book.run.id))
        for child in batch.changed.values():
            self.book.known[child.id] = Known(child, batch.tries(child.id))
            self._reconcile(child)

    @property
    def goes_on_by_itself(self) -> bool:
        return not (self.book.is_leaving or self.book.is_manual)

    def go_on(self) -> None:
        """Starts whatever may start now."""
        book = self.book
        if book.is_leaving or not book.is_active or self.dispatcher.ownership.is_lost():
            return
        self._note_workers()
        self._start_again()
        may_advance = not book.is_manual or book.run.id in book.stepped
        if book.run.pending is None and book.state.waiting is None and may_advance:
            self._advance_run()
        if self.book.is_round and book.run.id not in book.tasks:
            self._go_on_with_round()

    def take_further(self, batch: Batch, session_id: str) -> None:
        """Stores the batch with the session's next command; an open child whose agent has no room rests before it."""
        before = batch.session(session_id)
        ahead = batch.fork()
        went = advance(ahead, session_id, self.book.bounds)
        if went is Next.STARTS and not self._has_room(before, ahead.session(session_id)):
            self.store(batch)
            self.book.rest(before, has_begun=batch.tries(session_id).count > 0)
            return
        if went is Next.WAITS:
            self.finalize_by_itself(ahead)
        self.store(ahead)
        reached("result_stored")
        self.went(session_id, went)

    def _has_room(self, before: Session, after: Session) -> bool:
        """Whether the command that a session has begun may be carried out; one that was begun earlier is."""
        if before.pending is not None or not after.is_asking:
            return True
        asking = self.book.asking(but=after.id)
        return self.book.room(self.parts.now()).may_ask(after.agent, worker_of(after.state), asking)

    def went(self, session_id: str, went: Next) -> None:
        """What `advance` found for a session is stored, and is done now."""
        match went:
            case Next.STARTS:
                self.carry_out(session_id)
            case Next.HELD:
                self.book.under_way.discard(session_id)
                self.book.held.add(session_id)
            case Next.SETTLED | Next.WAITS:
                return

    def rested(self, session_id: str) -> None:
        """A step is over, and the next one is not taken now: the session waits for a user, or for the next owner."""
        self.book.stepped.discard(session_id)
        self.book.under_way.discard(session_id)
        if self.book.is_active_child(session_id):
            self.book.enqueue(self.book.child(session_id))

    def carry_out(self, session_id: str) -> None:
        """Carries out the session's pending command: its worktree first, its agent's wish to be left alone before."""
        session = self.tasks.load(session_id)
        pending = session.pending
        if pending is None or session_id in self.book.tasks:
            return
        action = pending.command.action
        if action is Action.RUN_CHILDREN:
            self._enqueue_children()
        elif action in NEEDS_WORKTREE and not self.book.slots.is_ready(session_id):
            self.tasks.lay_out(session, pending)
        elif action is Action.ASK_AGENT and (self._is_cooling(session) or self._is_held_back(session)):
            return
        else:
            self.tasks.step(session, pending)

    def stopped(self, task: Task) -> None:
        """An action ended because it was told to, and its command is still wanted: by the next owner, or at once."""
        if self.book.is_leaving or self.book.tasks.get(task.session_id) is not None:
            return
        self.tasks.begun_here.discard(task.interaction_id)
        if not self.book.is_round or task.session_id != self.book.run.id:
            self.book.dropped.add(task.session_id)

    def ended_for_nothing(self, session_id: str) -> None:
        """The task's command had been ended before; the worktree is cleared, whatever comes next for the child."""
        if session_id != self.book.run.id:
            self._clear(session_id)

    def cleared(self, session_id: str) -> None:
        """The slot is clean: another child may have it, and the child may start anew if it was called back."""
        self.book.slots.give_back(session_id)
        self.book.under_way.discard(session_id)
        if self.book.is_active_child(session_id):
            self.book.enqueue(self.book.child(session_id))

    def finalize_by_itself(self, batch: Batch) -> None:
        """What the run's settings have answered beforehand; only where it changes what the run waits for."""
        if self.book.plan.is_partial:
            effects.finalize_by_itself(batch, self.book.spent)

    def is_committing(self, task: Task) -> bool:
        pending = self.book.run.pending
        is_commit = pending is not None and pending.command.action is Action.COMMIT_RESULT
        return is_commit and task.session_id == self.book.run.id

    def _note_workers(self) -> None:
        hands = self.dispatcher.hands
        if hands is not None and hands.workers() is not self._workers:
            self._workers = hands.workers()
            batch = self.batch()
            note_workers(batch, self._workers)
            self.store(batch)

    def _advance_run(self) -> None:
        self.book.stepped.discard(self.book.run.id)
        self.take_further(self.batch(), self.book.run.id)

    def _go_on_with_round(self) -> None:
        book = self.book
        room = book.room(self.parts.now())
        for child_id in may_ask(book.resting.values(), book.asking(), room):
            self._start(child_id)
        for child_id in may_open(book.queue, book.under_way, book.opened, room):
            self._start(child_id)
        if book.under_way:
            return
        if not book.active_children:
            if not book.is_manual or book.run.id in book.stepped:
                self._start_together()
        elif book.state.blocked is not None and not book.is_manual:
            self._end_blocked_round(book.state.blocked.reason)

    def _start(self, child_id: str) -> None:
        self.book.start(child_id)
        self.take_further(self.batch(), child_id)

    def _start_together(self) -> None:
        run = self.tasks.load(self.book.run.id)
        if run.pending is not None:
            self.tasks.step(run, run.pending)

    def _end_blocked_round(self, reason: str) -> None:
        batch = self.batch()
        message = f"The agent {self.book.run.agent} cannot go on: {reason}"
        data = {"is_interrupted": True, "agent_blocked": True}
        done = Done(Result(ResultStatus.ERROR, message, data))
        take_result(self.book, batch, self.book.run.id, done, self.parts.now)
        went = advance(batch, self.book.run.id, self.book.bounds)
        self.store(batch)
        self.went(self.book.run.id, went)

    def _is_held_back(self, session: Session) -> bool:
        is_held = self.book.is_held_back(session, self.parts.now())
        (self.book.holding_back.add if is_held else self.book.holding_back.discard)(session.id)
        return is_held

    def _is_cooling(self, session: Session) -> bool:
        """Whether the child waits because its agent wants to be left alone; until when is for everybody to see."""
        shown = until(child_state(session.state))
        share = self.book.cooling.setdefault(session.id, random.random())  # noqa: S311 - jitter, not a secret
        end = self.book.cooldowns.end(session.agent, share)
        if end is None or end - self.parts.now() <= timedelta():
            self.book.cooling.pop(session.id, None)
            if shown is not None:
                self._show_cooling(session, None, f"{session.agent} is asked again")
            return False
        if shown is None or end > shown:
            when = moment(end, self.parts.now())
            self._show_cooling(session, end.isoformat(), f"{session.agent} may be asked again {when}")
        return True

    def _show_cooling(self, session: Session, cooldown_until: str | None, reason: str) -> None:
        batch, before = self.batch(), child_state(session.state)
        updates = changes(before, replace(before, cooldown_until=cooldown_until))
        batch.change(session.id, updates, by="engine", reason=reason)
        self.store(batch)

    def _start_again(self) -> None:
        """Goes on with those whose agent may be asked now, or whose task was dropped while the lease was in doubt."""
        for session_id in (*self.book.cooling, *self.book.dropped, *self.book.holding_back):
            self.book.dropped.discard(session_id)
            if session_id not in self.book.tasks:
                self.carry_out(session_id)

    def _reconcile(self, child: Session) -> None:
        """Brings what is under way in line with what is stored."""
        book = self.book
        if child.status is SessionStatus.ACTIVE:
            task = book.tasks.get(child.id)
            if child.id not in book.under_way or (task is not None and task.is_stale):
                book.enqueue(child)
            return
        book.forget(child.id)
        task = book.tasks.get(child.id)
        if task is None:
            self._clear(child.id)
        elif task.kind is not TaskKind.CLEAR:
            task.is_stale = True
            task.stop.set()

    def _clear(self, child_id: str) -> None:
        slot = self.book.slots.of(child_id)
        if not slot:
            self.cleared(child_id)
            return
        self.tasks.clear(child_id, slot)

    def _enqueue_children(self) -> None:
        for child in self.book.run.children:
            if child.status is SessionStatus.ACTIVE and child.id not in (*self.book.under_way, *self.book.resting):
                self.book.enqueue(child)
