"""What comes of asking an agent: tests to judge, trouble with its remedy, or nothing to ask because it is known."""

from __future__ import annotations

import random
import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.errors import AgentError
from ctxtui.core.domain.interaction import Interaction, Result, ResultStatus
from ctxtui.core.domain.session import Session, SessionUpdates
from ctxtui.core.engine.budgets import AGENT_SECONDS, spent_on
from ctxtui.core.engine.control import Control
from ctxtui.core.engine.driver import Done
from ctxtui.core.engine.reuse import reuse_key, take_over
from ctxtui.core.engine.run import Run
from ctxtui.core.engine.turn_taking import TurnTaker
from ctxtui.core.engine.worktrees import ensure_worktree
from ctxtui.core.ports.agents import Trouble, TurnOutcome
from ctxtui.core.ports.store import AttemptEnd
from ctxtui.core.workflow import state
from ctxtui.core.workflow.component_testing import GENERATE

WAITING_TROUBLES = {Trouble.RATE_LIMITED: 60.0, Trouble.OVERLOADED: 20.0}
"""Troubles that pass by waiting, with the seconds to wait when the agent does not say; they cost no attempt."""
JUDGED_ANYWAY = frozenset({Trouble.CRASHED, Trouble.TIMED_OUT, Trouble.HUNG})
"""After these, tests that were written are judged all the same: running them is what decides."""
BLOCKING = frozenset({Trouble.NOT_INSTALLED, Trouble.NOT_LOGGED_IN, Trouble.BUDGET})
"""Troubles that every other child would have too: nothing new is started until a person has helped."""
MOST_WAITS = 10


class _OverBudgetError(Exception):
    """A ceiling was reached; told as trouble of the turn that did not start."""


@dataclass(frozen=True, slots=True)
class TurnHandler:
    """Carries out ASK_AGENT."""

    run: Run

    def __call__(self, session: Session, interaction: Interaction, control: Control) -> Done:
        attempt = self.run.parts.store.history.attempts(self.run.scope, session.id)[-1]
        key = reuse_key(self.run, session, interaction) if interaction.command.step == GENERATE else ""
        if key and not self.run.settings.is_fresh and (reused := take_over(self.run, session, key)):
            data = {state.REUSED_FROM: reused, state.REUSE_KEY: key}
            end = AttemptEnd(attempt.id, AttemptOutcome.VALIDATING)
            return Done(Result(ResultStatus.OK, f"took over the tests of run {reused}: nothing has changed", data), end)
        seconds = 0.0
        try:
            self._check_budgets(session)
            agent = self.run.parts.agents.get(session.agent)
            self._await_cooldown(session, control)
            started = time.monotonic()
            taker = TurnTaker(self.run, agent, session, interaction, attempt.n, self._time_left(session))
            outcome = taker.take(control)
            seconds = time.monotonic() - started
            self.run.spend(outcome.usage, seconds)
        except AgentError as error:
            outcome = TurnOutcome(str(error), Trouble.NOT_INSTALLED)
        except _OverBudgetError as error:
            end = AttemptEnd(attempt.id, AttemptOutcome.TROUBLED)
            return Done(Result(ResultStatus.ERROR, str(error), {"trouble": str(Trouble.BUDGET)}), end)
        done = self._done(session, attempt.id, outcome)
        data = {**done.result.data, AGENT_SECONDS: seconds} | ({state.REUSE_KEY: key} if key else {})
        return replace(done, result=replace(done.result, data=data))

    def _check_budgets(self, session: Session) -> None:
        settings = self.run.settings
        if reached := settings.run_budget.used_up_by(self.run.spent.minus(self.run.granted)):
            self.run.block(Trouble.BUDGET, f"The run's budget is used up: {reached}.")
            raise _OverBudgetError(self.run.blocked_reason)
        if reached := settings.child_budget.used_up_by(spent_on(session)):
            raise _OverBudgetError(f"The component's budget is used up: {reached}.")

    def _time_left(self, session: Session) -> float:
        """Seconds for one turn: its own limit, or what the budgets leave of it."""
        settings = self.run.settings
        return min(
            settings.limits.agent_seconds,
            settings.run_budget.seconds_left(self.run.spent.minus(self.run.granted)),
            settings.child_budget.seconds_left(spent_on(session)),
        )

    def _await_cooldown(self, session: Session, control: Control) -> None:
        """Waits while the agent wants to be left alone, and lets everybody see until when."""
        cooldowns, agent = self.run.cooldowns, session.agent
        shown = session.state.get(state.COOLDOWN_UNTIL)
        if shown:
            # A former runner was told so, and is gone.
            cooldowns.hold(agent, datetime.fromisoformat(shown))
        share = random.random()  # noqa: S311 - jitter, not a secret
        while (until := cooldowns.end(agent, share)) and (left := until - self.run.parts.now()) > timedelta():
            if until.isoformat() != shown:
                shown = until.isoformat()
                self._show_cooldown(session, until)
            control.wait(min(left.total_seconds(), 1.0))

    def _show_cooldown(self, session: Session, until: datetime) -> None:
        self.run.parts.store.sessions.change(
            self.run.scope,
            session.id,
            session.status,
            SessionUpdates(state={state.COOLDOWN_UNTIL: until.isoformat()}),
            by="engine",
            reason=f"{session.agent} may be asked again at {until.astimezone():%H:%M:%S}",
        )

    def _done(self, session: Session, attempt_id: str, outcome: TurnOutcome) -> Done:
        data: dict[str, Any] = {"usage": asdict(outcome.usage)}
        if outcome.conversation:
            cwd = str(ensure_worktree(self.run, session))
            data[state.CONVERSATION] = {"id": outcome.conversation, "cwd": cwd}
        conversation = outcome.conversation or None
        if outcome.trouble is None:
            end = AttemptEnd(attempt_id, AttemptOutcome.VALIDATING, conversation, outcome.usage)
            return Done(Result(ResultStatus.OK, outcome.message, data), end)
        data["trouble"] = str(outcome.trouble)
        if outcome.trouble in JUDGED_ANYWAY and self._wrote_something(session):
            end = AttemptEnd(attempt_id, AttemptOutcome.VALIDATING, conversation, outcome.usage)
            return Done(Result(ResultStatus.WARNING, outcome.message, data), end)
        data |= self._consequences(session, outcome)
        end = AttemptEnd(attempt_id, AttemptOutcome.TROUBLED, conversation, outcome.usage)
        return Done(Result(ResultStatus.ERROR, outcome.message, data), end)

    def _consequences(self, session: Session, outcome: TurnOutcome) -> dict[str, Any]:
        """What trouble means for the run: a shared pause, or nothing more with this agent."""
        if outcome.trouble is not None and outcome.trouble in BLOCKING:
            self.run.block(outcome.trouble, outcome.message)
        if outcome.trouble is None or outcome.trouble not in WAITING_TROUBLES:
            return {}
        seconds = outcome.retry_after or WAITING_TROUBLES[outcome.trouble]
        until = self.run.cooldowns.start(session.agent, self.run.parts.now(), seconds)
        waits = sum(bool(step.result and step.result.data.get("is_free")) for step in session.interactions)
        return {state.COOLDOWN_UNTIL: until.isoformat(), "is_free": waits < MOST_WAITS}

    def _wrote_something(self, session: Session) -> bool:
        slot = session.state.get(state.SLOT)
        return bool(slot) and bool(self.run.workspace.changes(str(slot)))
