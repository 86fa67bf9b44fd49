"""What came of what a person asked, in a person's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ctxtui.core.domain.request import RequestKind
from ctxtui.screens.presentation.quantities import plural

if TYPE_CHECKING:
    from ctxtui.core.domain.request import Request

_ASKED = {
    RequestKind.RETRY: "retry",
    RequestKind.SKIP: "leave out",
    RequestKind.TELL: "tell the agent",
    RequestKind.CANCEL: "stop",
    RequestKind.PAUSE: "pause",
    RequestKind.RESUME: "go on",
    RequestKind.JOBS: "change the number of jobs",
    RequestKind.FINALIZE: "finalize",
    RequestKind.STEP: "take the next step",
    RequestKind.MODE: "change the mode",
}

_DONE = {RequestKind.RETRY: "tried again", RequestKind.SKIP: "left out", RequestKind.CANCEL: "stopped"}
"""What is said of several components at once."""


def asked_in_words(kind: RequestKind) -> str:
    """Such as "leave out"; a kind that has no words of its own is told by its name."""
    return _ASKED.get(kind, str(kind))


def answer_told(requests: Sequence[Request], names: Mapping[str, str]) -> str:
    """One sentence for one answer, however often it was given.

    Of several it is how many were granted, and each reason against the others once.
    """
    if len(requests) == 1:
        return answer_in_words(requests[0])
    granted = [request for request in requests if request.is_granted]
    refused = [request for request in requests if not request.is_granted]
    told = _granted(granted) if granted else []
    reasons: dict[str, list[str]] = {}
    for request in refused:
        name = names.get(request.session_id, "")
        reason = request.answer.removeprefix(f"{name} ").strip() if name else request.answer
        reasons.setdefault(reason, []).append(name)
    told += [f"Refused for {', '.join(dict.fromkeys(of))}: {reason}" for reason, of in reasons.items()]
    return " ".join(told)


def _granted(requests: Sequence[Request]) -> list[str]:
    answers = {request.answer: request for request in requests if request.answer}
    if len(requests) > 1 and len(answers) == 1 and len({request.session_id for request in requests}) == 1:
        return [answer_in_words(*answers.values())]
    kinds = {request.kind for request in requests}
    done = _DONE.get(kinds.pop(), "") if len(kinds) == 1 else ""
    of = plural(len(requests), "component")
    verb = "is" if len(requests) == 1 else "are"
    return [f"{of} {verb} {done}." if done else f"{plural(len(requests), 'request')} granted."]


def answer_in_words(request: Request) -> str:
    """The one answer, as a sentence."""
    answer = request.answer.strip()
    is_name_first = "." in answer.split(" ")[0][:-1]
    said = answer if is_name_first else f"{answer[:1].upper()}{answer[1:]}"
    if request.is_granted:
        return said + ("" if said.endswith(".") else ".") if said else "Done."
    return said or f"That cannot be done: {asked_in_words(request.kind)}."
