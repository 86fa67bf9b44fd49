from __future__ import annotations

import pytest

from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.writing.naming import class_words, parameter_name, slug, snake, subject_of, unique, words_for
from ctxtui.core.generator.writing.suffixes import further_of, suffix_of


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("'Hello, World!'", "hello_world"),
        ("''", "empty_string"),
        ("'  '", "blank"),
        ("-1", "minus_1"),
        ("1.5", "1_5"),
        ("[]", "empty_list"),
        ("[1]", "single_item_list"),
        ("{'a': 1}", "dict"),
        ("lambda value: value", "function"),
        ("Version('1.0')", "version"),
        ("None", "none"),
    ],
)
def test_a_value_is_put_into_words(source, words):
    assert slug(source) == words


def test_a_long_text_is_cut_between_words():
    assert slug("'the quick brown fox jumps over the lazy dog'") == "the_quick_brown_fox_jumps"


def test_a_class_name_becomes_snake_case():
    assert snake("LRUCache") == "lru_cache"


def test_a_special_method_is_called_by_what_it_does():
    assert subject_of("Version.__lt__", "Version") == "less_than"
    assert subject_of("Version", "Version") == "construction"


def test_a_name_that_is_taken_is_set_apart_by_an_alternative_before_a_number():
    taken = {"test_add"}
    assert unique("test_add", taken, ["of_1"]) == "test_add_of_1"
    assert unique("test_add", taken, ["of_1"]) == "test_add_2"


def test_a_column_hides_no_builtin_and_no_imported_name():
    taken = {"version"}
    assert parameter_name("list", taken) == "list_value"
    assert parameter_name("version", taken) == "version_value"
    assert parameter_name("amount", taken) == "amount"


@pytest.mark.parametrize(
    "source", ["'a,b,c'", "'hello-world=1'", "3.14159265", "[1, 2]", "b'x'", "f(1, 2)", "'Ünïcödé'", "'hello world'"]
)
def test_a_value_that_words_would_garble_gets_none(source):
    assert words_for(source) == ""


@pytest.mark.parametrize(
    ("source", "words"), [("'hi you'", "hi_you"), ("'1.2.3'", "1_2_3"), ("10**6", ""), ("None", "none")]
)
def test_a_plain_value_is_told_as_it_is(source, words):
    assert words_for(source) == words


def test_a_test_class_is_written_like_a_class():
    assert class_words("sized_iterator") == "SizedIterator"
    assert class_words("LRUCache") == "LRUCache"


def refused(message: str) -> Case:
    return Case(0, "pack", "", (), "pack(size=0)", {"size": "0"}, (), raises=("ValueError", message))


@pytest.mark.parametrize(
    ("message", "end"),
    [
        ('Invalid value for "box_size" (0)', "rejects_invalid_value_for_box_size"),
        ("Invalid value for 'box size'", "rejects_invalid_value"),
        ("Unknown box 'round'", "rejects_unknown_box"),
    ],
)
def test_a_refusal_is_named_by_what_the_message_speaks_of(message, end):
    assert suffix_of(refused(message)) == end


def test_an_option_that_begins_with_the_word_is_told_without_another():
    case = Case(0, "pack", "", (), "pack(3, with_lid=True)", {"size": "3"}, ("result == 1",))
    assert suffix_of(case) == "with_lid"


def test_many_items_set_a_test_apart():
    case = Case(0, "pack", "", (), "pack('a-b')", {"size": "'a-b'"}, (f"result == {list(range(12))}",))
    assert "gives_12_items" in further_of(case)


@pytest.mark.parametrize(
    ("step", "end"),
    [
        ("monkeypatch.setenv('NO_COLOR', '1')", "with_no_color"),
        ("monkeypatch.setattr('sys.platform', 'win32')", "on_win32"),
        ("monkeypatch.setattr('platform.system', lambda: 'Darwin')", "on_darwin"),
        ("monkeypatch.setattr('shop.boxes.DEBUG', True)", "with_debug"),
    ],
)
def test_what_is_set_around_a_call_sets_its_test_apart(step, end):
    setup = ("monkeypatch.setenv('HOME', '/home/ann')", step)
    assert suffix_of(Case(0, "pack", "", setup, "pack()", {}, ("result == 1",))) == end


def test_what_a_double_is_told_is_named_after_it():
    case = Case(0, "f", "", ("tree = mock.Mock()",), "f(tree)", {"tree": "tree"}, (), ("tree.mock_calls == []",))
    assert "tells_tree" in further_of(case)
