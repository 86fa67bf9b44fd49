"""Why a run refused what was asked of it from the list, told in keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.core.domain.request import Remedy

if TYPE_CHECKING:
    from ctxtui.core.domain.request import Request

_HELPS = {Remedy.WAIT: "wait for it", Remedy.START_ANEW: "n starts a new one"}
_ELSE = "enter opens it, and its keys decide that"


def refused_in_keys(request: Request) -> str:
    """The owner answers in words of the command line; where it names a command that helps, this names a key."""
    if request.helps is Remedy.NONE:
        return request.answer
    return f"{request.reason}: {_HELPS.get(request.helps, _ELSE)}."
