from __future__ import annotations

from dataclasses import replace

import pytest

from ctxtui.core.generator.choosing.length import lines_of
from ctxtui.core.generator.choosing.selection import select
from ctxtui.core.generator.choosing.shortlist import shortlist
from ctxtui.core.generator.choosing.worth import (
    is_crash,
    is_degenerate,
    is_hollow,
    is_mangled,
    is_private,
    kind_of_result,
    says_little,
    shows_type_only,
    strangeness,
)
from ctxtui.core.generator.protocol.case import Case


def case(number: int, target: str, act: str, check: str, *arcs: tuple[int, int], kills: frozenset[int] = frozenset()):
    owner = target.partition(".")[0]
    return Case(number, target, owner, (), act, {}, (check,), arcs=frozenset(arcs), kills=kills)


def ids(cases: list[Case]) -> list[int]:
    return [one.id for one in cases]


def test_the_same_call_is_told_once():
    cases = [
        case(0, "Cache.__getitem__", "Cache()[1]", "result == 1", (1, 2)),
        case(1, "Cache.__missing__", "Cache()[1]", "result == 1", (1, 2), (2, 3)),
    ]
    assert ids(select(cases)) == [0]


def test_inherited_behaviour_is_told_where_it_is_defined():
    cases = [
        case(0, "Base.size", "Base().size()", "result == 1", (1, 2)),
        case(1, "Child.size", "Child().size()", "result == 1", (1, 2)),
        case(2, "Other.size", "Other().size()", "result == 1", (7, 8)),
    ]
    assert ids(select(cases)) == [0, 2]


def test_a_change_that_had_survived_is_noticed_before_anything_else():
    cases = [
        case(0, "Base.size", "Base(1).size()", "result == 1", *((n, n + 1) for n in range(40))),
        case(1, "Base.size", "Base(2).size()", "result == 1", (1, 2), kills=frozenset({-1})),
    ]
    assert 1 in ids(select(cases))


def test_a_method_is_shown_on_an_object_that_was_made_with_something():
    cases = [
        case(0, "Bag.items", "Bag().items()", "list(result) == []", (1, 2), (2, 3)),
        case(1, "Bag.items", "Bag(['plum', 'pear']).items()", "list(result) == ['plum', 'pear']", (1, 2), (2, 3)),
        case(2, "Bag.told", "Bag().told()", "result == '{}'", (4, 5), (5, 6)),
        case(3, "Bag.told", "Bag(['plum', 'pear']).told()", "result == 'plum, pear'", (4, 5), (5, 6)),
    ]
    assert ids(select(cases)) == [1, 3]


def test_rows_that_differ_in_how_far_a_text_goes_on_are_not_added():
    texts = ["fig tree", "fig tree three", "fig tree threeo", "plums and pears", "two threes"]
    cases = [case(n, "f", f"f({text!r})", f"result == {n + 7}", (1, 2)) for n, text in enumerate(texts)]
    assert ids(select(cases)) == [0, 4, 3]


def test_a_case_that_later_ones_make_superfluous_is_left_out():
    cases = [
        case(0, "f", "f(12, 5)", "result == 1", (1, 2), (2, 3)),
        case(1, "f", "f(13)", "result == 2", (1, 2), (2, 4), (4, 5), kills=frozenset({1})),
        case(2, "f", "f(14)", "result == 3", (1, 2), (2, 3), (3, 6), kills=frozenset({2})),
    ]
    assert ids(select(cases)) == [1, 2]


def test_what_notices_more_is_preferred_to_what_is_shorter():
    cases = [
        case(0, "wrap", "wrap('a')", "result == ['a']", (1, 2)),
        case(
            1,
            "wrap",
            "wrap('one two three', 5)",
            "result == ['one', 'two', 'three']",
            (1, 2),
            kills=frozenset({1, 2, 3}),
        ),
    ]
    assert ids(select(cases)) == [1]


