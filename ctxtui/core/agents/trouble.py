"""Tells one trouble from another by exit code and by what an agent's errors say; the patterns are data."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ctxtui.core.agents.descriptor import Descriptor, TroubleRule
from ctxtui.core.ports.agents import Trouble

_SECONDS = (
    r"(?:(?:retry|try again|wait|resets?)[^\n.]{0,40}?(?:in|after|for)?[ :=\"]*(?P<seconds>\d+(?:\.\d+)?) ?s(?:ec|\b)"
    r"|retry-after[\": ]+(?P<header>\d+))"
)

COMMON: tuple[TroubleRule, ...] = (
    TroubleRule(kind=Trouble.NOT_INSTALLED, exit_codes=(127,)),
    TroubleRule(
        kind=Trouble.BUDGET,
        pattern=r"credit balance is too low|insufficient_quota|insufficient credits|max[ _-]?budget|billing_error"
        r"|payment required|\b402\b",
    ),
    TroubleRule(
        kind=Trouble.RATE_LIMITED,
        pattern=r"\b429\b|rate[ _-]?limit|too many requests|usage limit|quota exceeded|resource_exhausted",
    ),
    TroubleRule(
        kind=Trouble.NOT_LOGGED_IN,
        pattern=r"not logged in|please (?:run )?/?log ?in|\b401\b|unauthorized|authentication[ _]?(?:error|failed"
        r"|required)|authrequired|invalid (?:x-)?api[ -]key|(?:missing|no|incorrect|provide an?) api[ _-]key"
        r"|api key not (?:valid|found)|environment variable[^\n]{0,60}_api_key|token (?:has )?expired",
    ),
    TroubleRule(
        kind=Trouble.OVERLOADED,
        pattern=r"overloaded|\b529\b|\b503\b|service unavailable|at capacity|\b502\b|bad gateway",
    ),
    TroubleRule(kind=Trouble.REFUSED, pattern=r"content[ _]policy|usage policy|\brefusal\b|safety (?:filter|system)"),
)
"""Searched after an agent's own rules, and only in what was told as an error or written before a failing exit."""

_SENTENCES: dict[Trouble, str] = {
    Trouble.NOT_INSTALLED: "{name} could not be started: its program is not installed",
    Trouble.NOT_LOGGED_IN: "{name} is not logged in",
    Trouble.RATE_LIMITED: "{name} is rate-limited",
    Trouble.OVERLOADED: "{name}'s service is overloaded",
    Trouble.HUNG: "{name} stopped answering",
    Trouble.TIMED_OUT: "{name} ran out of time",
    Trouble.CRASHED: "{name} ended before it finished its turn",
    Trouble.REFUSED: "{name} refused the task",
    Trouble.BUDGET: "{name}'s budget is used up",
}
_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as an agent told it; `kind` when its structure already says which trouble it is."""

    text: str
    kind: Trouble | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`is_forgotten` when the conversation cannot be continued after it."""

    kind: Trouble
    detail: str = ""
    retry_after: float | None = None
    is_forgotten: bool = False


@dataclass(frozen=True, slots=True)
class Symptoms:
    """What a turn left: errors it told, loose output before a failing exit, and the tail of standard error."""

    exit_code: int | None
    faults: Sequence[Fault] = ()
    output_tail: str = ""
    stderr_tail: str = ""


def diagnose(rules: Sequence[TroubleRule], symptoms: Symptoms, now: Callable[[], datetime]) -> Diagnosis | None:
    """None for a turn that ended in order: exit code 0 and no error told.

    An agent's own rules are looked for in its plain output even then: some end with exit code 0 whatever happened.
    """
    told = [fault.text for fault in symptoms.faults]
    structured = next((fault for fault in reversed(symptoms.faults) if fault.kind), None)
    if structured is not None and structured.kind is not None:
        return Diagnosis(structured.kind, structured.text, structured.retry_after or _wait_told(structured.text))
    is_failed = symptoms.exit_code != 0
    written = [symptoms.stderr_tail, symptoms.output_tail]
    texts = [*told, *written] if is_failed else told or [symptoms.output_tail]
    for rule in rules:
        if found := _apply(rule, symptoms.exit_code, texts, now):
            return found
    if not told and not is_failed:
        return None
    for rule in COMMON:
        if found := _apply(rule, symptoms.exit_code, texts, now):
            return found
    detail = told[-1] if told else _last_line(symptoms.stderr_tail) or _last_line(symptoms.output_tail)
    return Diagnosis(Trouble.CRASHED, detail)


def sentence(descriptor: Descriptor, name: str, diagnosis: Diagnosis) -> str:
    """For a person: what happened in the agent's own words, and what to do where that is known."""
    hints = {Trouble.NOT_INSTALLED: descriptor.install_hint, Trouble.NOT_LOGGED_IN: descriptor.login_hint}
    said = _SENTENCES[diagnosis.kind].format(name=descriptor.title or name)
    detail = " ".join(diagnosis.detail.split())
    detail = f": {detail[:_DETAIL].rstrip('.')}" if detail else ""
    hint = hints.get(diagnosis.kind, "")
    return f"{said}{detail}. {hint}".strip()


def _apply(
    rule: TroubleRule, exit_code: int | None, texts: Sequence[str], now: Callable[[], datetime]
) -> Diagnosis | None:
    if exit_code is not None and exit_code in rule.exit_codes:
        return Diagnosis(rule.kind, _last_line("\n".join(texts)), is_forgotten=rule.is_forgotten)
    if not rule.pattern:
        return None
    for text in texts:
        if found := re.search(rule.pattern, text, re.IGNORECASE):
            wait = _named_wait(found, now) or _wait_told(text)
            return Diagnosis(rule.kind, _line_around(text, found.start()), wait, rule.is_forgotten)
    return None


def _named_wait(found: re.Match[str], now: Callable[[], datetime]) -> float | None:
    groups = found.groupdict()
    if groups.get("seconds"):
        return float(groups["seconds"])
    if groups.get("epoch"):
        return max(0.0, float(groups["epoch"]) - now().timestamp())
    return None


def _wait_told(text: str) -> float | None:
    found = re.search(_SECONDS, text, re.IGNORECASE)
    return float(found["seconds"] or found["header"]) if found else None


def _line_around(text: str, position: int) -> str:
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    return text[start : end if end >= 0 else len(text)].strip()


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
