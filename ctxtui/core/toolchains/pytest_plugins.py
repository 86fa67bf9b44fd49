"""Which pytest plugins a project's settings ask for and its interpreter does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ctxtui.core.toolchains.project_settings import PytestSettings

SETTINGS_OF: Mapping[str, tuple[str, ...]] = {
    "pytest-asyncio": ("asyncio_",),
    "anyio": ("anyio_",),
    "pytest-trio": ("trio_",),
    "pytest-django": ("django_", "python_django"),
    "pytest-timeout": ("timeout", "session_timeout"),
    "pytest-rerunfailures": ("reruns",),
    "pytest-doctestplus": ("doctest_plus",),
    "pytest-flask": ("live_server_",),
    "pytest-mock": ("mock_",),
    "pytest-httpx": ("httpx_",),
    "requests-mock": ("requests_mock_",),
    "pytest-bdd": ("bdd_",),
    "pytest-env": ("env",),
    "pytest-qt": ("qt_",),
}
"""How the names of a plugin's own settings begin, by distribution."""


def missing_plugins(settings: PytestSettings, installed: Mapping[str, str]) -> tuple[str, ...]:
    """Distributions; `installed` maps entry points to those that are there."""
    there = {_plain(distribution) for distribution in installed.values()}
    return tuple(dict.fromkeys(name for name in _asked_for(settings) if _plain(name) not in there))


def plugin_with_setting(name: str) -> str:
    """The distribution whose plugin has a setting of that name; empty when it is not known."""
    return next((one for one, starts in SETTINGS_OF.items() if name.lower().startswith(starts)), "")


def _plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _asked_for(settings: PytestSettings) -> Iterator[str]:
    for requirement in settings.required_plugins:
        yield re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0]
    keys: Iterable[str] = [key.lower() for key in settings.keys]
    for distribution, prefixes in SETTINGS_OF.items():
        if any(key.startswith(prefixes) for key in keys):
            yield distribution