def test_a_target_has_a_case_that_shows_what_it_is_for():
    cases = [
        case(0, "is_even", "is_even('x')", "", (1, 2), (2, 3)),
        case(1, "is_even", "is_even(42)", "result is True", (1, 2)),
    ]
    refusal = replace(cases[0], checks=(), raises=("TypeError", "no number"))
    assert ids(select([refusal, cases[1]])) == [1, 0]


def test_cases_stand_in_the_order_of_the_source_whatever_the_order_of_their_discovery():
    cases = [case(0, "late", "late(20)", "result == 1", (9, 10)), case(1, "early", "early(20)", "result == 2", (1, 2))]
    assert ids(select(cases, positions={"early": 3, "late": 30})) == [1, 0]


def test_a_result_with_something_in_it_is_preferred():
    cases = [
        case(0, "Base.items", "Base().items()", "result == []", (1, 2)),
        case(1, "Base.items", "Base('apples').items()", "result == ['apples']", (1, 2)),
    ]
    assert ids(select(cases)) == [1]


def test_what_is_repeated_is_a_few_for_each_way_and_each_result():
    cases = [case(n, "f", f"f({n})", f"result == {n % 3}", (1, 2)) for n in range(50)]
    first, reserve = shortlist(cases)
    assert len(first) <= 5
    assert {one.checks for one in first} == {one.checks for one in cases}
    assert len(first) + len(reserve) == len(cases)


@pytest.mark.parametrize(
    ("act", "is_odd"),
    [("f('')", True), ("f(0, None)", True), ("f('ab', [])", True), ("f('apple')", False), ("f([1, 7])", False)],
)
def test_inputs_that_are_nothing_much_are_recognised(act, is_odd):
    assert is_degenerate(case(0, "f", act, "result == 1")) is is_odd


@pytest.mark.parametrize(
    ("target", "is_kept_to_its_class", "is_for_inside"),
    [
        ("Tree._Tree__item", True, True),
        ("Tree._item", False, True),
        ("_helper", False, True),
        ("Tree.__len__", False, False),
        ("Tree.items", False, False),
    ],
)
def test_names_that_are_not_for_callers_are_recognised(target, is_kept_to_its_class, is_for_inside):
    assert (is_mangled(target), is_private(target)) == (is_kept_to_its_class, is_for_inside)


def test_what_python_keeps_to_its_class_is_not_tested():
    assert not select([case(0, "Tree._Tree__item", "Tree._Tree__item(20)", "result == 20", (1, 2))])


def test_a_function_that_gives_values_is_shown_on_five():
    cases = [case(n, "area", f"area({n + 3}, {n + 5})", f"result == {(n + 3) * (n + 5)}", (1, 2)) for n in range(9)]
    assert len(select(cases)) == 5


def test_no_row_is_added_that_takes_a_line_for_each_of_its_values():
    long = [f"result == Turn({', '.join(str(n + k / 1000003) for k in range(1, 7))})" for n in range(9)]
    cases = [case(n, "turn", f"turn({n + 3})", check, (1, 2)) for n, check in enumerate(long)]
    assert len(select(cases)) == 1


def test_no_row_is_added_that_does_not_fit_into_a_line():
    digests = [f"result == {bytes(range(n, n + 64))!r}" for n in range(9)]
    cases = [case(n, "digest", f"digest({n + 3})", check, (1, 2)) for n, check in enumerate(digests)]
    assert len(select(cases)) == 1


def test_of_rows_that_reach_as_much_the_shorter_is_taken():
    told = case(0, "turn", "turn(7)", "result == 8", (1, 2))
    long = case(1, "turn", "turn(8)", f"result == Turn({', '.join('0.1234567890123456' for _ in range(6))})", (1, 3))
    short = case(2, "turn", "turn(9)", "result == Turn(0)", (1, 3))
    assert ids(select([told, long, short])) == [0, 2]


