from __future__ import annotations

from dataclasses import replace

from ctxtui.core.generator.choosing.trimming import trimmed
from ctxtui.core.generator.protocol.case import Case


def case(act: str, *checks: str, owner: str = "Bag") -> Case:
    return Case(0, owner, owner, (), act, {}, checks)


def test_attributes_that_the_repr_shows_are_not_asserted_again():
    one = case(
        "Bag('red', 12)", "repr(result) == \"Bag(color='red', size=12)\"", "result.color == 'red'", "result.size == 12"
    )
    assert trimmed([one])[0].checks == ("repr(result) == \"Bag(color='red', size=12)\"",)


def test_an_attribute_that_the_repr_does_not_show_stays():
    one = case("Bag('red')", "repr(result) == '<Bag red>'", "result.size == 4", "result.color == 'red'")
    assert trimmed([one])[0].checks == ("repr(result) == '<Bag red>'", "result.size == 4", "result.color == 'red'")


def test_what_an_earlier_construction_said_is_not_said_again():
    first = case("Bag()", "result.size == 1", "result.color is None")
    second = case("Bag(size=3)", "result.size == 3", "result.color is None")
    assert [one.checks for one in trimmed([first, second])] == [first.checks, ("result.size == 3",)]


def test_a_case_keeps_an_assertion_whatever_was_said_before():
    cases = [case("Bag()", "result.size == 1", "result.color is None")] * 2
    assert [one.checks for one in trimmed(cases)] == [cases[0].checks, ("result.size == 1",)]


def test_a_default_that_classes_share_is_said_once():
    first = case("Bag()", "result.size == 1", "result.color is None")
    second = case("Box()", "result.size == 2", "result.color is None", owner="Box")
    assert [one.checks for one in trimmed([first, second])] == [first.checks, ("result.size == 2",)]


def test_an_attribute_that_holds_what_a_collection_lists_is_not_asserted_too():
    one = case("Bag(1, 2)", "list(result) == [1, 2]", "result.items == [1, 2]", "result.places == {1: 0, 2: 1}")
    assert trimmed([one])[0].checks == ("list(result) == [1, 2]", "result.places == {1: 0, 2: 1}")


def test_a_text_is_asserted_by_its_own_test_and_not_by_the_construction_too():
    made = case("Bag('red')", "str(result) == 'a red bag'", "result.size == 4")
    bare = case("Box()", "str(result) == 'a box'", owner="Box")
    texts = [
        replace(case("str(Bag('red'))", "result == 'a red bag'"), target="Bag.__str__"),
        replace(case("str(Box())", "result == 'a box'", owner="Box"), target="Box.__str__"),
    ]
    assert [one.act for one in trimmed([made, bare, *texts])] == ["Bag('red')", "str(Bag('red'))", "str(Box())"]
    assert trimmed([made, bare, *texts])[0].checks == ("result.size == 4",)
    assert trimmed([made, bare])[1].checks == bare.checks


def test_what_a_method_gives_back_is_not_asserted_twice_where_it_is_its_own_object():
    one = replace(case("bag.fill()", "str(result) == 'full'"), setup=("bag = Bag()",), changes=("str(bag) == 'full'",))
    assert (trimmed([one])[0].checks, trimmed([one])[0].changes) == (one.checks, ())
    other = replace(one, changes=("bag.size == 1",))
    assert trimmed([other])[0].changes == other.changes


def test_objects_that_the_repr_shows_are_not_asserted_again():
    shown = "repr(result) == 'Bag([Plum(3)], owner=Ann())'"
    items = ("[repr(item) for item in result.plums] == ['Plum(3)']", "repr(result.owner) == 'Ann()'")
    other = "[repr(item) for item in result.pears] == ['Pear(1)']"
    assert trimmed([case("Bag(3)", shown, *items, other)])[0].checks == (shown, other)


def test_a_long_text_is_told_by_how_it_begins_and_ends_in_a_few_letters():
    text = f"result.startswith({'red and blue ' * 4!r})"
    data = f"result.endswith({bytes(range(60))!r})"
    short = "result.startswith('red')"
    told = trimmed([case("Bag().text()", "len(result) == 99", text, data, short)])[0].checks
    assert told == (
        "len(result) == 99",
        "result.startswith('red and blue red and blue red and blue red and')",
        "result.endswith(b'\\x1c\\x1d\\x1e\\x1f !\"#$%&\\'()*+,-./0123456789:;')",
        short,
    )


def test_what_comes_of_other_values_is_said_again():
    first = case("Bag('red', 'tea')", "dict(result) == {'red': 1}", "result.is_open is True")
    second = case("Bag('red', 'tea', strict=True)", "dict(result) == {'red': 1}", "result.is_strict is True")
    assert trimmed([first, second])[1].checks == second.checks


def test_an_attribute_that_holds_what_was_given_is_not_told_where_more_is():
    given = "['apples', 'pears', 'plums']"
    one = case(f"Bag({given}, 'tea')", "len(result) == 3", f"result.fruit == {given}", "result.drink == 'tea'")
    assert trimmed([one])[0].checks == ("len(result) == 3", "result.drink == 'tea'")
    bare = case(f"Bag({given})", f"result.fruit == {given}")
    assert trimmed([bare])[0].checks == bare.checks


def test_the_text_of_an_attribute_is_not_left_out_for_its_own_sake():
    alone = case("Bag()", "repr(result.lining) == \"Lining('silk', 12)\"")
    assert trimmed([alone])[0].checks == alone.checks
    change = "repr(bag.lining) == \"Lining('silk', 12)\""
    changed = replace(case("bag.line('silk')"), setup=("bag = Bag()",), changes=(change,))
    assert trimmed([changed])[0].changes == (change,)
