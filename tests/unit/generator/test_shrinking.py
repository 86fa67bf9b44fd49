from __future__ import annotations

import ast

import pytest

from ctxtui.core.generator.probing.worker.shrinking import simpler
from ctxtui.core.generator.probing.worker.targets import Parameter


def shorter(text: str) -> list[object]:
    given = simpler([Parameter("value", "", None, False, False, False)], {"value": text})
    return [ast.literal_eval(arguments["value"]) for arguments in given]


@pytest.mark.parametrize("text", ["'a'", "'2024-01-31'", "'(y = 0x17)'", "[1, 2, 3]", "12", "None"])
def test_what_is_short_stays_as_it_is(text):
    assert not shorter(text)


def test_a_dictionary_loses_what_nothing_depends_on():
    assert shorter("{'hello world': 'hello world', 'font-style': 'italic'}") == [
        {"font-style": "italic"},
        {"hello world": "hello world"},
    ]
    assert not shorter("{'font-style': 'italic'}")


def test_a_long_text_loses_whole_words():
    words = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"]
    found = shorter(repr(" ".join(words)))
    assert found
    assert all(set(str(text).split()) <= set(words) for text in found)


def test_a_text_of_several_lines_loses_whole_lines():
    assert (
        shorter(repr("[section]\nkey = value\nother = 12\n"))
        == [
            "key = value\nother = 12\n",
            "[section]\nother = 12\n",
            "[section]\nkey = value\n",
        ]
        * 2
    )


def test_a_long_list_loses_items():
    assert [1, 2] in shorter("[1, 2, 3, 4]")


def test_an_option_is_left_out():
    option = Parameter("option", "", None, True, False, False)
    assert list(simpler([option], {"option": "True"})) == [{}]
