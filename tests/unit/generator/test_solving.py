from __future__ import annotations

import enum
import re

import pytest

from ctxtui.core.generator.probing.worker.comparing import Comparison
from ctxtui.core.generator.probing.worker.solving import turned
from ctxtui.core.generator.probing.worker.subjects import Subject
from ctxtui.core.generator.probing.worker.targets import Parameter


def parameter(name, default=None, *, has_default=False):
    return Parameter(name, "", default, has_default, is_keyword_only=False, is_variadic=False)


def wishes(kind, left, right, arguments, *, parameters=(), setup=(), is_true=False):
    subject = Subject("f", "", "f({arguments})", parameters or [parameter(name) for name in arguments], setup)
    comparison = Comparison(0, kind, left, right, is_true)
    return list(turned(comparison, subject, arguments, lambda found: [f"{found.__name__}()"]))


def given(kind, left, right, text, **more):
    return [arguments["value"] for _, arguments in wishes(kind, left, right, {"value": text}, **more)]


@pytest.mark.parametrize(
    ("kind", "left", "right", "text", "wanted"),
    [
        ("==", "a", "plum", "'a'", "'plum'"),
        ("==", "verb", "stop", "'verb: now'", "'stop: now'"),
        ("==", 3, 4711, "'3'", "'4711'"),
        ("==", "hello", "HI", "'Hello'", "'HI'"),
        ("is", 3, True, "3", "True"),
        ("is", True, False, "True", "False"),
        ("<", 1, 8000, "1", "8001"),
        ("len", "ab", 5, "'ab'", "'ababa'"),
        ("len", b"ab", 126, "b'ab'", "b'a' * 126"),
        ("<", 2, 125, "'ab'", "'a' * 126"),
        ("in", "a", ("plum", "pear"), "'a'", "'plum'"),
        ("in", "x", [1], "[1]", "[1, 'x']"),
        ("in", "x", (1,), "(1,)", "(1, 'x')"),
        ("key", {"one": 1}, "a", "'a'", "'one'"),
        ("holds", "ab", ":", "'ab'", "'ab:'"),
        ("holds", b"ab", b"\r\n", "b'ab'", "b'ab\\r\\n'"),
        ("==", 97, 27, "b'ab'", "b'\\x1bb'"),
        ("<", 97, 0xD800, "'ab'", "'\\ud800b'"),
        ("==", 52, 97, "'4'", "'a'"),
        ("startswith", "rest", "hard", "'go:rest'", "'go:hardrest'"),
        ("endswith", "name", ".txt", "'name'", "'name.txt'"),
        ("isinstance", 1, dict, "1", "dict()"),
        ("isinstance", "x", (bytes, int), "{'a': 'x'}", "{'a': 3}"),
        ("type", 1, dict, "1", "dict()"),
        ("callable", 1, None, "1", "str"),
        ("isdigit", "ab", None, "'ab'", "'42'"),
        ("isupper", "a", None, "'a'", "'P'"),
        ("isspace", b" ", None, "b' '", "b'-'"),
    ],
)
def test_the_value_that_was_compared_is_exchanged(kind, left, right, text, wanted):
    assert wanted in given(kind, left, right, text)


def test_what_has_the_attribute_that_was_looked_for_is_passed():
    subject = Subject("f", "", "f({arguments})", [parameter("value")])
    comparison = Comparison(0, "hasattr", 1, "read", is_true=False)
    found = turned(comparison, subject, {"value": "1"}, lambda _: (), having=lambda name: [f"having_{name}()"])
    assert [arguments for _, arguments in found] == [{"value": "having_read()"}]


def test_a_text_that_the_pattern_matches_takes_the_place_of_one_that_it_refused():
    assert any(re.fullmatch(r"'\d{4}-W\d\d'", text) for text in given("match", re.compile(r"\d{4}-W\d\d"), "a", "'a'"))


def test_a_pattern_for_bytes_gets_bytes():
    assert any(eval(text).isdigit() for text in given("match", re.compile(rb"\d+"), b"a", "b'a'"))


def test_a_value_inside_of_a_collection_is_exchanged():
    assert "[1, 'plum']" in given("==", "a", "plum", "[1, 'a']")
    assert "{'key': 'plum'}" in given("==", "a", "plum", "{'key': 'a'}")


def test_a_default_that_was_compared_is_given_another_value():
    parameters = [parameter("value"), parameter("mode", "r", has_default=True)]
    found = wishes("==", "r", "w", {"value": "1"}, parameters=parameters)
    assert {"value": "1", "mode": "'w'"} in [arguments for _, arguments in found]


def test_a_value_in_the_making_of_the_receiver_is_exchanged():
    found = wishes("==", "a", "plum", {}, setup=("fruit = Fruit('a')",))
    assert [subject.setup for subject, _ in found] == [("fruit = Fruit('plum')",)]


def test_a_number_is_shifted_by_what_a_sum_lacks():
    found = wishes("<", -2, 0, {"size": "3"}, setup=("window = Window(1)",))
    assert {"size": "1"} in [arguments for _, arguments in found]
    assert {"size": "2"} in [arguments for _, arguments in found]
    assert ("window = Window(3)",) in [subject.setup for subject, _ in found]


@pytest.mark.parametrize(("left", "right"), [(88.5, 85.0), (88.5, 85)])
def test_a_fraction_is_shifted_by_what_a_difference_lacks(left, right):
    found = given("<", left, right, "1.5")
    assert {"5.0", "6.0", "4.0"} <= set(found)


def test_no_number_is_shifted_by_a_long_fraction():
    assert given("<", -0.0008333, -90.0, "0.5") == []


