"""Sentences for a terminal are broken between words, and only there."""

from __future__ import annotations

from ctxtui.cli.output.wrapping import wrapped

NOTE = "note: plain `pytest` does not find shop: run `python3 -m venv .venv && .venv/bin/python -m pip install pytest`."


def test_no_word_is_broken_and_the_rest_hangs_below():
    told = wrapped(NOTE, 40).split("\n")
    assert told == [
        "note: plain `pytest` does not find shop:",
        "  run",
        "  `python3 -m venv .venv && .venv/bin/python -m pip install pytest`.",
    ]


def test_an_indent_stays_and_lines_stay_lines():
    assert wrapped("  a/b.py: nothing to call\nshort", 16) == "  a/b.py:\n    nothing to\n    call\nshort"


def test_what_fits_and_what_nobody_looks_at_stays_as_it_is():
    assert wrapped("name    3 lines", 15) == "name    3 lines"
    assert wrapped(NOTE, 0) == NOTE


def test_wide_letters_are_measured_by_the_columns_that_they_take():
    assert wrapped("数据 数据 数据", 10) == "数据 数据\n  数据"
