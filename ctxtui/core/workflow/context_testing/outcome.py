"""Whether a round passed: every kind of failure found, by component name and reason, in one message and as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ctxtui.core.domain.interaction import Result, ResultStatus
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.workflow import state

_KINDS = {
    "not_created": "Child sessions not created",
    "running": "Child sessions still running",
    "failed": "Child sessions failed",
    "cancelled": "Child sessions cancelled",
    "missing_files": "Test files missing",
    "failing_tests": "Tests failing",
}
"""What can be wrong, in the order it is told, and the words it is told with."""
_OF_CHILDREN = ("running", "failed", "cancelled")
"""What a child's own state tells, wherever the child is shown."""


def judge(session: Session, result: Result) -> Result:
    """The round's result.

    `result.data` is what the engine found: `not_created` (reasons by component name), `missing_files` (paths by
    child id), `together` (the rung's verdict with evidence per component) and `attempts_left` (by child id). The
    statuses are those of `session.children` as loaded now.
    """
    not_created = dict(result.data.get("not_created", {}))
    if not_created and not session.children:
        reasons = _listed(sorted(not_created.items()))
        return _failure(result, f"Failed to spawn any child sessions: {reasons}", {"not_created": not_created})
    problems = _problems(session, result, not_created)
    if not any(problems.values()):
        # A validation that could not be run found nothing, and has not passed for that.
        return replace(result, message=_success(session, result)) if result.is_ok else result
    own = "" if result.is_ok else result.message
    told = [f"{_KINDS[kind]}: {_listed(found)}" for kind, found in problems.items() if found]
    message = "\n".join([own, *told] if own else told)
    faults = _faults(session, result)
    left = result.data.get("attempts_left", {})
    return _failure(
        result,
        message,
        {
            "problems": {kind: [list(pair) for pair in found] for kind, found in problems.items() if found},
            "faults": faults,
            "is_all_of_children": not own and all(kind in _OF_CHILDREN for kind, found in problems.items() if found),
            "mendable": sorted(child_id for child_id in faults if left.get(child_id, 0) > 0),
        },
    )


def _problems(session: Session, result: Result, not_created: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """(component name, reason) pairs for each kind, in the order of `_KINDS`."""
    names = {child.id: child.name for child in session.children}
    judged = [child for child in session.children if not child.is_skipped]
    missing: dict[str, list[str]] = dict(result.data.get("missing_files", {}))
    return {
        "not_created": sorted(not_created.items()),
        "running": [(child.name, "") for child in judged if child.status is SessionStatus.ACTIVE],
        "failed": [(child.name, failure_reason(child)) for child in judged if child.status is SessionStatus.FAILED],
        "cancelled": [(child.name, "") for child in judged if child.status is SessionStatus.CANCELLED],
        "missing_files": [
            (names.get(child_id, child_id), ", ".join(paths)) for child_id, paths in sorted(missing.items())
        ],
        "failing_tests": _failing_tests(session, result),
    }


def failure_reason(child: Session) -> str:
    failure = child.state.get(state.FAILURE) or {}
    return str(failure.get("reason", ""))


def _failing_tests(session: Session, result: Result) -> list[tuple[str, str]]:
    together = result.data.get("together") or {}
    if together.get("outcome") != "failed":
        return []
    names = {child.component.id: child.name for child in session.children if child.component}
    by_name: dict[str, list[str]] = {}
    for evidence in together.get("evidence", ()):
        name = names.get(evidence.get("component_id", ""), session.name)
        by_name.setdefault(name, []).append(evidence.get("message", ""))
    if not by_name:
        return [(session.name, str(together.get("summary", "")))]
    return [(name, _summary(messages)) for name, messages in sorted(by_name.items())]


def _faults(session: Session, result: Result) -> dict[str, list[dict[str, Any]]]:
    """The evidence against each child that passed alone, by child id."""
    faults: dict[str, list[dict[str, Any]]] = {}
    by_component = {child.component.id: child for child in session.children if child.component}
    together = result.data.get("together") or {}
    for evidence in together.get("evidence", ()) if together.get("outcome") == "failed" else ():
        child = by_component.get(evidence.get("component_id", ""))
        if child is not None:
            faults.setdefault(child.id, []).append(dict(evidence))
    for child_id, paths in result.data.get("missing_files", {}).items():
        faults.setdefault(child_id, []).extend(
            {"kind": "missing_file", "message": f"{path} is missing", "path": path} for path in paths
        )
    return faults


def _summary(messages: list[str]) -> str:
    shown = messages[:3]
    more = f" and {len(messages) - len(shown)} more" if len(messages) > len(shown) else ""
    return "; ".join(message.splitlines()[0] if message else "" for message in shown) + more


def _listed(pairs: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{name} ({reason})" if reason else name for name, reason in pairs)


def _success(session: Session, result: Result) -> str:
    passed = sum(child.status is SessionStatus.COMPLETE for child in session.children)
    skipped = sum(child.is_skipped for child in session.children)
    gone = result.data.get("disappeared", ())
    parts = [f"{passed} child session{'' if passed == 1 else 's'} passed, together too"]
    parts += [f"{skipped} skipped"] if skipped else []
    parts += [f"no longer in the package: {', '.join(gone)}"] if gone else []
    return "; ".join(parts)


def _failure(result: Result, message: str, data: dict[str, Any]) -> Result:
    return replace(result, status=ResultStatus.ERROR, message=message, data={**result.data, **data})