def test_a_number_that_no_byte_holds_is_not_looked_for_in_bytes():
    assert given("<", 300, 5, "b'ab'") == []


def test_what_was_never_passed_is_not_exchanged():
    assert given("==", "x", "y", "'a'") == []


class Fruit(enum.Enum):
    PLUM = 1
    PEAR = 2


@pytest.mark.parametrize(("kind", "right"), [("==", Fruit.PEAR), ("is", Fruit.PEAR), ("in", (Fruit.PLUM, Fruit.PEAR))])
def test_another_member_takes_the_place_of_one(kind, right):
    assert given(kind, Fruit.PLUM, right, "Basket(Fruit.PLUM, 3)") == ["Basket(Fruit.PEAR, 3)"]


def test_another_member_takes_its_place_in_the_making_of_the_receiver():
    found = wishes("is", Fruit.PLUM, Fruit.PEAR, {}, setup=("basket = Basket(Fruit.PLUM)",))
    assert [subject.setup for subject, _ in found] == [("basket = Basket(Fruit.PEAR)",)]


def test_a_negative_number_inside_an_expression_is_exchanged_with_its_sign():
    found = given("==", -1, 0, "Range(-1)")
    assert "Range(0)" in found
    assert not any("-0" in text or "--" in text for text in found)


class LikePattern:
    """A pattern of another library than `re`."""

    pattern = "fn[0-9]"
    flags = 1 << 12

    def search(self, text):
        return re.search(self.pattern, text)


def test_a_text_is_exchanged_for_one_that_a_pattern_of_another_library_matches():
    assert "'fn1'" in {text[:3] + "1'" for text in given("match", LikePattern(), "p", "'p'") if text[1:3] == "fn"}


@pytest.mark.parametrize(
    ("left", "text", "is_true", "wanted"),
    [
        ("plum", "'plum'", True, "''"),
        (3, "3", True, "None"),
        ([], "[]", False, "[1, 2]"),
        (False, "False", False, "True"),
    ],
)
def test_something_empty_is_exchanged_for_something_that_is_not_and_back(left, text, is_true, wanted):
    assert wanted in given("truth", left, None, text, is_true=is_true)


@pytest.mark.parametrize(
    ("kind", "left", "right", "is_true", "made", "wanted"),
    [
        ("truth", True, None, True, "Encoder()", "Encoder(is_ascii=False)"),
        ("==", "utf-8", "latin-1", False, "Encoder(3)", "Encoder(3, is_ascii='latin-1')"),
        ("is", ",", None, False, "Encoder(3, sep=':')", "Encoder(3, sep=':', is_ascii=None)"),
    ],
)
def test_an_attribute_that_is_compared_is_set_by_the_option_of_its_name(kind, left, right, is_true, made, wanted):
    subject = Subject("Encoder.encode", "Encoder", "{subject}.encode()", (), (f"encoder = {made}",), ("encoder",))
    comparison = Comparison(0, kind, left, right, is_true, "_is_ascii")
    found = [other.setup for other, _ in turned(comparison, subject, {}, lambda _: [])]
    assert (f"encoder = {wanted}",) in found


def test_an_option_that_is_given_already_is_not_given_twice_but_set_afterwards():
    subject = Subject("f", "A", "{subject}.f()", (), ("a = A(is_ascii=unknown)",), ("a",))
    comparison = Comparison(0, "truth", left=True, right=None, is_true=True, attribute="is_ascii")
    setups = [other.setup for other, _ in turned(comparison, subject, {}, lambda _: [])]
    assert setups == [("a = A(is_ascii=unknown)", "a.is_ascii = False")]


def test_what_was_none_is_given_what_its_parameter_is_known_to_take():
    subject = Subject("f", "", "f({arguments})", [parameter("limit", has_default=True)])
    comparison = Comparison(0, "truth", None, None, is_true=False)
    found = turned(comparison, subject, {}, lambda _: [], {"limit": ["None", "30"]}.__getitem__)
    assert [arguments for _, arguments in found] == [{"limit": "30"}]


def test_what_has_no_literal_gives_way_to_none():
    assert [more for _, more in wishes("is", object(), None, {"delta": "timedelta(3)"})] == [{"delta": "None"}]
    assert wishes("is", object(), None, {"delta": "timedelta(3)"}, is_true=True) == []


def test_what_is_too_small_may_be_counted_from_a_text():
    assert given("<", 10, 112, "'42'")[-2:] == [repr("42" * 8), repr("42" * 16)]
    assert repr("42" * 8) not in [*given("<", 120, 112, "'42'"), *given("<", 1, 3, "'42'")]


def test_what_is_of_a_kind_gives_way_to_what_is_of_none_of_them():
    assert "'text'" in given("isinstance", [1], list, "[1]", is_true=True)
    assert "1" in given("isinstance", "a", (str, bytes), "'a'", is_true=True)


def test_arguments_in_a_row_are_exchanged_one_by_one():
    parameters = [Parameter("value", "", None, has_default=False, is_keyword_only=False, is_variadic=True)]
    assert given("==", 1, 2, "1, 1", parameters=parameters) == ["2, 1", "1, 2"]


def test_another_type_takes_the_place_of_one_that_was_asked_for_by_name():
    cast = parameter("value", str, has_default=True)
    assert {"value": "float"} in [told for _, told in wishes("is", str, float, {}, parameters=[cast])]
    assert given("is", str, float, "str") == ["float"]
    assert given("==", None, bool, "None") == ["bool"]
    assert given("is", str, float, "'str'") == []
