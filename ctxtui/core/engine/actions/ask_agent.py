"""Carries out ASK_AGENT: tests to judge, trouble with its remedy, or nothing to ask because it is known already."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.errors import AgentError
from ctxtui.core.domain.interaction import Result, ResultStatus
from ctxtui.core.domain.step import StepName
from ctxtui.core.domain.trouble import JUDGED_ANYWAY, Trouble
from ctxtui.core.engine.actions.reuse import reuse_key, take_over
from ctxtui.core.engine.actions.turn import AgentTurn, CannotLaunchError, TurnEnd
from ctxtui.core.engine.actions.work import Done, Work
from ctxtui.core.engine.actions.worktree import lay_out, written, wrote_something
from ctxtui.core.engine.budgets import AGENT_SECONDS
from ctxtui.core.ports.agents import TurnOutcome
from ctxtui.core.workflow import state

RETRY_AFTER = "retry_after"
"""The key under which a result tells how long the agent wants to be left alone, in seconds."""
LIMIT_USED = "limit_used"
"""The key under which a result tells the share of the agent's limit that is used."""
LIMIT_ENDS_IN = "limit_ends_in"
"""The key under which a result tells when that limit is counted anew, in seconds."""


def ask_agent(work: Work) -> Done:
    done = _asked(work)
    return replace(done, written=written(work))


def _asked(work: Work) -> Done:
    order = work.order
    key = reuse_key(work) if order.interaction.command.step == StepName.GENERATE else ""
    if key and not order.plan.is_fresh and (reused := take_over(work, key)):
        data = {state.REUSED_FROM: reused, state.REUSE_KEY: key}
        message = f"took over the tests of run {reused}: nothing has changed"
        return Done(Result(ResultStatus.OK, message, data), AttemptOutcome.VALIDATING)
    if order.interaction.command.step == StepName.GENERATE and order.state.contenders and not order.is_taken_over:
        # A further try knows nothing of those before it.
        lay_out(work)
    return _done(work, _turn(work), key)


def _turn(work: Work) -> TurnEnd:
    """Trouble with starting the agent is told as trouble of its turn."""
    try:
        agent = work.tools.agents.get(work.order.session.agent)
    except AgentError as error:
        return TurnEnd(TurnOutcome(str(error), Trouble.NOT_INSTALLED), None, "", 0.0)
    try:
        return AgentTurn(work, agent).take()
    except CannotLaunchError as error:
        return TurnEnd(TurnOutcome(str(error), Trouble.NOT_INSTALLED), None, "", 0.0)
    except AgentError as error:
        return TurnEnd(TurnOutcome(str(error), Trouble.CRASHED), None, "", 0.0)


def _done(work: Work, end: TurnEnd, key: str) -> Done:
    outcome = end.outcome
    data: dict[str, Any] = {"usage": asdict(outcome.usage), AGENT_SECONDS: end.seconds}
    data |= {state.REUSE_KEY: key} if key else {}
    if outcome.limit_used is not None:
        data |= {LIMIT_USED: outcome.limit_used, LIMIT_ENDS_IN: outcome.limit_ends_in}
    if outcome.conversation:
        agent = work.tools.agents.get(work.order.session.agent)
        data[state.CONVERSATION] = {
            "id": outcome.conversation,
            "cwd": str(work.worktree),
            "opens": agent.opens_conversations,
            "agent": agent.name,
            "reads_notes": agent.reads_notes,
        }
    if outcome.trouble is None:
        status, became = ResultStatus.OK, AttemptOutcome.VALIDATING
    elif outcome.trouble in JUDGED_ANYWAY and wrote_something(work):
        status, became = ResultStatus.WARNING, AttemptOutcome.VALIDATING
    else:
        status, became = ResultStatus.ERROR, AttemptOutcome.TROUBLED
    if outcome.trouble is not None:
        data["trouble"] = str(outcome.trouble)
        data |= {} if outcome.retry_after is None else {RETRY_AFTER: outcome.retry_after}
    result = Result(status, outcome.message, data, exit_code=end.exit_code, output=end.stderr)
    return Done(result, became, outcome.conversation or None, outcome.usage)
