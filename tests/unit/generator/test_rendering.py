from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.writing.assertions import matching
from ctxtui.core.generator.writing.rendering import render

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


def test_what_a_function_does_to_what_it_is_given_is_told_in_a_table():
    cases = [
        case(n, "double(prices)", "result is None", setup=(f"prices = [{n}]",), changes=(f"prices == [{2 * n}]",))
        for n in (1, 2, 3)
    ]
    text = render("shop.sums", cases).text
    assert '    ("prices", "expected"),\n' in text
    assert "        ([3], [6]),\n" in text
    assert "def test_double(prices, expected):\n    double(prices)\n    assert prices == expected\n" in text
    alone = render("shop.sums", cases[:1]).text
    assert "def test_double():\n    prices = [1]\n    double(prices)\n    assert prices == [2]\n" in alone


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


def test_what_a_standard_module_has_is_spelled_one_way_in_a_file():
    cases = [
        case(0, "until(timedelta(hours=2))", "result == 2", names={"timedelta": ("datetime", "timedelta")}),
        case(1, "until(3)", "result == datetime.timedelta(3)", names={"datetime": ("datetime", "")}),
    ]
    text = render("shop.clock", cases).text
    assert "from datetime import" not in text
    assert text.count("datetime.timedelta(") == len(cases)


def test_each_test_knows_its_cases():
    rendered = render("shop.sums", [case(7, "double(1)", "result == 2")])
    assert rendered.tests == {"test_double": (7,)}


def test_an_ancestor_is_in_the_test_s_name():
    error = case(0, "issubclass(double, ValueError)", "result is True")
    text = render("shop.sums", [error]).text
    assert "def test_double_is_a_value_error():\n    assert issubclass(double, ValueError)\n" in text


def test_set_up_that_three_tests_share_is_a_fixture():
    cases = [
        case(
            n,
            f"basket.{method}()",
            f"result == {n}",
            setup=("basket = Basket('apples')",),
            target=f"Basket.{method}",
            owner="Basket",
        )
        for n, method in enumerate(("weigh", "count", "sort"))
    ]
    text = render("shop.sums", cases).text
    assert '    @pytest.fixture\n    def basket(self):\n        return Basket("apples")\n' in text
    assert "    def test_weigh(self, basket):\n        assert basket.weigh() == 0\n" in text
    assert "fixture" not in render("shop.sums", cases[:2]).text


def test_tests_that_use_files_run_in_a_temporary_folder():
    cases = [case(n, f"double({n})", f"result == {n}", uses_files=True, target=f"double_{n}") for n in range(3)]
    alone = render("shop.sums", cases[:1]).text
    assert "(monkeypatch, tmp_path):\n    monkeypatch.chdir(tmp_path)\n    assert double(0) == 0\n" in alone
    together = render("shop.sums", cases).text
    assert together.count("monkeypatch.chdir(tmp_path)") == 1
    assert together.count('@pytest.mark.usefixtures("empty_folder")\ndef test_') == 3


def test_a_column_is_called_after_its_own_parameter_even_where_two_values_are_the_same():
    cases = [
        case(n, f"double({a}, {b})", f"result == {a + b}", arguments={"left": str(a), "right": str(b)})
        for n, (a, b) in enumerate([(1, 1), (2, 3), (4, 4)])
    ]
    assert '("left", "right", "expected")' in render("shop.sums", cases).text


def test_a_function_that_several_tests_define_is_written_once():
    setup = ("def twice(value):\n    return value * 2",)
    cases = [case(n, f"double(twice, {n})", f"result == {n}", setup=setup, target=f"double_{n}") for n in range(2)]
    text = render("shop.sums", cases).text
    assert text.count("def twice(value):") == 1
    assert (
        "\n\n\ndef twice(value):\n    return value * 2\n\n\ndef test_double_0():\n    assert double(twice, 0) == 0\n"
        in text
    )
    assert "def test_double_0():\n    def twice(value):\n" in render("shop.sums", cases[:1]).text


def test_a_function_that_looks_like_a_test_is_defined_inside_of_those_that_need_it():
    setup = ("def test_func(value):\n    return value == 42",)
    cases = [case(n, f"double(test_func, {n})", f"result == {n}", setup=setup, target=f"double_{n}") for n in range(2)]
    text = render("shop.sums", cases).text
    assert text.count("\n    def test_func(value):") == 2
    assert "\ndef test_func" not in text


def test_classes_of_one_ancestor_share_a_table():
    names = {name: ("shop.errors", name) for name in ("ShopError", "SoldOut", "Closed")}
    cases = [
        Case(n, name, "", (), f"issubclass({name}, ShopError)", {}, ("result is True",), names=names)
        for n, name in enumerate(("SoldOut", "Closed"))
    ]
    rendered = render("shop.errors", cases)
    assert rendered.tests == {"test_subclasses_of_shop_error": (0, 1)}
    assert "        SoldOut,\n        Closed,\n" in rendered.text
    assert "    assert issubclass(subclass, ShopError)\n" in rendered.text


