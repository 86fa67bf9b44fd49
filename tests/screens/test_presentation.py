"""Texts as they are laid out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.engine.shown import ShownState
from ctxtui.core.ports.store import StoredEvent
from ctxtui.screens.presentation import quantities
from ctxtui.screens.presentation.diff_lines import file_lines
from ctxtui.screens.presentation.event_lines import log_lines
from ctxtui.screens.presentation.spans import clean, fit, plain, shorten_path, width_of, wrap
from ctxtui.screens.presentation.states import MEANINGS, SIGNS
from ctxtui.screens.presentation.tree_row import RowFacts, columns_for, head_line, row_line
from ctxtui.screens.services import FileTexts
from ctxtui.screens.themes import ANSI, DARK, LIGHT, default_theme

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


def test_every_state_has_its_own_glyph_its_own_word_and_a_meaning():
    assert set(SIGNS) == set(ShownState) == set(MEANINGS)
    assert len({sign.glyph for sign in SIGNS.values()}) == len(SIGNS)
    assert len({sign.word for sign in SIGNS.values()}) == len(SIGNS)


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_fitted_text_has_exactly_its_cells(text, width):
    assert cell_len(fit(clean(text).replace("\n", " "), width)) == width


@given(st.text(max_size=200), st.integers(8, 60))
def test_no_wrapped_line_is_wider_than_asked(text, width):
    assert all(cell_len(line) <= width for line in wrap(text, width))


@given(st.lists(st.text("abcdefghij", min_size=1, max_size=20), max_size=20), st.integers(8, 40))
def test_wrapping_loses_no_word(words, width):
    assert "".join("".join(wrap(" ".join(words), width)).split()) == "".join(words)


def test_what_an_agent_writes_cannot_move_the_cursor():
    assert clean("a\x1b[2Jb\x1b]0;title\x07c\x08d\u202ee") == "abcde"


@pytest.mark.parametrize("width", [20, 30, 38, 44, 48, 66, 80, 110, 160])
@pytest.mark.parametrize("name", ["a", "a_module_with_a_very_long_name_indeed", "模块模块模块"])
def test_a_row_and_its_head_have_the_same_width_and_fit(width, name):
    columns = columns_for(width)
    facts = RowFacts(name, SIGNS[ShownState.RUNNING], 1, "▸", (), "1/3", "writing tests", "14", "1m02s", "$0.04")
    row = width_of(row_line(facts, columns))
    assert row == width_of(head_line(columns))
    assert row <= max(width, 21)


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "0s"), (59, "59s"), (192, "3m12s"), (7500, "2h05m"), (273600, "3d4h")]
)
def test_durations_are_short(seconds, expected):
    assert quantities.duration(timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize(("number", "expected"), [(842, "842"), (41_200, "41.2k"), (1_300_000, "1.3M")])
def test_amounts_are_short(number, expected):
    assert quantities.amount(number) == expected


@pytest.mark.parametrize(("cost", "expected"), [(None, ""), (0.0, ""), (0.001, "<$0.01"), (1.239, "$1.24")])
def test_money_never_rounds_to_nothing(cost, expected):
    assert quantities.money(cost) == expected


def test_a_path_is_cut_at_its_front():
    assert shorten_path("tests/billing/test_money.py", 20) == "…/test_money.py"
    assert shorten_path("test.py", 20) == "test.py"


def test_a_new_file_is_shown_whole_and_a_changed_one_as_hunks():
    new = plain(file_lines(FileTexts("tests/test_a.py", "", "import a\n\nx = 1\n", is_accepted=False)))
    assert "new +3" in new
    assert "not accepted yet" in new
    before = "\n".join(f"line {n}" for n in range(40))
    changed = plain(file_lines(FileTexts("a.txt", before, before.replace("line 20", "line twenty"), is_accepted=True)))
    assert " -  line 20" in changed
    assert " +  line twenty" in changed
    assert "line 5" not in changed


def test_a_log_tells_the_time_once_a_second_and_leaves_raw_lines_out():
    kinds = ((EventKind.RAW, "{}"), (EventKind.TOOL, "read a.py"), (EventKind.MESSAGE, "done"))
    events = [StoredEvent(n, "s", "i", Event(kind, NOW, text)) for n, (kind, text) in enumerate(kinds)]
    text = plain(log_lines(events, 60))
    assert "{}" not in text
    assert text.count("09:00:00") == 1
    assert "▸ read a.py" in text


@pytest.mark.parametrize(
    ("environ", "theme"),
    [
        ({}, DARK),
        ({"COLORFGBG": "0;15"}, LIGHT),
        ({"COLORFGBG": "15;0"}, DARK),
        ({"NO_COLOR": "1"}, ANSI),
        ({"TERM": "linux"}, ANSI),
    ],
)
def test_the_theme_follows_the_terminal(environ, theme):
    assert default_theme(environ) == theme
