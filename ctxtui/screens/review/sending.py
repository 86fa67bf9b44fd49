"""A review's remarks asked of the run: one retry for each component."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.core.domain.request import RequestKind
from ctxtui.core.views.refusals import child_facts, refused
from ctxtui.screens.confirm.question import Question
from ctxtui.screens.presentation.quantities import plural

if TYPE_CHECKING:
    from ctxtui.core.domain.request import Request
    from ctxtui.core.views.run_view import RunView
    from ctxtui.screens.access import Access
    from ctxtui.screens.review.marks import Remarks
    from ctxtui.screens.services import RunRef


def question_about(remarks: dict[str, Remarks], run: RunView) -> Question:
    """What is about to be asked: agents for what was commented on, the checks alone where tests only go."""
    commented = (run.rows[session_id] for session_id, one in remarks.items() if one.comments and session_id in run.rows)
    deaf = sorted({name for row in commented if (name := child_facts(row).deaf_agent)})
    asked = sum(bool(one.comments) for one in remarks.values())
    judged = len(remarks) - asked
    told = [plural(asked, "component") + " with these comments"] if asked else []
    told += [plural(judged, "component") + " without these tests, and ask no agent"] if judged else []
    unread = [f"{name} reads no comments: r in the run, then ctrl+t, asks another agent.\n" for name in deaf]
    whole = "\n".join([*unread, *(one.note for one in remarks.values())])
    verbs = "Retry " + told[0] if asked else "Check " + told[0]
    title = f"{verbs}; check {told[1]}?" if len(told) > 1 else f"{verbs}?"
    return Question(title, whole, "Retry" if asked else "Check", is_harmless=True)


def why_not_sent(remarks: dict[str, Remarks], run: RunView) -> str:
    """Why the run would refuse one of the retries now; empty where it would not: refused remarks would be gone."""
    rows = (run.rows[session_id] for session_id in remarks if session_id in run.rows)
    told = (refused(run, RequestKind.RETRY, row) for row in rows)
    return next((one.reason for one in told if one is not None), "")


def send_remarks(access: Access, ref: RunRef, remarks: dict[str, Remarks]) -> None:
    """One request for each component; its files go along where tests are left out of them. Blocks."""
    requests: list[Request] = []
    for session_id, one in remarks.items():
        arguments: dict[str, object] = {"note": one.note}
        if one.texts:
            arguments["files"] = access.services.launcher.changed_texts(ref, session_id, one.texts)
            arguments["is_judged"] = not one.comments
        requests += access.requests(ref, RequestKind.RETRY, (session_id,), arguments)
    access.ask(ref, requests)
