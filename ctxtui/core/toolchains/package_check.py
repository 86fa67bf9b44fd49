"""Whether a package can be tested here: its interpreter, pytest, coverage.py, and an import from the given tree."""

from __future__ import annotations

from pathlib import Path

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.ports.toolchains import Package, ToolchainCheck
from ctxtui.core.toolchains.import_check import check_import
from ctxtui.core.toolchains.interpreter import OLDEST, Interpreter, probe
from ctxtui.core.toolchains.pytest_run import OLDEST_FOR_OUR_COVERAGE, missing_pytest


def check_package(root: Path, package: Package) -> tuple[ToolchainCheck, ...]:
    """In the order in which a person would mend things; what cannot be found out after a failure is left away."""
    try:
        interpreter = probe(package.interpreter)
    except ToolchainError as error:
        return (ToolchainCheck("interpreter", is_good=False, finding=str(error), remedy="Configure another one."),)
    return (_interpreter(interpreter), _pytest(interpreter), _coverage(interpreter), _import(root, package))


def _interpreter(interpreter: Interpreter) -> ToolchainCheck:
    version = ".".join(map(str, interpreter.version))
    is_good = interpreter.grammar >= OLDEST
    oldest = ".".join(map(str, OLDEST))
    return ToolchainCheck(
        "interpreter",
        is_good=is_good,
        finding=f"Python {version} at {interpreter.path}",
        remedy="" if is_good else f"Use an environment with Python {oldest} or newer.",
    )


def _pytest(interpreter: Interpreter) -> ToolchainCheck:
    if interpreter.has_pytest:
        return ToolchainCheck("pytest", is_good=True, finding=f"pytest {interpreter.pytest}")
    return ToolchainCheck(
        "pytest",
        is_good=False,
        finding=missing_pytest(interpreter).partition(";")[0],
        remedy=f"Run `{interpreter.path} -m pip install --upgrade pytest`.",
    )


def _coverage(interpreter: Interpreter) -> ToolchainCheck:
    if interpreter.coverage:
        return ToolchainCheck("coverage", is_good=True, finding=f"coverage.py {interpreter.coverage}")
    if interpreter.grammar >= OLDEST_FOR_OUR_COVERAGE:
        finding = "coverage.py is not installed there; the one that comes with ctxtui measures instead"
        return ToolchainCheck("coverage", is_good=True, finding=finding)
    return ToolchainCheck(
        "coverage",
        is_good=True,
        finding="coverage.py is not installed there, so coverage is not measured",
        remedy=f"Run `{interpreter.path} -m pip install coverage`.",
    )


def _import(root: Path, package: Package) -> ToolchainCheck:
    modules = [package.name]
    if not (root / package.path / "__init__.py").exists() and package.context.child_components:
        modules.append(package.context.child_components[0].name)  # importing a bare namespace proves nothing
    try:
        check = check_import(root, package.name, package.import_roots, package.interpreter, tuple(modules))
    except OSError as error:
        return ToolchainCheck("import", is_good=False, finding=f"{package.interpreter} does not start: {error}")
    if not check.problem:
        return ToolchainCheck("import", is_good=True, finding=f"{package.name} imports from {check.place}")
    own = check.missing == package.name or check.missing.startswith(package.name + ".")
    remedy = (
        f"Install the project's dependencies into {package.interpreter}: {check.missing} is missing."
        if check.missing and not own
        else f"Make `import {package.name}` work with {package.interpreter}, then try again."
    )
    return ToolchainCheck(
        "import", is_good=False, finding=f"{package.name} does not import: {check.problem}", remedy=remedy
    )
