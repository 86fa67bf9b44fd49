from __future__ import annotations

import ast

from ctxtui.core.generator.protocol.hints import Hints, Surface
from ctxtui.core.generator.reading.fixtures import harvest_fixtures

CONFTEST = """
import pytest
from shop.basket import Basket
from elsewhere import Other


@pytest.fixture
def basket():
    return Basket("Ann", limit=3)


@pytest.fixture(scope="module")
def prices():
    yield [1, 2, 3]


@pytest.fixture
def filled(basket):
    return basket.with_prices([1])


@pytest.fixture
def other():
    return Other()


def helper():
    return 1
"""


def test_what_a_fixture_gives_is_an_argument_for_a_parameter_of_its_name():
    hints = Hints()
    harvest_fixtures(ast.parse(CONFTEST), Surface({}, {}, frozenset()), hints, "shop.till")
    assert dict(hints.parameters) == {"*.basket": ["Basket('Ann', limit=3)"], "*.prices": ["[1, 2, 3]"]}
    assert hints.names == {"Basket": ("shop.basket", "Basket")}
