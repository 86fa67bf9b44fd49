"""What holds for every domain value: it cannot change, and the closed sets are the agreed ones."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
import sys
from enum import Enum
from pathlib import Path

import pytest

from ctxtui.core import domain
from ctxtui.core.domain import errors
from ctxtui.core.domain.attempt import SPENT, AttemptOutcome, Usage
from ctxtui.core.domain.errors import CtxtuiError, ExitCode
from ctxtui.core.domain.interaction import ResultStatus
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.session import ExecutionMode, SessionStatus
from ctxtui.core.domain.verdict import RungOutcome, RungVerdict

MODULES = [
    importlib.import_module(f"{domain.__name__}.{found.name}") for found in pkgutil.iter_modules(domain.__path__)
]
CLASSES = [
    value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, type) and value.__module__ == module.__name__
]
VALUES = [value for value in CLASSES if not issubclass(value, (Enum, Exception))]
ERRORS = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, CtxtuiError)]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_every_value_is_a_frozen_slotted_dataclass(value):
    assert dataclasses.is_dataclass(value)
    assert value.__dataclass_params__.frozen
    assert "__slots__" in vars(value)


def test_a_value_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Usage().model = "another"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_domain_imports_the_standard_library_and_itself_only(module):
    tree = ast.parse(Path(module.__file__).read_text())
    names = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert all(name.split(".")[0] in sys.stdlib_module_names or name.startswith(domain.__name__) for name in names)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (SessionStatus, "active complete failed cancelled"),
        (ExecutionMode, "manual auto agentic"),
        (ResultStatus, "ok error warning"),
        (RungOutcome, "passed failed skipped"),
    ],
)
def test_the_closed_sets_have_the_agreed_words(values, words):
    assert [str(value) for value in values] == words.split()


def test_attempts_that_never_started_vanished_or_met_trouble_cost_no_retry():
    free = {AttemptOutcome.ABANDONED, AttemptOutcome.LOST, AttemptOutcome.TROUBLED, AttemptOutcome.CANCELLED}
    assert set(AttemptOutcome) - SPENT == free


@pytest.mark.parametrize(
    ("code", "number"),
    [
        (ExitCode.OK, 0),
        (ExitCode.INTERNAL, 1),
        (ExitCode.USAGE, 2),
        (ExitCode.RETRYABLE, 3),
        (ExitCode.AGENT_UNAVAILABLE, 4),
        (ExitCode.FAILED_COMPONENTS, 5),
        (ExitCode.INTERRUPTED, 130),
    ],
)
def test_exit_codes_keep_their_numbers(code, number):
    assert code == number


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_is_one_sentence_with_an_exit_code_that_is_not_success(error):
    assert str(error("The disk is full.")) == "The disk is full."
    assert error.exit_code in set(ExitCode) - {ExitCode.OK}


@pytest.mark.parametrize(("outcome", "is_failed"), [("passed", False), ("failed", True), ("skipped", False)])
def test_only_a_failed_rung_is_failed(outcome, is_failed):
    assert RungVerdict(Rung.PASSES, RungOutcome(outcome), "summary").is_failed is is_failed