def test_an_object_that_would_make_an_assertion_too_long_gets_a_name():
    made = "Basket(owner='Ada Lovelace', address='12 St James Square', shop='the corner shop')"
    text = render("shop.sums", [case(0, f"{made}.total('EUR')", "result == 12", target="Basket.total")]).text
    assert '    assert basket.total("EUR") == 12\n' in text
    assert text.index("    basket = Basket(") < text.index("assert")


def test_a_call_that_is_too_long_to_compare_gives_its_result_a_name_first():
    act = "double('a rather long sentence that somebody has to read', 'and another one that is as long')"
    text = render("shop.sums", [case(0, act, "result == 'twice'")]).text
    assert text.endswith('    )\n    assert result == "twice"\n')


def test_an_object_that_three_tests_are_about_is_a_fixture_even_where_each_could_make_its_own():
    made = "Basket(owner='Ada', prices=[1, 2, 3])"
    cases = [
        case(n, f"{made}.{method}()", f"result == {n}", target=f"Basket.{method}", owner="Basket")
        for n, method in enumerate(("total", "size", "rest"))
    ]
    text = render("shop.sums", cases).text
    assert text.count("Basket(owner=") == 1
    assert "    def test_total(self, basket):\n        assert basket.total() == 0\n" in text


def test_silence_of_a_function_that_can_only_refuse_is_acceptance():
    cases = [
        case(0, "check('red')", "result is None", target="check", arguments={"color": "'red'"}),
        case(1, "check('loud')", target="check", arguments={"color": "'loud'"}, raises=("ValueError", "no color")),
    ]
    text = render("shop.sums", cases).text
    assert 'def test_check_accepts_red():\n    assert check("red") is None\n' in text
    assert "def test_check_rejects_loud():" in text


def test_a_result_that_no_name_can_hold_is_told_by_its_size():
    cases = [case(0, "double([2])", "result == [4.5]"), case(1, "double([1])", "list(result) == [3.25, [5]]")]
    assert list(render("shop.sums", cases).tests) == ["test_double", "test_double_gives_two_items"]


def test_numbers_that_say_nothing_alone_name_no_test():
    more = {"target": "Basket", "owner": "Basket", "arguments": {"rows": "1", "columns": "0"}}
    made = case(0, "Basket(1, 0)", "basket.rows == 1", "basket.columns == 0", **more)
    refused = case(1, "Basket(1, -1)", raises=("ValueError", "no columns"), **more)
    text = render("shop.sums", [made, refused]).text
    assert "    def test_construction(self):\n" in text
    assert "_of_1_and_0" not in text


def test_a_refused_number_is_told_with_its_parameter():
    refused = case(0, "double(-3)", raises=("ValueError", "below zero"), arguments={"amount": "-3"})
    assert "def test_double_rejects_amount_of_minus_3():" in render("shop.sums", [refused]).text


@pytest.mark.parametrize(
    ("message", "pattern"),
    [
        ("No unblocked streams to schedule.", "'No unblocked streams to schedule'"),
        ("Weight must be from 1 to 256 (inclusive)", "'Weight must be from 1 to 256'"),
        ("Weight must be from 1 to 256 (inclusive).", "'Weight must be from 1 to 256'"),
        ("the sum must be 1.0", "re.escape('the sum must be 1.0')"),
        ("no more.", "re.escape('no more.')"),
        ("nothing is left", "'nothing is left'"),
    ],
)
def test_a_message_is_matched_without_escapes_where_its_end_alone_needs_them(message, pattern):
    assert matching(message) == pattern


def test_a_name_tells_two_options_at_most():
    bags = [
        case(
            0,
            "Basket(size=3, color='red', is_open=False, is_full=False)",
            "result.size == 3",
            "result.is_full is False",
        ),
        case(1, "Basket()", "result.size == 1", "result.is_full is True"),
        case(2, "Basket(size=4, is_open=False, is_full=False)", "result.size == 4", "result.is_full is False"),
    ]
    text = render("shop.sums", [replace(bag, target="Basket", owner="Basket") for bag in bags]).text
    assert "def test_construction_with_size_and_color(self)" in text
    assert "def test_construction_with_size_and_without_is_open(self)" in text


def test_a_construction_is_named_by_the_attribute_that_is_asserted_rather_than_by_its_value():
    given = {"target": "Basket", "owner": "Basket", "arguments": {"fruit": "['pear', 'plum']"}}
    cases = [
        case(0, "Basket(['pear', 'plum'])", "result.is_open is True", **given),
        case(1, "Basket(['pear', 3])", "result.size == 2", "result.is_open is False", **given),
    ]
    assert "def test_construction_sets_is_open(self)" in render("shop.sums", cases).text


def test_of_two_calls_that_print_one_is_told_by_its_options():
    cases = [
        case(0, "double('one')", "result is None", prints="oneone\n"),
        case(1, "double('one', indent=1)", "result is None", prints=" oneone\n"),
    ]
    text = render("shop.sums", cases).text
    assert "def test_double_prints(capsys)" in text
    assert "def test_double_prints_with_indent(capsys)" in text


