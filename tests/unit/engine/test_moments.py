"""When an agent may be asked again is said so that nobody waits a day less, or more."""

from __future__ import annotations

from datetime import datetime, timedelta

from ctxtui.core.engine.cooldowns import moment

NOON = datetime(2026, 3, 1, 12, 0, 5).astimezone()


def test_a_moment_of_today_is_told_by_the_clock_alone():
    assert moment(NOON + timedelta(hours=2), NOON) == "at 14:00:05"


def test_a_moment_of_another_day_is_told_with_its_day():
    assert moment(NOON + timedelta(days=2), NOON) == "at 12:00:05 on Mar 3"
