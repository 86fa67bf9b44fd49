"""An agent that ends its turn with a question, and has written nothing, waits for an answer."""

from __future__ import annotations

import re

from ctxtui.core.domain.interaction import Result
from ctxtui.core.workflow import state

MOST_CHARS = 600
_LAST_LINES = 6
"""Lines at the end among which a question stands: the answers to choose from may follow it."""
_ASKS = re.compile(r"\?[\s*_`\"')\]]*$")


def question_in(said: str) -> str:
    """The paragraph at the end of the agent's words that asks something, or an empty text."""
    lines = [line.rstrip() for line in said.strip().splitlines()]
    asking = [number for number, line in enumerate(lines) if _ASKS.search(line)]
    if not asking or len([line for line in lines[asking[-1] :] if line.strip()]) > _LAST_LINES:
        return ""
    start = asking[-1]
    while start and lines[start - 1].strip():
        start -= 1
    return "\n".join(lines[start:])[-MOST_CHARS:].strip()


def asks(result: Result) -> str:
    """Why turning the loop again is of no use before somebody has answered; empty where nothing is asked."""
    question = str(result.data.get(state.QUESTION) or "")
    return f"it asks: {question}" if question else ""
