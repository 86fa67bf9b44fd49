"""Sessions as a store would load them, made from a few words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.interaction import Action, Command, Interaction, Result, ResultStatus
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionStatus, SessionUpdates
from ctxtui.core.workflow.identity import child_session_id

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SCOPE = Scope("ana", "shop")
OK, ERROR, WARNING = ResultStatus.OK, ResultStatus.ERROR, ResultStatus.WARNING
BRANCH = "test-context-testing-session-for-shop"

MONEY = Component("c-money", "shop.money", "src/shop/money.py", "tests/test_money.py", priority=5)
STOCK = Component("c-stock", "shop.stock", "src/shop/stock.py", "tests/test_stock.py", priority=1)
CART = Component("c-cart", "shop.cart", "src/shop/cart.py", "tests/test_cart.py", priority=5)
SHOP = Component("c-shop", "shop", "src/shop", "tests", child_components=(CART, MONEY, STOCK))


def taken(step: str, result: Result | ResultStatus | None = OK, **metadata: Any) -> tuple[Command, Result | None]:
    """A step that was taken: its command and its result, None while it is pending."""
    actions = {"generate_tests": Action.ASK_AGENT, "fix_failures": Action.ASK_AGENT}
    command = Command(step, actions.get(step, Action.JUDGE_TESTS), metadata, NOW)
    return command, Result(result) if isinstance(result, ResultStatus) else result


def with_history(session: Session, *steps: tuple[Command, Result | None]) -> Session:
    """The session with those steps after the ones it has taken already."""
    interactions = list(session.interactions)
    for command, result in steps:
        seq = len(interactions) + 1
        interactions.append(Interaction(f"i-{seq}", session.id, seq, command, result, NOW if result else None))
    return replace(session, interactions=tuple(interactions))


def updated(session: Session, updates: SessionUpdates) -> Session:
    """The session as the store would hold it after an update."""
    return replace(session, status=updates.status or session.status, state={**session.state, **updates.state})


def run(*steps: tuple[Command, Result | None], retry: RetryPolicy | None = None, **fields: Any) -> Session:
    """A parent session over the context `shop`."""
    values: dict[str, Any] = {"component": SHOP, "state": {"branch_name": BRANCH}, **fields}
    session = Session(
        id="run-1",
        scope=SCOPE,
        type="context_testing",
        agent="builtin",
        environment="local",
        created_at=NOW,
        retry=retry or RetryPolicy(),
        **values,
    )
    return with_history(session, *steps)


def child(
    component: Component | None = MONEY,
    *steps: tuple[Command, Result | None],
    status: SessionStatus = SessionStatus.ACTIVE,
    retry: RetryPolicy | None = None,
    **state: Any,
) -> Session:
    """A child session of the run for one component."""
    session = Session(
        id=child_session_id("run-1", component.id) if component else "child-1",
        scope=SCOPE,
        type="component_testing",
        component=component,
        agent="builtin",
        environment="local",
        created_at=NOW,
        status=status,
        parent_id="run-1",
        state=state,
        retry=retry or RetryPolicy(),
    )
    return with_history(session, *steps)


def file(path: str, digest: str = "d1") -> dict[str, Any]:
    return {"path": path, "digest": digest, "mode": "100644", "size": 10}


def passed(component: Component, *paths: str) -> Session:
    """A child that is complete, with its accepted files."""
    files = [file(path) for path in paths or (component.test_path,)]
    return child(component, status=SessionStatus.COMPLETE, files=files)


def failed(component: Component, reason: str) -> Session:
    return child(component, status=SessionStatus.FAILED, failure={"rung": "passes", "reason": reason})


def cancelled(component: Component) -> Session:
    return child(component, status=SessionStatus.CANCELLED)


def skipped(component: Component, note: str = "") -> Session:
    return child(component, status=SessionStatus.CANCELLED, skipped={"by": "ana", "at": NOW.isoformat(), "note": note})


def failed_together(*evidence: tuple[str, str], summary: str = "1 test failed") -> dict[str, Any]:
    """The verdict of the rung `together`: (component id, message) pairs are its evidence."""
    items = [
        {"kind": "assertion", "message": message, "component_id": component_id} for component_id, message in evidence
    ]
    return {"rung": "together", "outcome": "failed", "summary": summary, "evidence": items}


PASSED_TOGETHER = {"rung": "together", "outcome": "passed", "summary": "6 tests passed", "evidence": []}
