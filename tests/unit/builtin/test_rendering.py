from __future__ import annotations

import ast

from ctxtui.core.agents.builtin.cases import Case
from ctxtui.core.agents.builtin.rendering import render

NAMES = {"double": ("shop.sums", "double"), "Basket": ("shop.sums", "Basket")}


def case(number: int, act: str, *checks: str, **more) -> Case:
    given = {"target": "double", "owner": "", "setup": (), "arguments": {}, "names": NAMES, **more}
    return Case(id=number, act=act, checks=checks, **given)


def test_three_cases_of_one_shape_share_a_table():
    cases = [case(n, f"double({n})", f"result == {2 * n}", arguments={"amount": str(n)}) for n in (1, 2, 3)]
    text = render("shop.sums", cases).text
    assert '    ("amount", "expected"),\n' in text
    assert "        (3, 6),\n" in text
    assert "def test_double(amount, expected):\n    assert double(amount) == expected\n" in text


def test_a_refusal_is_matched_by_its_message():
    text = render("shop.sums", [case(0, "double('x')", raises=("TypeError", "not a number (str)"))]).text
    assert 'with pytest.raises(TypeError, match=re.escape("not a number (str)")):\n        double("x")\n' in text
    assert text.index("import re") < text.index("import pytest") < text.index("from shop.sums import double")


def test_a_change_of_state_is_arranged_acted_and_asserted():
    basket = case(
        0,
        "basket.add(3)",
        setup=("basket = Basket()",),
        changes=("basket.prices == [3]",),
        target="Basket.add",
        owner="Basket",
    )
    text = render("shop.sums", [basket]).text
    assert "class TestBasket:\n    def test_add(self):\n" in text
    assert "        basket = Basket()\n        basket.add(3)\n        assert basket.prices == [3]\n" in text


def test_a_comparison_is_never_chained_to_what_it_gives():
    right = "Basket('apples and pears and a great deal more', 'quinces', 'grapes')"
    cases = [case(n, f"{n} in {right}", f"result is {n < 2}", target="Basket.__contains__") for n in (0, 1, 2)]
    for size in (1, 2, 3):
        text = render("shop.sums", cases[3 - size :]).text
        comparisons = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Compare)]
        assert all(len(node.ops) == 1 for node in comparisons), text


def test_what_is_printed_is_captured():
    text = render("shop.sums", [case(0, "double(1)", "result is None", prints="two\n")]).text
    assert "def test_double(capsys):\n    double(1)\n" in text
    assert 'assert capsys.readouterr().out == "two\\n"' in text


def test_only_names_that_are_used_are_imported():
    text = render("shop.sums", [case(0, "double(1)", "result == 2")]).text
    assert "Basket" not in text
    assert "import pytest" not in text


def test_each_test_knows_its_cases():
    rendered = render("shop.sums", [case(7, "double(1)", "result == 2")])
    assert rendered.tests == {"test_double": (7,)}


def test_an_ancestor_is_in_the_test_s_name():
    error = case(0, "issubclass(double, ValueError)", "result is True")
    text = render("shop.sums", [error]).text
    assert "def test_double_is_a_value_error():\n    assert issubclass(double, ValueError)\n" in text