def test_what_a_check_lets_pass_is_told_beside_what_it_refuses():
    passes = case(0, "check_color", "check_color('red')", "result is None", (1, 2), (2, 3))
    refuses = replace(case(1, "check_color", "check_color('loud')", "", (1, 2), (2, 4)), checks=(), raises=("E", "no"))
    assert ids(select([passes, refuses])) == [0, 1]
    silent = [replace(one, target="update") for one in (passes, refuses)]
    assert ids(select(silent)) == [1]


def test_a_collection_that_takes_many_lines_costs_them():
    long = "{" + ", ".join(f"'name{n}': 'a value of {n}'" for n in range(12)) + "}"
    assert lines_of(case(0, "f", f"f({long})", "result == 1")) > lines_of(case(0, "f", "f('x')", "result == 1")) + 11


def test_a_call_that_takes_many_lines_costs_them():
    long = f"Turn({', '.join(str(n / 1000003) for n in range(1, 13))})"
    assert lines_of(case(0, "f", "f(1)", f"result == {long}")) > lines_of(case(0, "f", "f(1)", "result == 1")) + 11


def test_an_empty_instance_out_of_empty_ones_shows_nothing():
    assert is_hollow(case(0, "Bag.__and__", "Bag([]) & Bag([])", "result == Bag()"))
    assert not is_hollow(case(0, "Bag.__and__", "Bag([7, 8]) & Bag([8])", "result == Bag([8])"))


def test_a_bare_flag_and_a_roundabout_way_are_odd():
    straight = case(0, "Bag.add", "bag.add(7)", "result == 8")
    assert strangeness(case(1, "Bag.add", "bag.add(True)", "result == 1")) > strangeness(straight)
    roundabout = replace(straight, setup=("bag = Bag()", "bag.clear()", "bag.clear()"))
    assert strangeness(roundabout) > strangeness(replace(straight, setup=("bag = Bag()",)))


def test_a_pattern_that_the_code_searches_with_is_an_odd_input():
    assert strangeness(case(0, "f", "f('\\\\d{1,2}$')", "result == 1")) > strangeness(
        case(1, "f", "f('12')", "result == 1")
    )


def test_that_an_error_is_an_exception_is_told_where_there_is_nothing_else():
    error = case(0, "SoldOut", "issubclass(SoldOut, Exception)", "result is True")
    assert ids(select([error])) == [0]
    assert ids(select([error, case(1, "buy", "buy('pears')", "result == 3", (1, 2))])) == [1]


def test_no_row_is_added_only_to_say_one_text_thrice():
    told = case(0, "wrap", "wrap('one', 'two', 'ten')", "result == 1", (1, 2))
    same = case(1, "wrap", "wrap('red', 'red', 'red')", "result == 2", (1, 2))
    other = case(2, "wrap", "wrap('red', 'tea', 'pie')", "result == 3", (1, 2))
    assert ids(select([told, same])) == [0]
    assert ids(select([told, other])) == [0, 2]


def test_a_text_that_comes_back_as_it_was_is_no_row_beside_one_that_is_changed():
    cases = [
        case(0, "shorten", "shorten('#aabbcc')", "result == '#abc'", (1, 2)),
        case(1, "shorten", "shorten('#abc')", "result == '#abc'", (1, 2)),
        case(2, "shorten", "shorten('plum pie')", "result == 'plum pie'", (1, 2)),
    ]
    assert ids(select(cases)) == [0]


def test_a_function_that_was_only_seen_to_leave_texts_alone_is_shown_to_do_so():
    assert ids(select([case(0, "shorten", "shorten('plum pie')", "result == 'plum pie'", (1, 2))])) == [0]


def test_of_the_examples_those_with_options_are_shown_too():
    acts = ["f('plum')", "f('pear')", "f('fig tree')", "f('apple')", "f('fig', size=2)"]
    cases = [
        replace(case(number, "f", act, f"result == {number}", (1, 2)), is_example=True)
        for number, act in enumerate(acts)
    ]
    assert 4 in ids(select(cases))


