"""What a new owner finds: sessions half done, worktrees that are held, agents that still work or that nobody wants."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ctxtui.core.domain.plan import Spent
from ctxtui.core.domain.run_state import changes, child_state, files_from, until
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.engine.actions.launches import end_leftover, turns_of
from ctxtui.core.engine.book import Book
from ctxtui.core.engine.budgets import spent_on
from ctxtui.core.engine.cooldowns import Cooldowns
from ctxtui.core.engine.course import Course
from ctxtui.core.engine.parts import Parts
from ctxtui.core.ports.executors import Executor
from ctxtui.core.ports.workspaces import Workspace
from ctxtui.core.workflow.context_testing.spawn import specs_in

CONTENTS_AT_ONCE = 200
_WORTH_NOTING = 1.0
"""Seconds without an owner that are more than the start of the next one."""


def open_book(parts: Parts, scope: Scope, run: Session, workspace: Workspace) -> Book:
    """The book of a run as it stands in the store."""
    book = Book(run, Cooldowns(parts.limits))
    if book.plan.run_budget.is_set:
        book.spent = _spent(parts, scope, run)
    for child in run.children:
        state = child_state(child.state)
        if child.status is not SessionStatus.ACTIVE:
            continue
        if state.slot:
            _hold(book, workspace, child.id, state.slot)
        if ends := until(state):
            book.cooldowns.hold(child.agent, ends)
    return book


def take_up(course: Course, parts: Parts, scope: Scope) -> None:
    """Goes on where the last owner was: whatever nobody wants any more is ended first."""
    book, run = course.book, course.book.run
    active = [parts.store.sessions.load(scope, child_id) for child_id in book.active_children]
    wanted = {child.pending.id for child in active if child.pending is not None}
    end_leftovers(parts.executor, parts.turns_dir, run.id, wanted)
    # Its agent may be at work already, and there are only so many worktrees: what has begun goes before all others.
    for child in sorted(active, key=lambda child: (child.pending is not None, bool(child_state(child.state).slot))):
        book.enqueue(child, has_begun=child.pending is not None or bool(child_state(child.state).slot))
        if book.is_manual and child.pending is not None:
            # A step that an owner before has begun is finished, in manual mode, too.
            book.start(child.id)
            course.carry_out(child.id)
    if run.status is SessionStatus.ACTIVE and run.pending is not None:
        if course.book.is_round:
            batch = course.batch()
            batch.spawn(specs_in(run.pending.command))
            course.store(batch)
        course.carry_out(run.id)


def count_rest(course: Course, parts: Parts, scope: Scope) -> None:
    """Notes for how long nobody has worked on the step under way: the run waited for a person, or its owner died.

    Attempts that are open, which hold their worktrees, waited as long.
    """
    run, died = course.book.run, course.dispatcher.ownership.died
    if run.status is not SessionStatus.ACTIVE or run.pending is None:
        return
    heard = parts.store.history.last_heard(scope, (run.id,)).get(run.id)
    signs = [run.pending.command.issued_at]
    signs += [heard.at] if heard else []
    signs += [died.heartbeat_at] if died else []
    rested = (parts.now() - max(signs)).total_seconds()
    if rested >= _WORTH_NOTING:
        batch, before = course.batch(), course.book.state
        reason = f"nobody worked on it for {rested:.0f} s"
        waited = changes(before, replace(before, rested=before.rested + rested))
        batch.change(run.id, waited, by="engine", reason=reason)
        for child_id in course.book.active_children:
            child = child_state(course.book.child(child_id).state)
            if child.slot and batch.open_attempt(child_id):
                waited = changes(child, child.rests(batch.tries(child_id).count, rested))
                batch.change(child_id, waited, by="engine", reason=reason)
        course.store(batch)


def bring_contents(parts: Parts, scope: Scope, run: Session, workspace: Workspace) -> None:
    """Judged files that the owner before had in a folder of its own come from the store, where it is shared."""
    if not parts.store.is_shared:
        return
    states = [child_state(child.state) for child in run.children]
    tried = [file for state in states for one in state.contenders for file in files_from(one["files"])]
    files = {file.digest: file for state in states for file in (*state.candidate, *state.files)}
    files |= {file.digest: file for file in tried}
    missing = [digest for digest, file in files.items() if not workspace.has(file)]
    for start in range(0, len(missing), CONTENTS_AT_ONCE):
        some = parts.store.history.contents(scope, run.id, missing[start : start + CONTENTS_AT_ONCE])
        for digest, content in some.items():
            workspace.take_in(digest, content)


def end_leftovers(executor: Executor, turns_dir: Path, run_id: str, wanted: set[str]) -> None:
    """Ends agents whose turn is over for everybody but themselves: their owner died between the wish and the deed."""
    for interaction_id, folder in turns_of(turns_dir, run_id):
        if interaction_id not in wanted:
            end_leftover(executor, folder)


def _hold(book: Book, workspace: Workspace, child_id: str, slot: str) -> None:
    if not book.plan.executor.is_local:
        # Whether it is still there is known at its place, which looks before the child's next command.
        book.slots.take(child_id, slot)
    elif workspace.is_checked_out(slot):
        book.slots.hold(child_id, slot)
    else:
        # Somebody removed it, as cleaners of caches do: it is laid out again before anything else.
        book.slots.take(child_id, slot)


def _spent(parts: Parts, scope: Scope, run: Session) -> Spent:
    spent = Spent()
    for child in run.children:
        took = spent_on(parts.store.sessions.load(scope, child.id))
        spent = Spent(
            spent.tokens + took.tokens, spent.cost + took.cost, spent.seconds + took.seconds, spent.turns + took.turns
        )
    return spent
