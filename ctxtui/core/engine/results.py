"""What an action brought back, written into a batch: the result, the attempt's end, and what trouble means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ctxtui.core.domain.attempt import AttemptEnd, Usage
from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.core.domain.interaction import Action, Interaction, Result, ResultStatus
from ctxtui.core.domain.trouble import BLOCKING, WAIT_SECONDS, Trouble
from ctxtui.core.domain.verdict import RungOutcome
from ctxtui.core.engine.actions.ask_agent import LIMIT_ENDS_IN, LIMIT_USED, RETRY_AFTER
from ctxtui.core.engine.actions.work import Done
from ctxtui.core.engine.batch import Batch
from ctxtui.core.engine.book import Book
from ctxtui.core.engine.budgets import AGENT_SECONDS
from ctxtui.core.engine.moves import block, finish, turns_left
from ctxtui.core.workflow import state


def as_done(outcome: Done | CtxtuiError, interaction: Interaction) -> Done:
    """Tests that could not be judged are no failed tests: judging is tried again, the agent is not asked."""
    if isinstance(outcome, Done):
        return outcome
    is_judging = interaction.command.action is Action.JUDGE_TESTS
    status = ResultStatus.WARNING if is_judging else ResultStatus.ERROR
    return Done(Result(status, str(outcome), {"error": type(outcome).__name__}))


def take_result(book: Book, batch: Batch, session_id: str, done: Done, now: Callable[[], datetime]) -> None:
    """Finishes the session's pending command."""
    session = batch.session(session_id)
    pending = session.pending
    if pending is None:
        raise AssertionError(f"{session.name} has no command under way")
    result = done.result
    if pending.command.action is Action.RUN_CHILDREN:
        result = together_result(book, batch, pending, result)
    elif pending.command.action is Action.ASK_AGENT:
        result = _after_turn(book, batch, session.agent, done, now())
    if pending.completed_at is None and not result.duration:
        result = replace(result, duration=max(0.0, (now() - pending.command.issued_at).total_seconds()))
    attempt = None
    if done.outcome is not None and (attempt_id := batch.open_attempt(session_id)):
        attempt = AttemptEnd(attempt_id, done.outcome, done.conversation, done.usage)
    finish(batch, session_id, result, attempt, done.files)


def together_result(book: Book, batch: Batch, interaction: Interaction, result: Result) -> Result:
    """What the engine knows beside what the tests showed: children that are not there, and attempts that are left."""
    data: dict[str, Any] = {
        "not_created": dict(book.not_created),
        "disappeared": list(interaction.command.metadata.get("disappeared", ())),
        **result.data,
    }
    at_fault = _at_fault(batch, data)
    data["attempts_left"] = {child_id: turns_left(batch, child_id) for child_id in at_fault}
    return replace(result, data=data)


def _at_fault(batch: Batch, data: dict[str, Any]) -> list[str]:
    together = data.get("together") or {}
    evidence = together.get("evidence", ()) if together.get("outcome") == RungOutcome.FAILED else ()
    components = {item["component_id"] for item in evidence}
    missing = data.get("missing_files", {})
    return [
        child.id
        for child in batch.run.children
        if child.id in missing or (child.component is not None and child.component.id in components)
    ]


def _narrow(book: Book, batch: Batch, agent: str, result: Result, now: datetime) -> None:
    """Near its limit the agent gets fewer children at a time, and the history says so."""
    used, until = result.data.get(LIMIT_USED), _limit_end(result, now)
    if used is None:
        return
    before = book.most_of(agent, now)
    book.cooldowns.used(agent, float(used), until)
    after = book.most_of(agent, now)
    if after != before:
        batch.tell(batch.run.id, f"{agent} says that {used:.0%} of its limit is used: {after} at a time, not {before}")


def _limit_end(result: Result, now: datetime) -> datetime | None:
    ends_in = result.data.get(LIMIT_ENDS_IN)
    return None if ends_in is None else now + timedelta(seconds=ends_in)


def _with_limit(result: Result, now: datetime) -> Result:
    """What the agent said of its limit, for viewers: the end of it as a time of day."""
    if result.data.get(LIMIT_USED) is None:
        return result
    until = _limit_end(result, now)
    limit = {"used": result.data[LIMIT_USED], "until": until.isoformat() if until else None}
    return replace(result, data={**result.data, state.LIMIT: limit})


def _after_turn(book: Book, batch: Batch, agent: str, done: Done, now: datetime) -> Result:
    """Counts what the turn took; trouble may hold the agent's other children back, too."""
    result = _with_limit(done.result, now)
    book.spent = book.spent.plus(done.usage or Usage(), float(result.data.get(AGENT_SECONDS, 0.0)))
    _narrow(book, batch, agent, result, now)
    told = result.data.get("trouble")
    trouble = Trouble(told) if told else None
    if result.status is not ResultStatus.ERROR or trouble is None:
        book.cooldowns.answered(agent)
        book.answering.add(agent)
        return result
    book.first_asked.pop(agent, None)
    if trouble in BLOCKING:
        block(batch, trouble, result.message)
    if trouble not in WAIT_SECONDS:
        return result
    until = book.cooldowns.start(agent, now, result.data.get(RETRY_AFTER), WAIT_SECONDS[trouble])
    return replace(result, data={**result.data, state.COOLDOWN_UNTIL: until.isoformat(), "is_free": True})