def test_an_error_of_the_project_names_a_refusal_rather_than_the_number_that_is_refused():
    names = {**NAMES, "MissingPriceError": ("shop.sums", "MissingPriceError")}
    more = {"target": "Basket.price", "owner": "Basket", "arguments": {"number": "3"}, "names": names}
    refused = case(0, "Basket().price(3)", raises=("MissingPriceError", "Price 3 not in basket"), **more)
    assert "    def test_price_raises_missing_price_error(self):\n" in render("shop.sums", [refused]).text


def test_the_first_table_of_a_function_needs_no_more_than_its_name():
    cases = [case(n, f"double({n})", f"result == {2 * n}", arguments={"amount": str(n)}) for n in (1, 2, 3)]
    cases += [case(n, f"double({n}, times=2)", f"result == {4 * n}", arguments={"amount": str(n)}) for n in (4, 5, 6)]
    assert list(render("shop.sums", cases).tests) == ["test_double", "test_double_with_times"]


def test_tests_of_one_refusal_are_told_apart_by_what_was_done_before():
    cases = [
        case(
            n,
            "basket.add('x')",
            target="Basket.add",
            owner="Basket",
            arguments={"price": "'x'"},
            setup=("basket = Basket()", *steps),
            raises=("ValueError", f"no price at {n}"),
        )
        for n, steps in enumerate(((), ("basket.open", "basket.fill(3)")))
    ]
    names = [name.partition("::")[2] for name in render("shop.sums", cases).tests]
    assert names == ["test_add_rejects_invalid_price", "test_add_rejects_invalid_price_after_open_and_fill"]


def test_a_test_is_named_by_what_was_done_before_rather_than_by_what_comes_out():
    basket = case(
        0,
        "basket.total()",
        "result == -0.0",
        setup=("basket = Basket()", "basket.negate()"),
        target="Basket.total",
        owner="Basket",
    )
    other = case(1, "Basket(3).total()", "result == 3", target="Basket.total", owner="Basket")
    assert "    def test_total_after_negate(self):\n" in render("shop.sums", [basket, other]).text


def test_two_cases_that_are_too_long_for_a_line_share_a_table():
    texts = [f"{word} that somebody has to read to the end of the line" for word in ("one sentence", "another one")]
    cases = [
        case(n, f"double({text!r}, times={n})", f"result == {n}", arguments={"words": repr(text), "times": str(n)})
        for n, text in enumerate(texts)
    ]
    text = render("shop.sums", cases).text
    assert "def test_double(words, times, expected):\n    assert double(words, times=times) == expected\n" in text


def test_a_function_among_the_steps_stands_apart():
    steps = ("basket = Basket()", "def price(item):\n    return 3")
    text = render("shop.sums", [case(0, "basket.sum(price)", "result == 3", setup=steps)]).text
    assert "    basket = Basket()\n\n    def price(item):\n        return 3\n\n" in text


def test_a_long_message_is_matched_by_what_it_says_first():
    days = "monday, tuesday, wednesday, thursday, friday, saturday, sunday"
    refused = case(0, "double('x')", raises=("ValueError", f"Invalid start day (valid start days are {days})"))
    assert '    with pytest.raises(ValueError, match="Invalid start day"):\n' in render("shop.sums", [refused]).text


def test_what_may_be_refused_itself_is_made_inside_of_the_test():
    cases = [
        case(n, f"Basket({n}, 2) == Basket({n - 5}, 3)", raises=("ValueError", "negative"), target="Basket.__eq__")
        for n in (1, 2, 3)
    ]
    text = render("shop.sums", cases).text
    tests = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    assert len(tests) == 3
    assert not any(test.decorator_list for test in tests)


def test_a_function_that_is_passed_to_one_named_like_a_builtin_is_written_as_it_is():
    setup = ("def double(value):\n    return value * 2",)
    passed = {"key": "def double(value):\v    return value * 2\ndouble"}
    largest = case(
        0, "max(key=double)", "result == 3", setup=setup, arguments=passed, names={"max": ("shop.sums", "max")}
    )
    text = render("shop.sums", [largest]).text
    assert "def double(value):\n" in text
    assert "assert sums.max(key=double) == 3" in text


def test_a_test_is_named_by_what_was_switched_off_before():
    cases = [
        case(0, "table.text", "result == 'a|b'", owner="Table", target="Table.text", setup=("table = Table()",)),
        case(
            1,
            "table.text",
            "result == 'a b'",
            owner="Table",
            target="Table.text",
            setup=("table = Table()", "table.column_border = False"),
        ),
    ]
    assert "def test_text_without_column_border" in render("shop.sums", cases).text


def test_what_has_a_name_already_is_given_no_other():
    block = "with Basket() as basket:\n    pass"
    entered = case(
        0,
        "basket",
        "result.total == 0",
        "result.prices == []",
        setup=(block,),
        target="Basket.__exit__",
        owner="Basket",
    )
    text = render("shop.sums", [entered]).text
    assert "        assert basket.total == 0\n        assert basket.prices == []\n" in text
    assert "result" not in text
