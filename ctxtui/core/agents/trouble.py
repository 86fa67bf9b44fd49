"""Tells one trouble from another by exit code and by what an agent's errors say; the patterns are data."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ctxtui.core.agents.descriptor import Descriptor, TroubleRule
from ctxtui.core.agents.waiting_time import told_wait
from ctxtui.core.ports.agents import Trouble

LIMIT = (
    r"(?:(?:session|usage|hourly|5-hour|five-hour|daily|weekly|monthly|opus|sonnet|haiku|plan|tier|message|request)"
    r"(?: usage| token)? (?:limit|quota)|(?:hit|reached) your limit|out of extra usage"
    r"|\blimit (?:reached|exceeded|will reset)\b(?=[^\n]*reset))"
)
"""How agents name what an account may use in some time; a limit of a prompt's length is none of these."""

_NOTICE = re.compile(
    r"\A\W{0,4}(?:you.{0,5}ve (?:hit|reached) your [^\n]{0,30}?limit\b|you.{0,5}re out of extra usage\b"
    r"|(?:claude (?:ai )?)?(?:(?:5-hour|session|weekly|daily|monthly|opus|sonnet|usage) )+limit reached)",
    re.IGNORECASE,
)
_LONGEST_NOTICE = 400
_USED_UP = re.compile(r"\b(?:limits?|usage|quota|allowance|allocation|access|capacity|credits?)\b", re.IGNORECASE)

COMMON: tuple[TroubleRule, ...] = (
    TroubleRule(kind=Trouble.NOT_INSTALLED, exit_codes=(127,)),
    TroubleRule(
        kind=Trouble.BUDGET,
        pattern=r"credit balance is too low|insufficient_quota|insufficient (?:credits|funds)|out of (?:\w+ )?credits"
        # The same words stand before a time at which one may try again, where that is all it takes.
        r"|exceeded your current quota(?![\s\S]{0,2000}\bretry in\b)"
        r"|max[ _-]?budget|spend(?:ing)?[ _-]?(?:limit|cap)|billing[ _]?(?:error|hard[ _]limit)|payment required"
        r"|\b402\b",
    ),
    TroubleRule(kind=Trouble.OVERLOADED, pattern=r"temporarily (?:limiting|limited|throttl)|high demand|high load"),
    TroubleRule(
        kind=Trouble.RATE_LIMITED,
        pattern=rf"\b429\b|rate[ _-]?limit|too many (?:requests|tokens)|{LIMIT}|quota (?:exceeded|will reset)"
        r"|exceeded your current quota|resource_exhausted|throttl(?:ed|ing)|rate exceeded"
        r"|exhausted your[^\n]{0,40}(?:capacity|quota)|(?:capacity|quota)[^\n]{0,20} exhausted",
    ),
    TroubleRule(
        kind=Trouble.NOT_LOGGED_IN,
        pattern=r"not logged in|please (?:run )?/?log ?in|\b401\b|unauthorized|authentication[ _]?(?:error|failed"
        r"|required)|authrequired|invalid (?:x-)?api[ -]key|(?:missing|no|incorrect|provide an?) api[ _-]key"
        r"|api key not (?:valid|found)|environment variable[^\n]{0,60}_api_key|token (?:has )?expired",
    ),
    TroubleRule(
        kind=Trouble.OVERLOADED,
        pattern=r"overloaded|\b529\b|\b503\b|service unavailable|at capacity|no capacity|\b502\b|bad gateway"
        r"|internal server error",
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
    Trouble.NOTHING: "{name} found nothing that it can test",
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
    # Times of day without a zone are told in the zone of the machine.
    here = now().astimezone()
    told = [fault.text for fault in symptoms.faults]
    structured = next((fault for fault in reversed(symptoms.faults) if fault.kind), None)
    if structured is not None and structured.kind is not None:
        return Diagnosis(structured.kind, structured.text, structured.retry_after or told_wait(structured.text, here))
    is_failed = symptoms.exit_code != 0
    written = [symptoms.stderr_tail, symptoms.output_tail]
    texts = [*told, *written] if is_failed else told or [symptoms.output_tail]
    for rule in rules:
        if found := _apply(rule, symptoms.exit_code, texts, here):
            return found
    if not told and not is_failed:
        return None
    for rule in COMMON:
        if found := _apply(rule, symptoms.exit_code, texts, here):
            return found
    if limited := next((text for text in told if _is_timed_limit(text, here)), ""):
        return Diagnosis(Trouble.RATE_LIMITED, limited, told_wait(limited, here))
    detail = told[-1] if told else _last_line(symptoms.stderr_tail) or _last_line(symptoms.output_tail)
    return Diagnosis(Trouble.CRASHED, detail)


def is_limit_notice(text: str) -> bool:
    """Whether that is all an agent said because its account is used up: some say so in place of an answer."""
    return len(text) <= _LONGEST_NOTICE and _NOTICE.search(text.strip()) is not None


def sentence(descriptor: Descriptor, name: str, diagnosis: Diagnosis) -> str:
    """For a person: what happened in the agent's own words, and what to do where that is known."""
    hints = {Trouble.NOT_INSTALLED: descriptor.install_hint, Trouble.NOT_LOGGED_IN: descriptor.login_hint}
    said = _SENTENCES[diagnosis.kind].format(name=descriptor.title or name)
    detail = " ".join(diagnosis.detail.split())
    told = f"{said}: {detail[:_DETAIL].rstrip('.')}" if detail else said
    hint = hints.get(diagnosis.kind, "")
    return f"{told}{'' if told.endswith(('?', '!')) else '.'} {hint}".strip()


def _is_timed_limit(text: str, here: datetime) -> bool:
    """Whether an error speaks of something that may be used and of when that is so again, in whatever words."""
    return _USED_UP.search(text) is not None and told_wait(text, here) is not None


def _apply(rule: TroubleRule, exit_code: int | None, texts: Sequence[str], here: datetime) -> Diagnosis | None:
    if exit_code is not None and exit_code in rule.exit_codes:
        return Diagnosis(rule.kind, _last_line("\n".join(texts)), is_forgotten=rule.is_forgotten)
    if not rule.pattern:
        return None
    for text in texts:
        if found := re.search(rule.pattern, text, re.IGNORECASE):
            wait = _named_wait(found, here) or told_wait(text, here)
            return Diagnosis(rule.kind, _line_around(text, found.start()), wait, rule.is_forgotten)
    return None


def _named_wait(found: re.Match[str], here: datetime) -> float | None:
    """None where no wait is named, and for a time that has passed: it says nothing of when to ask again."""
    groups = found.groupdict()
    if groups.get("seconds"):
        return float(groups["seconds"])
    left = float(groups["epoch"]) - here.timestamp() if groups.get("epoch") else 0.0
    return left if left > 0 else None


def _line_around(text: str, position: int) -> str:
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    return text[start : end if end >= 0 else len(text)].strip()


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
