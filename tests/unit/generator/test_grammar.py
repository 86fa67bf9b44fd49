from __future__ import annotations

import ast

from ctxtui.core.generator.probing.worker.grammar import texts_of

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
