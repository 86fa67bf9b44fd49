"""How long to wait, as services and agents word it: a duration, a time of day with or without a zone, a date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UNITS: Mapping[str, float] = {
    "ms": 0.001, "millisecond": 0.001, "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60,
    "h": 3600, "hr": 3600, "hour": 3600, "d": 86400, "day": 86400, "w": 604800, "week": 604800,
}  # fmt: skip
_UNIT = r"(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)"
_DURATION = rf"\d+(?:\.\d+)?\s?{_UNIT}(?![a-z])(?:(?:,|\s|and\b)*\d+(?:\.\d+)?\s?{_UNIT}(?![a-z]))*"
_PART = re.compile(r"(\d+(?:\.\d+)?)\s?([a-z]+)", re.IGNORECASE)
# Compact forms such as 3h12m5s have no boundary between a unit and the next number.
_COMPACT = r"(?:\d+(?:\.\d+)?(?:w|d|h|ms|m|s))+(?![a-z0-9])"

_ANNOUNCED = r"(?:retry|try(?:ing)? again|wait|resets?|reset|available|resume|back|regain access|restored)"
_RELATIVE = re.compile(
    rf"{_ANNOUNCED}[^\n]{{0,60}}?(?:\b(?:in|after|for|within|delay)\b[\s:=\"'{{]*|delay[\"':= {{]*|[:=\"]\s*)"
    rf"(?:about\s|another\s)?(?P<told>{_COMPACT}|{_DURATION})|wait\s(?P<bare>{_COMPACT}|{_DURATION})",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"(?:retry[- ]after(?P<ms>-ms)?|(?:retry|resets?)_?(?:after|in)_?sec(?:ond)?s|retry_delay\s*\{\s*seconds)[\"'\s:=]+"
    r"(?P<seconds>\d+(?:\.\d+)?)(?![\d:.-])(?!\s?[a-z])",
    re.IGNORECASE,
)
_HTTP_DATE = re.compile(
    r"retry-after[\"'\s:=]+(?P<date>[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{8} (?:GMT|[+-]\d{4}))",
    re.IGNORECASE,
)
_EPOCH = re.compile(
    r"(?:reset\w*|retry\w*|reached\|)[-_\"'\s:=|a-z]{0,16}?(?P<epoch>1\d{9}(?:\d{3})?)(?!\d)", re.IGNORECASE
)
_ISO = re.compile(
    rf"{_ANNOUNCED}[^\n]{{0,40}}?(?P<iso>\d{{4}}-\d\d-\d\d(?:[T ]| at )\d\d:\d\d(?::\d\d(?:\.\d+)?)?"
    r"(?:\s?(?:Z|UTC|GMT)\b|[+-]\d\d:?\d\d)?)",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(
    rf"{_ANNOUNCED}(?:\sagain)?[\s:]+(?:(?:at|on|by|after|until|from)\s)*"
    r"(?:(?P<tomorrow>tomorrow)(?:\sat)?\s|(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s(?:at\s)?"
    r"|(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    r"(?:,?\s(?P<year>20\d\d))?,?\s(?:at\s)?)?"
    r"(?:(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?(?::\d\d)?\s?(?P<half>[ap]\.?m\b\.?)?|(?P<word>midnight|noon))"
    r"(?:\s?\(?(?P<zone>[A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?|UTC|GMT|Z|[ECMP][SD]T|CES?T|BST|JST|IST)\)?)?",
    re.IGNORECASE,
)
_ZONES: Mapping[str, float] = {
    "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "CET": 1, "CEST": 2, "BST": 1, "JST": 9, "IST": 5.5,
}  # fmt: skip
_NOON = 12
_LONGEST = timedelta(days=366)


def told_wait(text: str, now: datetime) -> float | None:
    """Seconds from `now` until a text says that one may ask again; None when it does not say.

    A time without a zone is in the zone of `now`. A time that has passed says nothing of when to ask again.
    """
    for read in (_header_wait, _date_wait, _epoch_wait, _iso_wait, _relative_wait, _clock_wait):
        for wait in read(text, now):
            if wait is not None and wait <= _LONGEST.total_seconds():
                return wait
    return None


def _header_wait(text: str, _now: datetime) -> Iterator[float | None]:
    for found in _HEADER.finditer(text):
        yield float(found["seconds"]) / (1000 if found["ms"] else 1)


def _date_wait(text: str, now: datetime) -> Iterator[float | None]:
    for found in _HTTP_DATE.finditer(text):
        yield _until(parsedate_to_datetime(found["date"]), now)


def _epoch_wait(text: str, now: datetime) -> Iterator[float | None]:
    for found in _EPOCH.finditer(text):
        epoch = float(found["epoch"][:10])
        yield _until(datetime.fromtimestamp(epoch, UTC), now)


def _iso_wait(text: str, now: datetime) -> Iterator[float | None]:
    for found in _ISO.finditer(text):
        plain = re.sub(r"\s?(?:Z|UTC|GMT)$", "+00:00", found["iso"].replace(" at ", " "), flags=re.IGNORECASE)
        told = datetime.fromisoformat(plain)
        yield _until(told if told.tzinfo else told.replace(tzinfo=now.tzinfo), now)


def _relative_wait(text: str, _now: datetime) -> Iterator[float | None]:
    for found in _RELATIVE.finditer(text):
        yield _seconds(found["told"] or found["bare"])


def _seconds(duration: str) -> float:
    total = 0.0
    for amount, unit in _PART.findall(duration):
        name = unit.lower()
        total += float(amount) * (_UNITS.get(name) or _UNITS.get(name.removesuffix("s")) or 0)
    return total


def _clock_wait(text: str, now: datetime) -> Iterator[float | None]:
    for found in _CLOCK.finditer(text):
        if found["word"] or found["half"] or found["minute"]:
            zone = _zone(found["zone"], now.tzinfo or UTC)
            yield _until(_moment(found, now.astimezone(zone)), now)


def _moment(found: re.Match[str], here: datetime) -> datetime | None:
    """The next time that fits, in the zone of `here`."""
    hour, minute = _time_of_day(found)
    try:
        today = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if found["month"]:
            return _on_date(found, today, here)
    except ValueError:
        return None
    if found["weekday"]:
        ahead = (_DAYS.index(found["weekday"].lower()[:3]) - here.weekday()) % 7
        named = today + timedelta(days=ahead)
        return named if named >= here - _JUST_PASSED else named + timedelta(days=7)
    if found["tomorrow"]:
        return today + timedelta(days=1)
    return today if today >= here - _JUST_PASSED else today + timedelta(days=1)


_JUST_PASSED = timedelta(minutes=2)
"""Clocks differ, and a message may be read a moment after its time."""


def _on_date(found: re.Match[str], today: datetime, here: datetime) -> datetime:
    month = _MONTHS.index(found["month"].lower()) + 1
    year = int(found["year"]) if found["year"] else here.year
    named = today.replace(year=year, month=month, day=int(found["day"]))
    if found["year"] or named >= here - timedelta(days=180):
        return named
    return named.replace(year=year + 1)


def _time_of_day(found: re.Match[str]) -> tuple[int, int]:
    if word := found["word"]:
        return (0, 0) if word.lower() == "midnight" else (_NOON, 0)
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half:
        hour = hour % _NOON + (_NOON if half.startswith("p") else 0)
    return hour, int(found["minute"] or 0)


def _zone(name: str | None, local: tzinfo) -> tzinfo:
    if not name:
        return local
    if name.upper() in _ZONES:
        return timezone(timedelta(hours=_ZONES[name.upper()]))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return local


def _until(moment: datetime | None, now: datetime) -> float | None:
    if moment is None:
        return None
    # In UTC, because times in one zone subtract as if no clock were ever changed.
    seconds = (moment.astimezone(UTC) - now.astimezone(UTC)).total_seconds()
    return seconds if seconds > 0 else None
