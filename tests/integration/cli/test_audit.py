"""What the tests that exist are worth, and which modules are chosen by it."""

from __future__ import annotations

import pytest

from tests.integration.cli.conftest import git

MONEY = "def add(a, b):\n    return a + b\n\n\ndef less(a, b):\n    return a - b\n"
KEEN = "from shop.money import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"


@pytest.fixture
def tested(person):
    """The package with tests of one module that reach half of it."""
    (person.root / "shop" / "money.py").write_text(MONEY)
    (person.root / "tests" / "test_money.py").write_text(KEEN)
    git(person.root, "add", ".")
    git(person.root, "commit", "-q", "-m", "tests")
    return person


def test_an_audit_tells_of_each_module_what_its_tests_are_worth(tested):
    told = tested.types("audit", "shop", "--json")
    assert told.code == 0
    modules = {line["name"]: line for line in told.lines if line["type"] == "module"}
    (together,) = (line for line in told.lines if line["type"] == "together")
    assert modules["shop.money"]["files"] == ["tests/test_money.py"]
    assert [verdict["rung"] for verdict in modules["shop.money"]["verdicts"]] == ["passes", "stable", "covers", "kills"]
    assert modules["shop.money"]["weaknesses"] == ["covered to 75 %"]
    assert [line["weaknesses"] for name, line in modules.items() if name != "shop.money"] == [["no tests"]]
    assert together["outcome"] == "passed"
    assert tested.types("ls", "--json").lines == [[]]


def test_an_audit_says_what_weak_tests_miss_and_can_end_with_a_code_for_them(tested):
    told = tested.types("audit", "shop", "--only", "money", "--check")
    assert told.code == 5
    assert "shop.money  1 test · 75 % covered" in told.out
    assert "    not reached: line 6" in told.out
    assert tested.types("audit", "shop", "--only", "money", "--check", "--least", "70").code == 0


def test_an_audit_finds_tests_that_do_not_hold(tested):
    (tested.root / "tests" / "test_money.py").write_text(
        "import time\nfrom shop.money import add\n\n\ndef test_year():\n"
        f"    assert add(time.localtime().tm_year, 0) == {__import__('time').localtime().tm_year}\n"
    )
    git(tested.root, "commit", "-q", "-am", "this year")
    told = tested.types("audit", "shop", "--only", "money")
    assert "✕ shop.money" in told.out
    assert "stable: 1 test unstable: test_year" in told.out
    assert "1 of 1 module has weak tests." in told.err


def test_a_plan_shows_what_a_module_has_already(tested):
    told = tested.types("plan", "shop", "--json").lines[0]
    money = next(item for item in told["components"] if item["name"] == "shop.money")
    assert (money["lines"], money["present_tests"], money["covered"]) == (7, 1, None)


def test_modules_that_are_covered_well_enough_are_left_out(tested):
    told = tested.types("plan", "shop", "--below", "70", "--json").lines[0]
    assert "shop.money" not in [item["name"] for item in told["components"]]
    assert told["left_out"]["shop/money.py"] == "its tests cover 75 % of it already"


def test_only_modules_that_changed_since_a_revision_are_planned(tested):
    told = tested.types("plan", "shop", "--changed", "HEAD~1", "--json").lines[0]
    assert [item["name"] for item in told["components"]] == ["shop.money"]
    assert tested.types("plan", "shop", "--changed", "HEAD").sentence == "No module of shop has changed since HEAD."
    assert "There is no revision nowhere" in tested.types("plan", "shop", "--changed", "nowhere").sentence
