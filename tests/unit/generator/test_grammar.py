from __future__ import annotations

import ast

import pytest

from ctxtui.core.generator.probing.worker.grammar import measures_of, texts_of

READER = """
def read(text):
    if text.startswith("{"):
        return "table"
    if text[0] in "[]" or text == "null":
        return "list"
    key, _, value = text.partition(":")
    return value.split(",") if "}" in value else key
"""


def texts(source):
    return [ast.literal_eval(text) for text in texts_of(ast.parse(source))]


def test_texts_are_made_of_the_signs_that_a_module_looks_for():
    found = texts(READER)
    assert any(text.startswith("{") and text.endswith("}") for text in found)
    assert any("," in text for text in found)
    assert any(":" in text for text in found)
    assert any("null" in text for text in found)
    assert not any("<" in text for text in found)


def test_the_same_texts_are_made_each_time():
    assert texts(READER) == texts(READER)


def test_what_looks_for_few_signs_reads_no_language():
    assert texts("def f(text):\n    return text.split(',')\n") == []


@pytest.mark.parametrize(
    "table",
    [
        "{'h': 3600, 'm': 60, 's': 1}",
        "OrderedDict((('h', 'hours'), ('m', 'minutes'), ('s', 'seconds')))",
        "{'hours': ['h', 'hour'], 'minutes': ['m', 'minute'], 'seconds': ['s']}",
    ],
)
def test_numbers_have_the_units_of_a_table(table):
    found = measures_of(ast.parse(f"UNITS = {table}\n\n\ndef read(text):\n    return int(text[:-1])\n"))
    assert found == ["'2h5m'", "'3 m'", "'1.5s'", "'2h 5s'"]


def test_words_that_are_no_units_measure_nothing():
    assert measures_of(ast.parse("COLOURS = {'red': 1, 'green': 2, 'blue': 3}\nSIZE = int('3')\n")) == []
    assert measures_of(ast.parse("SIGNS = {'a': 1, 'b': 2, 'c': 3}\n")) == []
