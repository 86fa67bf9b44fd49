"""GenerateTests and FixFailures: the two steps in which the agent works, and what each tells it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ctxtui.core.domain.attempt import ASKED_AGAIN
from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Command, Interaction, Result
from ctxtui.core.domain.run_state import child_state
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionUpdates
from ctxtui.core.domain.trouble import RETRYING
from ctxtui.core.workflow import state
from ctxtui.core.workflow.component_testing.prompts import fix_prompt, generate_prompt
from ctxtui.core.workflow.component_testing.tries import why_again
from ctxtui.core.workflow.refusals import deaf_agent

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
"""Where an object stood in memory: it differs from run to run, and says nothing."""


class GenerateTests:
    """The first turn of a conversation."""

    name = "generate_tests"

    def get_command(self, scope: Scope, session: Session, now: datetime) -> Command:  # noqa: ARG002 - the step's shape
        if session.component is None:
            raise StepError("Component not found")
        prompt = generate_prompt(session.component, session.state.get(state.CONTEXT) or {}, _note(session))
        return _ask(session, self.name, prompt, [], _why_again(session) or why_again(session) or "first attempt", now)

    def handle_result(self, scope: Scope, session: Session, result: Result) -> tuple[SessionUpdates, Result]:  # noqa: ARG002 - the step's shape
        return _after_turn(session, result)


class FixFailures:
    """A further turn of the same conversation, with the evidence of what failed."""

    name = "fix_failures"

    def get_command(self, scope: Scope, session: Session, now: datetime) -> Command:  # noqa: ARG002 - the step's shape
        """Raises StepError when the prompt would be the last one again, but for addresses in memory.

        An agent that reads no notes can be told nothing new: a person who calls the child back has it try other values.
        """
        if session.component is None:
            raise StepError("Component not found")
        evidence, reason = last_failure(session)
        prompt = fix_prompt(session.component, session.state.get(state.CONTEXT) or {}, evidence, reason, _note(session))
        last = _last_ask(session)
        if last is not None and _is_repeated(last, session, prompt) and _was_answered(last):
            raise StepError(f"the same failure came back and the same prompt would be sent again: {reason}")
        return _ask(session, self.name, prompt, evidence, reason, now)

    def handle_result(self, scope: Scope, session: Session, result: Result) -> tuple[SessionUpdates, Result]:  # noqa: ARG002 - the step's shape
        return _after_turn(session, result)


def needs_a_person(result: Result) -> str:
    """Why trouble with the agent cannot be mended by asking again, or an empty text."""
    trouble = result.data.get("trouble")
    if trouble is None or trouble in RETRYING:
        return ""
    return result.message or f"the agent could not go on: {trouble}"


def last_failure(session: Session) -> tuple[list[dict[str, Any]], str]:
    """The evidence and the one-line reason of the last judgement that failed."""
    for interaction in reversed(session.interactions):
        result = interaction.result
        if interaction.command.step == "run_tests" and result is not None and not result.is_ok:
            return [dict(evidence) for evidence in result.data.get("evidence", ())], result.message
    return [], "asked again"


def _ask(
    session: Session, step: str, prompt: str, evidence: Sequence[dict[str, Any]], reason: str, now: datetime
) -> Command:
    told = {"prompt": prompt, "feedback": list(evidence), "reason": reason}
    metadata = {**told, "note": _note(session), "agent": session.agent}
    return Command(step=step, action=Action.ASK_AGENT, metadata=metadata, issued_at=now)


def _after_turn(session: Session, result: Result) -> tuple[SessionUpdates, Result]:
    kept: dict[str, Any] = {
        state.COOLDOWN_UNTIL: result.data.get(state.COOLDOWN_UNTIL),
        state.REUSED_FROM: result.data.get(state.REUSED_FROM),
    }
    if result.data.get(state.LIMIT):
        kept[state.LIMIT] = result.data[state.LIMIT]
    if result.data.get(state.REUSE_KEY):
        kept[state.REUSE_KEY] = result.data[state.REUSE_KEY]
    if result.data.get(state.CONVERSATION):
        kept[state.CONVERSATION] = result.data[state.CONVERSATION]
    if result.is_ok and session.state.get(state.NOTE) and _carried(session) == _note(session):
        # What was told while the turn was under way is for the next one.
        kept[state.NOTE] = None
    return SessionUpdates(state=kept), result


def _last_ask(session: Session) -> Interaction | None:
    return next((step for step in reversed(session.interactions) if step.command.action is Action.ASK_AGENT), None)


def _why_again(session: Session) -> str:
    """What kept the agent from answering when it was asked last; empty when it was not asked yet."""
    last = _last_ask(session)
    if last is None or last.result is None or last.result.is_ok:
        return ""
    return f"{ASKED_AGAIN}{last.result.message}"


def _is_same(one: str, other: str) -> bool:
    return _ADDRESS.sub("0x", one) == _ADDRESS.sub("0x", other)


def _is_repeated(last: Interaction, session: Session, prompt: str) -> bool:
    asked, known = last.command.metadata, child_state(session.state)
    if last.seq <= known.loop_from and deaf_agent(known.conversation, session.agent):
        return False
    return asked.get("agent", session.agent) == session.agent and _is_same(str(asked.get("prompt")), prompt)


def _was_answered(ask: Interaction) -> bool:
    return ask.result is not None and ask.result.is_ok


def _carried(session: Session) -> str:
    """The note in the prompt that was answered."""
    if session.pending is None:
        return _note(session)
    return str(session.pending.command.metadata.get("note", _note(session)))


def _note(session: Session) -> str:
    return str(session.state.get(state.NOTE) or "")
