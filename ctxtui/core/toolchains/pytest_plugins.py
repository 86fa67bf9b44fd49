"""Which pytest plugins a project's tests need: from its settings, and from what its tests use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ctxtui.core.toolchains.project_settings import PytestSettings


@dataclass(frozen=True, slots=True)
class KnownPlugin:
    """`entry` is its entry point; `keys` begin its settings' names; `words` stand in tests that use it."""

    entry: str
    distribution: str
    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


KNOWN = (
    KnownPlugin("asyncio", "pytest-asyncio", ("asyncio_",), ("mark.asyncio", "pytest_asyncio")),
    KnownPlugin("anyio", "anyio", ("anyio_",), ("mark.anyio", "anyio_backend")),
    KnownPlugin("trio", "pytest-trio", ("trio_",), ("mark.trio",)),
    KnownPlugin("aiohttp", "pytest-aiohttp", (), ("aiohttp_client", "aiohttp_server")),
    KnownPlugin("tornado", "pytest-tornado", (), ("mark.gen_test",)),
    KnownPlugin("twisted", "pytest-twisted", (), ("pytest_twisted",)),
    KnownPlugin("django", "pytest-django", ("django_", "python_django"), ("mark.django_db", "django_user_model")),
    KnownPlugin("pytest-flask", "pytest-flask", ("live_server_",), ("client_class",)),
    KnownPlugin("pytest_mock", "pytest-mock", ("mock_",), ("mocker",)),
    KnownPlugin("pytest_httpserver", "pytest-httpserver", (), ("httpserver",)),
    KnownPlugin("pytest_httpx", "pytest-httpx", ("httpx_",), ("httpx_mock",)),
    KnownPlugin("httpbin", "pytest-httpbin", (), ("httpbin", "httpbin_secure")),
    KnownPlugin("requests_mock", "requests-mock", ("requests_mock_",), ("requests_mock",)),
    KnownPlugin("respx", "respx", (), ("respx_mock",)),
    KnownPlugin("freezer", "pytest-freezer", (), ("freezer",)),
    KnownPlugin("time_machine", "time-machine", (), ("time_machine",)),
    KnownPlugin("pytest_fakefs", "pyfakefs", (), ("fs",)),
    KnownPlugin("faker", "faker", (), ("faker",)),
    KnownPlugin("hypothesispytest", "hypothesis", ("hypothesis_",), ("hypothesis",)),
    KnownPlugin("subtests", "pytest-subtests", (), ("subtests",)),
    KnownPlugin("pytest_timeout", "pytest-timeout", ("timeout",), ("mark.timeout",)),
    KnownPlugin("benchmark", "pytest-benchmark", (), ("benchmark",)),
    KnownPlugin("pytest-datadir", "pytest-datadir", (), ("datadir", "shared_datadir")),
    KnownPlugin("regressions", "pytest-regressions", (), ("data_regression", "file_regression")),
    KnownPlugin("syrupy", "syrupy", (), ("snapshot",)),
    KnownPlugin("inline_snapshot", "inline-snapshot", (), ("inline_snapshot",)),
    KnownPlugin("pytest-bdd", "pytest-bdd", ("bdd_",), ("pytest_bdd",)),
    KnownPlugin("env", "pytest-env", ("env",), ()),
    KnownPlugin("lazy-fixture", "pytest-lazy-fixture", (), ("lazy_fixture",)),
    KnownPlugin("lazy-fixtures", "pytest-lazy-fixtures", (), ("pytest_lazy_fixtures",)),
    KnownPlugin("pytest-qt", "pytest-qt", ("qt_",), ("qtbot", "qapp")),
    KnownPlugin("recording", "pytest-recording", (), ("mark.vcr",)),
    KnownPlugin("xprocess", "pytest-xprocess", (), ("xprocess",)),
)
ENTRY_POINTS = {plugin.distribution: plugin.entry for plugin in KNOWN}


@dataclass(frozen=True, slots=True)
class NeededPlugins:
    """`missing` are distributions that the settings ask for and the interpreter does not have."""

    entries: tuple[str, ...]
    missing: tuple[str, ...]


def needed_plugins(
    settings: PytestSettings, texts: Iterable[str], installed: Mapping[str, str], asked: Iterable[str]
) -> NeededPlugins:
    """`installed` maps entry points to distributions; `asked` are entry points or modules that a person named."""
    by_distribution: dict[str, list[str]] = {}
    for entry, distribution in installed.items():
        by_distribution.setdefault(_plain(distribution), []).append(entry)
    entries: list[str] = [name for name in settings.plugins if not name.startswith("no:")]
    missing: list[str] = []
    for distribution in _required(settings):
        found = by_distribution.get(_plain(distribution))
        entries += found or ()
        missing += [] if found else [distribution]
    words = set(re.findall(r"[\w.]+", "\n".join(texts)))
    for distribution in _used(words):
        entries += by_distribution.get(_plain(distribution), ())
    return NeededPlugins(tuple(dict.fromkeys([*entries, *asked])), tuple(dict.fromkeys(missing)))


def _plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _required(settings: PytestSettings) -> Iterator[str]:
    for requirement in settings.required_plugins:
        yield re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0]
    keys = [key.lower() for key in settings.keys]
    for plugin in KNOWN:
        if any(key.startswith(plugin.keys) for key in keys if plugin.keys):
            yield plugin.distribution


def _used(words: set[str]) -> Iterator[str]:
    parts = {part for word in words for part in (word, word.removeprefix("pytest."))}
    for plugin in KNOWN:
        if parts.intersection(plugin.words):
            yield plugin.distribution
