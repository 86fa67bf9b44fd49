from __future__ import annotations

from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.reading.signatures import signatures_of
from ctxtui.core.generator.writing.rendering import render

SOURCE = """
from dataclasses import dataclass
from typing import NamedTuple

def cut(text, /, start, *, end=0): ...

class Span:
    def __init__(self, start, end): ...

class WideSpan(Span): ...

@dataclass
class Price:
    amount: int
    currency: str = "EUR"

class Point(NamedTuple):
    x: int
    y: int
"""


def test_positional_parameters_are_read_by_function_and_class(tmp_path):
    source = tmp_path / "m.py"
    source.write_text(SOURCE)
    assert signatures_of(source) == {
        "cut": ("text", "start"),
        "Span": ("start", "end"),
        "WideSpan": ("start", "end"),
        "Price": ("amount", "currency"),
        "Point": ("x", "y"),
    }


def test_what_cannot_be_read_names_nothing(tmp_path):
    source = tmp_path / "m.py"
    source.write_text("def broken(:")
    assert signatures_of(source) == {}


def test_columns_are_called_as_the_constructor_calls_them():
    names = {"Span": ("m", "Span")}
    cases = [
        Case(n, "Span.size", "Span", (), f"Span({n}, {3 * n}).size()", {}, (f"result == {2 * n}",), names=names)
        for n in (1, 2, 3)
    ]
    text = render("m", cases, signatures={"Span": ("start", "end")}).text
    assert "def test_size(self, start, end, expected):\n        assert Span(start, end).size() == expected\n" in text