def test_more_than_a_few_rows_are_only_of_words_that_mean_something():
    def rows(*texts: str) -> int:
        cases = [case(number, "f", f"f({text!r})", f"result == {number}", (1, 2)) for number, text in enumerate(texts)]
        return len(select(cases))

    assert rows("name", "one two", "x1: 12", "name<12", "one two-x1") == 3
    assert rows("plum", "pear tree", "fig: 12", "fig<12", "pear-fig") == 5


def test_comparing_what_holds_nothing_is_no_example_of_an_operator():
    bare = case(0, "Bag.__ge__", "Bag() >= Bag()", "result is True", (1, 2))
    told = case(1, "Bag.size", "Bag(7).size()", "result == 7", (1, 2), (2, 3))
    assert ids(select([bare, told])) == [1]


def test_an_error_of_the_interpreter_is_told_only_where_much_depends_on_it():
    crash = replace(case(0, "f", "f(7)", "", (1, 2)), checks=(), raises=("TypeError", "'int' object is not iterable"))
    assert is_crash(crash)
    assert not is_crash(replace(crash, raises=("ValueError", "no price")))


def test_what_is_pinned_for_another_function_is_no_test_of_this_one():
    names = {"parse_args": ("shop", "parse_args")}
    plain = case(0, "price", "price('tea')", "result == 3", (1, 2))
    passing = replace(
        case(1, "price", "price(parse_args().item)", "result == 3", (1, 2), (2, 3)),
        setup=("monkeypatch.setattr('sys.argv', ['program', 'tea'])",),
        names=names,
    )
    assert ids(select([plain, passing])) == [0]


def test_an_operator_from_elsewhere_is_told_only_where_it_reaches_or_notices_something():
    told = case(0, "Bag.size", "Bag([7]).size()", "result == 1", (1, 2), (2, 3))
    order = case(1, "Bag.__ge__", "Bag([7]) >= Bag([8])", "result is True", (1, 2))
    assert ids(select([told, order], positions={"Bag": 1, "Bag.size": 5})) == [0]
    assert sorted(ids(select([told, order], positions={"Bag": 1, "Bag.size": 5, "Bag.__ge__": 8}))) == [0, 1]


@pytest.mark.parametrize("text", ["<p>hello</p>", "<br>", "<Range bytes 0-3>", "<a href='x'>"])
def test_markup_and_values_in_angle_brackets_say_something(text):
    told = case(0, "render", "render('hello')", f"result == {text!r}")
    assert not says_little(told)
    assert not shows_type_only(told)


@pytest.mark.parametrize("text", ["<Basket>", "<shop.sums.Basket object>", "<shop.basket>"])
def test_the_name_of_a_class_in_angle_brackets_says_little(text):
    told = case(0, "Basket.__repr__", "repr(Basket())", f"result == {text!r}")
    assert says_little(told)
    assert shows_type_only(told)


def test_objects_are_of_one_kind_whatever_is_told_of_them_first():
    checks = ("result.name == 'plum'", "result.size == 3", "str(result) == 'plum'", "repr(result) == 'Plum()'")
    assert len({kind_of_result(case(0, "f", "f(1)", check)) for check in checks}) == 1


def test_an_iterator_that_comes_back_as_it_was_given_is_no_end_of_its_own():
    given = case(0, "f", "f((value for value in [1, 2, 3]))", "list(result) == [1, 2, 3]")
    assert kind_of_result(given) == kind_of_result(case(1, "f", "f('plum')", "result == 'plum'"))


def test_texts_in_angle_brackets_are_of_one_kind():
    kinds = {kind_of_result(case(0, "f", "f(1)", f"result == {text!r}")) for text in ("<Range 1>", "<Range 2>", "a")}
    assert len(kinds) == 1


