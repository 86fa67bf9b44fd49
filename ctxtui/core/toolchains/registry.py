"""The languages known here; a new one is one module and one row."""

from __future__ import annotations

from collections.abc import Callable

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.ports.toolchains import Toolchain
from ctxtui.core.toolchains.python_pytest import PythonToolchain

TOOLCHAINS: dict[str, Callable[[], Toolchain]] = {
    "python": PythonToolchain,
}


def toolchain(name: str) -> Toolchain:
    """Raises ToolchainError naming those that exist."""
    if name not in TOOLCHAINS:
        raise ToolchainError(f"There is no toolchain {name}; known are: {', '.join(sorted(TOOLCHAINS))}.")
    return TOOLCHAINS[name]()
