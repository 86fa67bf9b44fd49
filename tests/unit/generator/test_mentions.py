"""Texts that docstrings show among their words are tried as what the function is given."""

from __future__ import annotations

import pytest

from ctxtui.core.generator.reading.harvest import harvest
from ctxtui.core.generator.reading.mentions import mentioned


@pytest.mark.parametrize(
    ("docstring", "texts"),
    [
        ("Converts rgb(51,102,153) to #336699.", ["rgb(51,102,153)", "#336699"]),
        ("Replaces `:0 0 0 0;` by ':0;' where it can.", [":0 0 0 0;", ":0;"]),
        ("Reads ``a=1&b=2``, from a 'query' of somebody's.", ["a=1&b=2", "query"]),
        ("Takes a date and/or a time (2024-01-31), e.g. of today.", ["2024-01-31"]),
        ("Versions such as 1.5.2b2 or 2.5, and not 3.", ["1.5.2b2"]),
        ("Gives (-1, 0) for nothing, `None` or `close()`.", []),
        (":param size: 2*3 of them\n    >>> pack('#12')\n", []),
    ],
)
def test_a_docstring_shows_texts(docstring, texts):
    assert mentioned(docstring, {"size"}) == texts


def test_they_are_tried_for_the_first_parameter_that_may_be_a_text(tmp_path):
    source = tmp_path / "paint.py"
    source.write_text(
        'def shade(colour, share):\n    """Shades #aabbcc."""\n\n\n'
        'def mix(share: float):\n    """Mixes #aabbcc."""\n\n\n'
        'class Brush:\n    def dip(self, colour: str):\n        """Takes #aabbcc."""\n'
    )
    found = harvest(source, "paint", tmp_path / "empty", []).parameters
    assert found == {"shade.colour": ["'#aabbcc'"], "Brush.dip.colour": ["'#aabbcc'"]}


def test_what_a_class_shows_is_for_its_construction(tmp_path):
    source = tmp_path / "paint.py"
    source.write_text(
        'class Shade:\n    """Made of #aabbcc."""\n\n'
        "    def __init__(self, colour):\n        self.colour = colour\n\n"
        "    def mixed(self, other):\n        return other\n"
    )
    assert harvest(source, "paint", tmp_path / "empty", []).parameters == {"Shade.colour": ["'#aabbcc'"]}
