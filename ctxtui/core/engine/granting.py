"""Requests answered: decided by the workflow, and stored together with their effect."""

from __future__ import annotations

from dataclasses import replace

from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.run_state import changes, run_state
from ctxtui.core.engine import effects
from ctxtui.core.engine.batch import Batch
from ctxtui.core.engine.book import Book
from ctxtui.core.engine.course import Course
from ctxtui.core.engine.stepping import step_target, take_step
from ctxtui.core.ports.points import reached
from ctxtui.core.workflow.refusals import Refused
from ctxtui.core.workflow.requests import CallBack, Decided, Granted, LeaveOut, SetMode, TakeStep, decide
from ctxtui.core.workflow.retry import repeats_itself


def grant(book: Book, course: Course, request: Request) -> None:
    """Answers one request; the answer and all that it brings about are one transaction."""
    batch = course.batch()
    decided = _decided(batch, request)
    stepping = _stepping(book, decided)
    if stepping == "":
        decided = Refused("The step before is still being taken", "wait for it")
    if isinstance(decided, Refused):
        batch.answer(request.id, decided)
        course.store(batch)
        return
    for effect in decided.effects:
        effects.apply(batch, request, effect, book.spent)
        if isinstance(effect, TakeStep | CallBack) and stepping is not None:
            take_step(book, batch, stepping)
        if isinstance(effect, TakeStep | SetMode):
            _wait_no_longer(batch, request.requested_by)
    batch.answer(request.id, decided)
    reached("before_answer")
    course.store(batch)
    reached("answered")
    _follow(book, course, decided, stepping)


def _decided(batch: Batch, request: Request) -> Decided:
    if request.session_id == batch.run.id:
        return decide(request, batch.run)
    if request.session_id not in batch.places:
        return Refused(f"There is no session {request.session_id} in this run")
    child = batch.session(request.session_id)
    decided = decide(request, batch.run, child)
    if request.kind is RequestKind.RETRY and isinstance(decided, Granted) and not request.arguments.get("files"):
        note = str(request.arguments.get("note") or "")
        is_another = str(request.arguments.get("agent") or child.agent) != child.agent
        if not is_another and (reason := repeats_itself(batch.scope, child, note, batch.now())):
            return Refused(f"{child.name} was not retried: {reason}. Add a note that tells the agent more")
    return decided


def _wait_no_longer(batch: Batch, by: str) -> None:
    before = run_state(batch.run.state)
    if before.waiting is not None:
        batch.change(batch.run.id, changes(before, replace(before, waiting=None)), by=by, reason="goes on")


def _stepping(book: Book, decided: Decided) -> str | None:
    """Whose step is to be taken, empty when that is not possible now; None where no step is asked for."""
    for effect in decided.effects if isinstance(decided, Granted) else ():
        if isinstance(effect, TakeStep):
            return step_target(book, effect.session_id)
        if isinstance(effect, CallBack) and effect.is_judged and book.is_manual and book.is_round:
            return step_target(book, effect.child_id)
    return None


def _follow(book: Book, course: Course, decided: Granted, stepping: str | None) -> None:
    """What is under way is brought in line with what was granted."""
    run_task = book.tasks.get(book.run.id)
    if run_task is not None and (not book.is_active or _touches_children(decided)):
        # Everything is being judged together, and is no longer what it was.
        run_task.is_stale = True
        run_task.stop.set()
    for effect in decided.effects:
        if isinstance(effect, CallBack):
            book.cooldowns.forget(book.child(effect.child_id).agent)
    for child_id in tuple(book.held):
        if book.state.blocked is None and book.is_active_child(child_id):
            book.held.discard(child_id)
            book.enqueue(book.child(child_id))
    if stepping and stepping != book.run.id:
        course.carry_out(stepping)


def _touches_children(decided: Granted) -> bool:
    return any(isinstance(effect, LeaveOut | CallBack) for effect in decided.effects)
