"""The languages known here; a new one is one module and one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ctxtui.core.domain.errors import UsageError
from ctxtui.core.ports.toolchains import Toolchain
from ctxtui.core.toolchains.python_pytest import PythonToolchain

TOOLCHAINS: Mapping[str, Callable[[], Toolchain]] = MappingProxyType(
    {
        "python": PythonToolchain,
    }
)


def toolchain_of(language: str) -> Toolchain:
    """Raises UsageError naming the languages there are."""
    if language not in TOOLCHAINS:
        known = ", ".join(sorted(TOOLCHAINS))
        raise UsageError(f"There is no language {language!r} here: set `language` to one of {known}.")
    return TOOLCHAINS[language]()
