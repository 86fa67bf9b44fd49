"""Every way of saying when to ask again is understood, with its time and its zone, on any machine and any day."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ctxtui.core.agents.trouble import Fault, Symptoms, diagnose, is_limit_notice
from ctxtui.core.agents.waiting_time import told_wait
from ctxtui.core.ports.agents import Trouble

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 6, 30, tzinfo=BERLIN)
"""A Thursday."""
EPOCH = int(NOW.timestamp()) + 600

DURATIONS = {
    "try again in 2 days 3 hours": 183600,
    "Please try again in 2 days, 3 hours and 5 minutes.": 183900,
    "Your quota will reset after 3h12m5s.": 11525,
    "try again in 6m0s": 360,
    "try again after 59m59s": 3599,
    "Please try again in 1.898s.": 1.898,
    "Please try again in 20ms": 0.02,
    "Please retry in 12.5s": 12.5,
    "Please wait 5 minutes": 300,
    "wait 20s before retrying": 20,
    "retry after 30 minutes": 1800,
    "retry after 30": 30,
    "retry-after: 120": 120,
    "'Retry-After': '7'": 7,
    "retry-after-ms: 1500": 1.5,
    '"retryDelay": "34s"': 34,
    "retry_delay {\n  seconds: 34": 34,
    "resets_in_seconds: 3600": 3600,
    "Limit 30000, Used 29000, Requested 2000. Please try again in 2s. Visit a page": 2,
    f'"resets_at":{EPOCH}': 600,
    f"x-ratelimit-reset: {EPOCH}000": 600,
    f"Claude AI usage limit reached|{EPOCH}": 600,
}

TIMES = {
    "You've hit your session limit · resets 3:45pm": "2026-11-26T15:45+01:00",
    "session limit · resets at 5:10 AM": "2026-11-27T05:10+01:00",
    "5-hour limit reached ∙ resets 6pm": "2026-11-26T18:00+01:00",
    "Try again at 3:45 PM.": "2026-11-26T15:45+01:00",
    "resets 15:45 (UTC)": "2026-11-26T15:45+00:00",
    "resets 3am (America/New_York)": "2026-11-26T03:00-05:00",
    "limit will reset at 11pm (Europe/London)": "2026-11-26T23:00+00:00",
    "resets 1:00pm PST": "2026-11-26T13:00-08:00",
    "weekly limit · resets Mon 12:00am (Asia/Tokyo)": "2026-11-30T00:00+09:00",
    "resets Thursday 9am": "2026-11-26T09:00+01:00",
    "resets Thu 5am": "2026-12-03T05:00+01:00",
    "Opus limit · resets Nov 28 at 5pm (Europe/Berlin)": "2026-11-28T17:00+01:00",
    "Try again at Nov 28th, 2026 3:45 PM.": "2026-11-28T15:45+01:00",
    "resets Jan 3, 5pm": "2027-01-03T17:00+01:00",
    "resets tomorrow at 3pm": "2026-11-27T15:00+01:00",
    "resets at midnight": "2026-11-27T00:00+01:00",
    "limit resets at 2026-11-26T15:45:00Z": "2026-11-26T15:45+00:00",
    "quota exceeded, retry after 2026-11-26 16:00:00": "2026-11-26T16:00+01:00",
    "retry-after: Thu, 26 Nov 2026 07:00:00 GMT": "2026-11-26T07:00+00:00",
}


@pytest.mark.parametrize(("text", "seconds"), DURATIONS.items())
def test_a_duration_is_understood_in_every_form(text: str, seconds: float) -> None:
    assert told_wait(text, NOW) == pytest.approx(seconds)


@pytest.mark.parametrize(("text", "moment"), TIMES.items())
def test_a_time_is_the_next_one_in_its_zone(text: str, moment: str) -> None:
    wait = told_wait(text, NOW)
    assert wait is not None
    assert NOW + timedelta(seconds=wait) == datetime.fromisoformat(moment)


def test_the_same_words_mean_the_same_moment_wherever_the_clock_stands() -> None:
    text = "weekly limit · resets Mon 12:00am (Asia/Tokyo)"
    ends = set()
    for zone in ("UTC", "Asia/Tokyo", "America/Los_Angeles"):
        here = NOW.astimezone(ZoneInfo(zone))
        ends.add((here + timedelta(seconds=told_wait(text, here) or 0)).timestamp())
    assert len(ends) == 1


def test_a_change_to_summer_time_is_counted() -> None:
    before = datetime(2026, 3, 28, 23, 0, tzinfo=BERLIN)
    assert told_wait("resets 5am", before) == 5 * 3600


@pytest.mark.parametrize(
    "text",
    [
        f"Claude AI usage limit reached|{EPOCH - 1200}",
        "resets 6:29am",
        "retry-after: Thu, 26 Nov 2020 07:00:00 GMT",
        "Try again later",
        "error 429 at line 12:30",
        "attempt 1 of 3",
        "resets Feb 31 at 5pm",
        "resets at 99:99",
        "",
    ],
)
def test_what_has_passed_or_names_no_time_says_nothing(text: str) -> None:
    assert told_wait(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("You've hit your session limit · resets 3:45pm", Trouble.RATE_LIMITED),
        ("You've hit your weekly limit · resets Mon 12:00am (Asia/Tokyo)", Trouble.RATE_LIMITED),
        ("Opus limit reached ∙ resets 3pm", Trouble.RATE_LIMITED),
        ("You've hit your usage limit. Upgrade or try again in 2 days 3 hours.", Trouble.RATE_LIMITED),
        ("You have exhausted your capacity on this model. Your quota will reset after 3h12m5s.", Trouble.RATE_LIMITED),
        ("stream error: exceeded retry limit, last status: 429 Too Many Requests", Trouble.RATE_LIMITED),
        ("Server is temporarily limiting requests (not your usage limit)", Trouble.OVERLOADED),
        ("We are currently experiencing high demand", Trouble.OVERLOADED),
        ("spend limit reached", Trouble.BUDGET),
        ("monthly spending limit exceeded", Trouble.BUDGET),
        ("maximum context length exceeded", Trouble.CRASHED),
        ("recursion limit reached", Trouble.CRASHED),
    ],
)
def test_each_wording_of_a_limit_names_its_trouble(text: str, kind: Trouble) -> None:
    found = diagnose((), Symptoms(1, (Fault(text),)), lambda: NOW)
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize(
    ("text", "is_notice"),
    [
        ("You've hit your session limit · resets 3:45pm", True),
        ("You\u2019ve reached your 5-hour limit. It will reset at 11pm", True),
        ("Claude AI usage limit reached|1795500000", True),
        ("weekly limit reached ∙ resets Mon 12:00am", True),
        ("I wrote tests for the session limit of login: it is reached after 5 tries.", False),
        ("The daily quota of the module is tested now.", False),
        ("You've hit your session limit. " + "x" * 500, False),
    ],
)
def test_a_notice_of_a_limit_is_told_from_words_about_one(text: str, is_notice: bool) -> None:
    assert is_limit_notice(text) is is_notice
