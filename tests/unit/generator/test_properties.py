from __future__ import annotations

from dataclasses import replace

from ctxtui.core.generator.choosing.properties import promised
from ctxtui.core.generator.choosing.selection import select
from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.writing.rendering import render

NAMES = {name: ("shop.codec", name) for name in ("encode_price", "decode_price", "slugify")}


def case(number: int, act: str, check: str, value: str) -> Case:
    target = act.partition("(")[0]
    names = {target: NAMES[target]}
    return Case(number, target, "", (), act, {"value": value}, (check,), arcs=frozenset({(number, 1)}), names=names)


ENCODED = case(0, "encode_price(35)", "result == 'EUR:35'", "35")
DECODED = case(1, "decode_price('EUR:4')", "result == 4", "'EUR:4'")
SLUG = case(2, "slugify('Hello, World!')", "result == 'hello-world'", "'Hello, World!'")


def test_what_is_encoded_is_tried_to_be_decoded_again():
    (found,) = promised([ENCODED, DECODED], 2)
    assert (found.id, found.target, found.act, found.checks) == (
        2,
        "decode_price",
        "decode_price(encode_price(35))",
        ("result == 35",),
    )
    assert set(found.names) == {"encode_price", "decode_price"}


def test_what_is_cleaned_is_tried_to_stay_as_it_is():
    (found,) = promised([SLUG], 1)
    assert (found.act, found.checks) == ("slugify('hello-world')", ("result == 'hello-world'",))


def test_what_was_clean_before_shows_nothing_more():
    assert not promised([case(2, "slugify('plum-pie')", "result == 'plum-pie'", "'plum-pie'")], 1)


def test_a_function_without_a_counterpart_promises_nothing():
    assert not promised([ENCODED], 1)


def test_a_property_names_its_test_and_stands_beside_an_example():
    cases = [ENCODED, DECODED, SLUG, *promised([ENCODED, DECODED, SLUG], 3)]
    text = render("shop.codec", select(cases)).text
    assert "def test_decode_price_reverses_encode_price():\n    assert decode_price(encode_price(35)) == 35\n" in text
    assert (
        'def test_slugify_leaves_its_own_result_alone():\n    assert slugify("hello-world") == "hello-world"\n' in text
    )
    assert 'slugify("Hello, World!") == "hello-world"' in text


def test_several_values_that_come_back_are_rows_of_one_table():
    further = case(3, "encode_price(40)", "result == 'EUR:40'", "40")
    text = render("shop.codec", promised([ENCODED, further, DECODED], 4)).text
    assert "        40,\n" in text
    assert "(value):\n    assert decode_price(encode_price(value)) == value\n" in text


def test_an_object_is_asked_for_the_hash_of_its_like_and_not_for_its_own():
    own = Case(0, "Bag.__hash__", "Bag", ("bag = Bag('red')",), "hash(bag) == hash(bag)", {}, ("result is True",))
    (like,) = promised([own], 1)
    assert (like.act, like.setup) == ("hash(Bag('red')) == hash(Bag('red'))", ())
    assert [case.id for case in select([own, like])] == [1]


def test_values_of_each_kind_are_tried_to_come_back():
    texts = [
        case(number, f"encode_price('{word}')", f"result == '{word}'", f"'{word}'")
        for number, word in enumerate("abcde" * 3)
    ]
    texts = [
        replace(one, act=f"encode_price('{number} plums')", arguments={"value": f"'{number} plums'"})
        for number, one in enumerate(texts)
    ]
    found = promised([*texts, ENCODED, DECODED], 20)
    assert [one.checks[0] for one in found if one.target == "decode_price"][-1] == "result == 35"