def test_what_is_passed_for_want_of_anything_better_is_odd():
    plain = strangeness(case(0, "f", "f('plum', 'request')", "result == 3"))
    for text in ("KeyError('request')", "(value for value in [2, 3])", "dict[str, int]"):
        assert strangeness(case(0, "f", f"f('plum', {text})", "result == 3")) >= plain + 1


def test_what_is_found_out_at_import_is_no_constant_to_tell():
    flag = case(0, "constants", "HAS_WINGS", "result is False")
    table = case(1, "constants", "WINGS", "result == {}")
    number = case(2, "constants", "MOST_EGGS", "result == 12")
    assert ids(select([flag, table, number])) == [2]


def test_a_step_that_fails_is_odder_than_anything_given():
    straight = case(0, "Bag.add", "bag.add('')", "result == 8")
    swallowed = replace(straight, setup=("bag = Bag()", "with contextlib.suppress(TypeError): bag.add(None)"))
    assert strangeness(swallowed) > strangeness(replace(straight, setup=("bag = Bag()", "bag.add('pear')"))) + 2


def test_nothing_is_odder_than_a_small_number():
    assert strangeness(case(0, "f", "f(None, 9)", "result == 3")) > strangeness(case(1, "f", "f(1, 9)", "result == 3"))


@pytest.mark.parametrize("piece", ["is permitted per pattern: ", " of the file", "no such file "])
def test_a_piece_of_a_message_is_an_odd_input(piece):
    assert strangeness(case(0, "f", f"f({piece!r})", "result == 1")) > strangeness(
        case(1, "f", f"f({piece.strip()!r})", "result == 1")
    )


def test_what_is_looked_up_in_a_collection_is_less_odd_than_a_text_that_says_nothing():
    meant = case(0, "get", "get({'a': {'b': [1, 2]}}, ('a',))", "result == {'b': [1, 2]}", (1, 2))
    idle = case(1, "get", "get('hello world', '')", "result == 'hello world'", (1, 2))
    assert strangeness(meant) < strangeness(idle)
    assert ids(select([idle, meant])) == [0]


def test_a_method_that_the_test_defines_itself_is_not_tested():
    stand_in = ("class MinimalBag(Bag):\n    def size(self, *args, **kwargs):\n        return 3",)
    own = replace(case(0, "Bag.size", "MinimalBag().size(7)", "result == 3", (1, 2)), setup=stand_in)
    through = replace(case(1, "Bag.weight", "MinimalBag().weight(7)", "result == 21", (3, 4)), setup=stand_in)
    assert ids(select([own, through])) == [1]


def test_what_an_object_is_given_and_keeps_is_shown_once():
    cases = [case(n, "Bag", f"Bag({n + 3})", f"result.size == {n + 3}", (1, 2)) for n in range(5)]
    assert len(select(cases)) == 1
    assert len(select([replace(one, checks=(f"result.weight == {one.id + 90}",)) for one in cases])) == 5


def test_what_a_class_inherits_and_keeps_is_shown_for_one_of_them():
    base = case(0, "Bag", "Bag(12)", "result.size == 12", (1, 2))
    child = case(1, "Box", "Box(12)", "result.size == 12", (1, 2))
    other = case(2, "Tin", "Tin(12)", "result.weight == 36", (1, 2))
    assert ids(select([base, child, other])) == [0, 2]


def test_what_an_object_keeps_is_shown_where_only_its_methods_reach_as_much():
    made = case(0, "Bag", "Bag(12)", "result.size == 12", (1, 2))
    asked = case(1, "Bag.count", "Bag(12).count()", "result == 36", (1, 2), (3, 4), (4, 5))
    assert ids(select([made, replace(asked, owner="Bag")])) == [0, 1]


@pytest.mark.parametrize("name", ["strip_pre", "_inline_text", "convert_h4"])
def test_a_word_is_preferred_to_the_name_of_some_code(name):
    assert strangeness(case(0, "f", f"f({name!r})", "result == 1")) > strangeness(
        case(1, "f", "f('there')", "result == 1")
    )
