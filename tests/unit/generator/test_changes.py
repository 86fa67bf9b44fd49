from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from ctxtui.core.generator.probing.worker.mutation import mutants_of
from ctxtui.core.generator.reading.changes import changes_of
from ctxtui.core.validation.mutants import sample_mutants

SOURCE = '''"""Prices."""


def with_tax(price, rate=0.5):
    if price < 10:
        return price
    return price + price * rate


class Basket:
    def __init__(self):
        self.prices = []

    @property
    def total(self):
        return sum(self.prices) - 1
'''


@pytest.fixture
def module(tmp_path) -> ModuleType:
    path = tmp_path / "prices_of_a_test.py"
    path.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    loaded.__spec__ = spec
    return loaded


def test_the_generator_and_the_rung_know_the_same_changes(module, tmp_path):
    path = tmp_path / "prices_of_a_test.py"
    changes = changes_of(path)
    ours = {(line, new) for _, _, _, new, line, _ in changes["edits"]}
    shown = sample_mutants("prices.py", path.read_bytes(), range(1, 30), 100)
    assert {line for line, _ in ours} <= {mutant.line for mutant in shown}
    assert (5, "<=") in ours
    assert not any(line == 4 for line, _ in ours)


def test_a_changed_function_takes_the_place_of_the_live_one_and_gives_it_back(module, tmp_path):
    path = tmp_path / "prices_of_a_test.py"
    lines = frozenset(range(1, 30))
    told = set()
    for mutant in mutants_of(module, str(path), changes_of(path), lines):
        with mutant.in_place():
            told.add((mutant.line, module.with_tax(10)))
    assert {(5, 10), (7, 5), (16, 15)} <= told
    assert module.with_tax(10) == 15


def test_a_source_that_cannot_be_read_has_no_changes(tmp_path):
    (tmp_path / "broken.py").write_text("def f(:\n")
    assert changes_of(tmp_path / "broken.py") == {"functions": [], "edits": []}
