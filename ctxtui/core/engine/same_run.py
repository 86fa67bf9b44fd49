"""Whether a stored run does the same work already: then it goes on, and no other one is made."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.engine.parts import Parts
from ctxtui.core.ports.toolchains import Package
from ctxtui.core.workflow import state
from ctxtui.core.workflow.context_testing import CONTEXT_TESTING


def key_of(settings: RunPlan, package: Package, session_type: str) -> str:
    """Equal for two runs that would do the same work: same commit, components, agent, prompts, rungs and bounds."""
    what = {
        "base": settings.base,
        "package": settings.package_path,
        "agent": [settings.agent, *settings.escalate] if settings.escalate else settings.agent,
        "prompts": [settings.rules, settings.generate_template, settings.fix_template],
        "rungs": settings.rungs,
        "ladder": asdict(settings.ladder),
        "interpreter": settings.interpreter,
        **({"best_of": settings.best_of} if settings.best_of > 1 else {}),
        **({"pass_env": sorted(settings.pass_env)} if settings.pass_env else {}),
        **({} if session_type == CONTEXT_TESTING.session_type else {"type": session_type}),
        "components": sorted((item.id, item.test_path, *item.spec_paths) for item in package.context.child_components),
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]


def run_with(parts: Parts, scope: Scope, key: str) -> str:
    """The newest run with that key which was not cancelled, or an empty text."""
    for row in parts.store.sessions.runs(scope):
        plan = row.state.get(state.PLAN) or {}
        if plan.get("key") == key and row.status is not SessionStatus.CANCELLED:
            return row.id
    return ""
