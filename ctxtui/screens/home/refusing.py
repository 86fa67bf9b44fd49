"""Why a run refused what was asked of it from the list, told in keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.core.workflow.refusals import Remedy, facts_of, refusal

if TYPE_CHECKING:
    from ctxtui.core.domain.request import Request
    from ctxtui.core.domain.session import Session

_HELPS = {Remedy.NONE: "", Remedy.WAIT: "wait for it", Remedy.START_ANEW: "n starts a new one"}
_ELSE = "enter opens it, and its keys decide that"


def refused_in_keys(request: Request, run: Session) -> str:
    """The owner's own words, but for commands that they name: here keys help."""
    told = refusal(request.kind, facts_of(run))
    if told is None or told.told != request.answer:
        return request.answer
    helps = _HELPS.get(told.helps, _ELSE)
    return f"{told.reason}: {helps}." if helps else f"{told.reason}."
