"""Texts as they are laid out."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ctxtui.core.domain.attempt import Attempt, AttemptOutcome
from ctxtui.core.domain.event import BEGINS, Event, EventKind
from ctxtui.core.domain.interaction import Action, Command, Interaction
from ctxtui.core.domain.plan import Limits
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.domain.verdict import Evidence, RungOutcome, RungVerdict
from ctxtui.core.ports.store import ChildRow, RunRow, StoredEvent
from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.states import ShownState
from ctxtui.screens.home.view import Entry, Group, home_view
from ctxtui.screens.launcher import FileTexts
from ctxtui.screens.presentation import quantities
from ctxtui.screens.presentation.answers import answer_told
from ctxtui.screens.presentation.aside import cut_off, moved_aside
from ctxtui.screens.presentation.diff_lines import file_lines
from ctxtui.screens.presentation.doing import cause_of, doing
from ctxtui.screens.presentation.entries import entries_of
from ctxtui.screens.presentation.event_log import MOST_LINES, EventLog
from ctxtui.screens.presentation.hits import Hit, hit_line
from ctxtui.screens.presentation.home_rows import group_line, home_notes, home_row, home_title
from ctxtui.screens.presentation.key_lines import key_lines
from ctxtui.screens.presentation.marking import marked
from ctxtui.screens.presentation.overview import child_overview, rung_lines
from ctxtui.screens.presentation.spans import Tone, clean, fit, line, plain, shorten_path, width_of, wrap
from ctxtui.screens.presentation.states import MEANINGS, SIGNS
from ctxtui.screens.presentation.tree_row import Columns, RowFacts, columns_for, head_line, row_line
from ctxtui.screens.review.lines import FileRows, ReviewText
from ctxtui.screens.review.marks import Remarks, ReviewMarks
from ctxtui.screens.review.sending import question_about
from ctxtui.screens.theme.background import is_light, typed_beside
from ctxtui.screens.theme.themes import ANSI, DARK, LIGHT, default_theme

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
ROW = ChildRow("c", "r", "c", "cart", "t", 0, SessionStatus.ACTIVE, {}, "a", "", NOW, (), 3, "", None, NOW, NOW, 1)


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


def test_the_keys_of_a_sheet_are_told_in_full_on_as_many_lines_as_it_takes():
    keys = [("ctrl+s", "retry", Tone.MUTED), ("ctrl+t", "another agent", Tone.MUTED), ("esc", "back", Tone.MUTED)]
    told = plain(key_lines(keys, 40)).splitlines()
    assert told == ["ctrl+s retry   ctrl+t another agent", "esc back"]


@pytest.mark.parametrize(("cells", "told"), [(0, "   7 +  assert x == 1"), (2, "   7 +  sert x == 1"), (99, "   7 +")])
def test_code_is_moved_aside_behind_its_numbers(cells, told):
    spans = line(("   7 ",), ("+ ",), (" ",), ("assert x", Tone.BUSY), (" == 1",))
    assert plain([moved_aside(spans, 8, cells)]).rstrip() == told


def test_a_line_without_numbers_is_not_moved_aside():
    heading = line((" tests/test_cart.py",), ("  new",))
    assert moved_aside(heading, 8, 4) == heading


def test_silence_is_told_with_its_end_in_as_few_cells_as_a_row_has_at_120_columns():
    told = doing(ROW, ShownState.RUNNING, NOW, timedelta(seconds=169), Limits(agent_stall_seconds=300))
    assert told == "silent 2m49s, max 5m"
    assert len(told) <= 22


def test_a_line_that_goes_on_beyond_the_edge_says_so():
    assert plain([cut_off(line(("1 ",), ("abcdef",)), 6)]).rstrip() == "1 abc▸"
    assert plain([cut_off(line(("1 ",), ("abcd",)), 6)]).rstrip() == "1 abcd"


def test_half_a_wide_character_leaves_a_blank():
    assert plain([moved_aside(line(("1 ",), ("漢字x",)), 2, 1)]).strip("\n") == "1  字x"


def test_what_an_agent_writes_cannot_move_the_cursor():
    assert clean("a\x1b[2Jb\x1b]0;title\x07c\x08d\u202ee") == "abcde"


def test_text_takes_as_many_cells_as_its_signs_do_each() -> None:
    """Terminals take some that belong together for one sign, and others do not."""
    shown = clean("\u2764\ufe0f \U0001f468\u200d\U0001f469 \u2714\ufe0f")
    assert cell_len(shown) == sum(map(cell_len, shown)) == 8


@pytest.mark.parametrize("width", [20, 30, 38, 44, 48, 66, 80, 110, 160])
@pytest.mark.parametrize("name", ["a", "a_module_with_a_very_long_name_indeed", "模块模块模块"])
def test_a_row_and_its_head_have_the_same_width_and_fit(width, name):
    columns = columns_for(width)
    facts = RowFacts(name, SIGNS[ShownState.RUNNING], 1, "▸", (), "1/3", "writing tests", "14", "1m02s", "$0.04")
    row = width_of(row_line(facts, columns))
    assert row == width_of(head_line(columns))
    assert row <= max(width, 21)


def test_of_a_long_dotted_name_the_end_is_shown():
    facts = RowFacts("algorithms.bipartite.edgelist", SIGNS[ShownState.QUEUED], 1)
    told = plain([row_line(facts, columns_for(44, longest=34))])
    assert "edgelist " in told
    assert "…" in told
    assert "algorithms" not in told


def test_long_names_come_before_the_number_of_tests():
    assert columns_for(65, longest=40).name > columns_for(65, longest=20).name
    assert columns_for(65, longest=20).tests
    assert columns_for(100, longest=40).tests


def test_what_names_do_not_need_is_room_for_what_is_told():
    short, long = columns_for(66, longest=20), columns_for(66, longest=40)
    facts = RowFacts("a", SIGNS[ShownState.FAILED], 1, doing="passes: 1 of 3 tests failed", is_telling=True)
    assert "passes: 1 of 3 tests" in plain([row_line(facts, short)])
    assert "passes: 1 of 3 tests" not in plain([row_line(facts, long)])


@pytest.mark.parametrize(
    ("step", "last", "told"),
    [
        ("generate_tests", NOW - timedelta(seconds=1), "writing tests"),
        ("generate_tests", NOW + timedelta(seconds=1), "reads cart.py"),
        ("initialize", NOW - timedelta(seconds=1), "reads cart.py"),
    ],
)
def test_what_came_before_a_step_is_not_what_the_step_does(step, last, told):
    row = replace(ROW, pending_step=step, pending_since=NOW, last_action="reads cart.py", last_action_at=last)
    assert doing(row, ShownState.RUNNING) == told


def test_that_a_step_begins_says_less_than_what_it_does():
    row = replace(ROW, pending_step="generate_tests", pending_since=NOW, last_action=BEGINS, last_action_at=NOW)
    assert doing(row, ShownState.RUNNING) == "writing tests"


def test_what_waits_to_be_tried_again_says_what_it_failed_with():
    failed = RungVerdict(Rung.PASSES, RungOutcome.FAILED, "1 of 3 tests failed")
    attempt = Attempt("1", "c", 1, "first attempt", NOW, AttemptOutcome.FAILED, rungs=(failed,))
    assert doing(replace(ROW, attempts=(attempt,)), ShownState.RETRYING) == "passes: 1 of 3 tests failed"
    second = Attempt("2", "c", 2, "passes: 1 of 3 tests failed", NOW, AttemptOutcome.RUNNING)
    at_work = replace(
        ROW,
        attempts=(attempt, second),
        pending_step="fix_failures",
        pending_since=NOW,
        last_action="begins",
        last_action_at=NOW - timedelta(seconds=1),
    )
    assert doing(at_work, ShownState.RETRYING) == "passes: 1 of 3 tests failed"


@pytest.mark.parametrize("state", [ShownState.RUNNING, ShownState.RETRYING])
def test_what_an_agent_prints_stands_where_it_tells_of_no_action(state):
    row = replace(ROW, pending_step="generate_tests", pending_since=NOW, last_action=BEGINS, last_action_at=NOW)
    assert doing(row, state, words="reads cart.py\nand more") == "reads cart.py"
    told = replace(row, last_action="writes tests", last_action_at=NOW + timedelta(seconds=1))
    assert doing(told, state, words="reads cart.py") == "writes tests"
    noted = replace(told, last_action="told: use pounds", last_action_kind=EventKind.STATUS)
    assert doing(noted, state, words="reads cart.py") == "reads cart.py"
    assert doing(noted, state) == "told: use pounds"


def test_why_it_was_asked_again_is_not_said_twice():
    first = Attempt("1", "c", 1, "first attempt", NOW, AttemptOutcome.FAILED)
    second = Attempt("2", "c", 2, "asked again: It ended: why?.", NOW, AttemptOutcome.FAILED)
    row = replace(ROW, attempts=(first, second))
    assert "It ended: why?" in cause_of(row)
    assert "It ended: why?" in cause_of(row, "passes: 1 of 3 tests failed")
    assert "It ended" not in cause_of(row, "It ended: why?; tried 3 times without success")


def test_a_repository_below_the_home_of_the_user_is_told_from_there():
    group = Group("shop", "/home/ana/work/shop", 1)
    assert "shop  ~/work/shop" in plain([group_line(group, 60, "/home/ana")])
    assert "/home/ana/work/shop" in plain([group_line(group, 60, "/home/an")])
    assert "/home/ana/work/shop" in plain([group_line(group, 60)])


def run_row(counts: dict[SessionStatus, int], waiting: dict[str, str]) -> RunRow:
    place, state = Scope("a", "p"), {"waiting": waiting}
    return RunRow("r", place, "shop", "builtin", SessionStatus.ACTIVE, state, NOW, NOW, None, counts)


def test_a_run_that_waits_is_told_in_a_person_s_words():
    row = run_row({SessionStatus.FAILED: 2, SessionStatus.COMPLETE: 1}, {"message": "Child sessions failed: a; b"})
    assert "2 components need you." in plain(home_notes(Entry(row, ShownState.NEEDS_YOU), 80))
    stopped = run_row({SessionStatus.CANCELLED: 1}, {"message": "Child sessions cancelled: a"})
    assert "Components cancelled: a" in plain(home_notes(Entry(stopped, ShownState.NEEDS_YOU), 80))
    trouble = run_row({SessionStatus.FAILED: 1}, {"message": "The agent is not logged in.", "trouble": "login"})
    assert "The agent is not logged in." in plain(home_notes(Entry(trouble, ShownState.NEEDS_YOU), 80))


def test_the_groups_that_stand_first_count_what_the_title_counts():
    runs = [replace(run_row({}, {"message": "It waits."}), id="waits"), replace(run_row({}, {}), id="left")]
    runs = [replace(run, state={} if run.id == "left" else run.state) for run in runs]
    view = home_view(runs, NOW + timedelta(hours=1))
    told = plain([home_title(view, 100), *(group_line(one, 60) for one in view.lines if isinstance(one, Group))])
    assert "1 waiting for you · 1 interrupted" in told
    assert "waiting for you  1" in told
    assert "interrupted  1" in told


def test_a_run_that_ended_without_some_components_is_not_listed_as_passed():
    whole = replace(run_row({SessionStatus.COMPLETE: 3}, {}), id="whole", status=SessionStatus.COMPLETE)
    counts = {SessionStatus.COMPLETE: 2, SessionStatus.CANCELLED: 4}
    part = replace(whole, id="part", child_counts=counts)
    listed = [one for one in home_view([whole, part], NOW).lines if isinstance(one, Entry)]
    words = [plain([home_row(one, NOW, 100, has_cost=False)]).split()[3] for one in listed]
    assert words == ["passed", "finished"]
    assert [one.run.id for one in home_view([whole, part], NOW, words="finished").entries] == ["part"]
    assert [one.run.id for one in home_view([whole, part], NOW, words="passed").entries] == ["whole"]


def test_what_was_granted_to_several_is_told_in_one_plain_sentence():
    names = {"a": "shop.a", "b": "shop.b"}
    asked = [
        Request(one, "r", one, kind, "ana", NOW, is_granted=True, answer=f"{one} is changed")
        for one, kind in (("a", RequestKind.RETRY), ("b", RequestKind.RETRY))
    ]
    assert answer_told(asked, names) == "2 components are tried again."
    mixed = [asked[0], replace(asked[1], kind=RequestKind.SKIP)]
    assert answer_told(mixed, names) == "2 requests granted."
    steps = [replace(one, session_id="r", kind=RequestKind.STEP, answer="the run takes its next step") for one in asked]
    assert answer_told(steps, {}) == "The run takes its next step."
    early = [replace(one, is_granted=False, answer="wait for it.") for one in steps]
    assert answer_told(early, {"r": "shop"}) == "Refused for shop: wait for it."
    refused = replace(asked[1], is_granted=False, answer="shop.b has passed.")
    assert answer_told([asked[0], refused], names) == "1 component is tried again. Refused for shop.b: has passed."


def test_a_hit_keeps_room_for_its_words_where_there_is_little():
    hit = Hit("c", NOW, "thinking about the module with a needle in it", event_id=1)
    assert "with a needle in" in plain([hit_line(hit, "_orderedbase", "needle", 51)])


@pytest.mark.parametrize("width", [48, 66, 160])
def test_a_row_at_work_tells_what_it_is_doing_at_every_width(width):
    columns = columns_for(width)
    facts = RowFacts("a", SIGNS[ShownState.RUNNING], 1, "▸", (), "1/3", "writing tests", "14", "1m02s", is_telling=True)
    told = plain([row_line(facts, columns)])
    assert "writing" in told
    assert width_of(row_line(facts, columns)) == width_of(head_line(columns))
    settled = replace(facts, is_telling=False)
    assert "1/3" in plain([row_line(settled, columns)])


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


def test_evidence_that_only_repeats_its_check_is_told_once():
    missing = Evidence("missing_file", "tests/test_a.py is missing", path="tests/test_a.py")
    failed = Evidence("assertion", "AssertionError", test="test_a", detail="assert 1 == 2")
    verdict = RungVerdict(Rung.FENCE, RungOutcome.FAILED, "tests/test_a.py is missing: write it", (missing, failed))
    told = plain(rung_lines("fence", verdict, 80))
    assert told.count("is missing") == 1
    assert "assert 1 == 2" in told


def test_what_was_asked_while_a_step_was_under_way_stands_where_it_fell():
    def at(minute: int) -> datetime:
        return datetime(2026, 3, 14, 9, minute, tzinfo=UTC)

    def said(number: int, minute: int, text: str) -> StoredEvent:
        return StoredEvent(number, "c", "i", Event(EventKind.NOTE, at(minute), text))

    step = Interaction("i", "c", 1, Command("generate_tests", Action.ASK_AGENT, {}, at(0)), None, None)
    asked = Request("r", "run", "c", RequestKind.TELL, "ana", at(2), {"note": "mind the gap"})
    before = Request("s", "run", "c", RequestKind.RETRY, "ana", at(0) - timedelta(minutes=1))
    entries = entries_of([step], [said(1, 1, "first"), said(2, 3, "second")], [asked, before])
    assert [entry.at for entry in entries] == [at(0) - timedelta(minutes=1), at(0), at(1), at(2), at(3)]


def test_the_last_line_of_a_review_is_the_last_line_of_its_tests():
    files = [FileTexts(f"tests/test_{name}.py", "", f"import {name}\n", is_accepted=True) for name in "ab"]
    lines = ReviewText(tuple(files), ReviewMarks()).lines
    assert (lines[-1].file, lines[-1].number) == (1, 1)
    assert [one.file for one in lines if one.number] == [0, 1]


def test_who_comments_is_told_of_an_agent_that_reads_no_comments():
    run = RunView()
    run.rows["c"] = replace(ROW, state={"conversation": {"agent": "a", "reads_notes": False}})
    asked = question_about({"c": Remarks(comments=["- why?"])}, run)
    assert asked.consequence_now().startswith("a reads no comments: r in the run, then ctrl+t, asks another agent.")
    assert "reads no" not in question_about({"c": Remarks(left_out=["test_a"])}, run).consequence_now()
    run.rows["c"] = replace(run.rows["c"], agent="another")
    assert "reads no" not in question_about({"c": Remarks(comments=["- why?"])}, run).consequence_now()


def test_a_comment_on_an_empty_line_quotes_nothing():
    marks = ReviewMarks()
    marks.comment("tests/test_a.py", 2, "say why")
    marks.comment("tests/test_a.py", 1, "not this")
    (remarks,) = marks.remarks((FileTexts("tests/test_a.py", "", "import a\n\n", is_accepted=True),)).values()
    assert remarks.comments == ["- tests/test_a.py:1 `import a`: not this", "- tests/test_a.py:2: say why"]


def test_long_names_with_one_beginning_can_be_told_apart():
    columns = Columns(name=18, word=10, ladder=0)
    rows = [row_line(RowFacts(f"module_with_a_long_name_{n}", SIGNS[ShownState.QUEUED], 0), columns) for n in (17, 18)]
    assert ["".join(span.text for span in row).split()[1] for row in rows] == ["module…name_17", "module…name_18"]


def test_a_path_is_cut_at_its_front():
    assert shorten_path("tests/billing/test_money.py", 20) == "…/test_money.py"
    assert shorten_path("test.py", 20) == "test.py"


@pytest.mark.parametrize("width", [12, 20, 33])
def test_names_of_wide_letters_take_no_more_cells_than_there_are(width):
    name = "试验模块的名字很长很长很长很长"
    assert width_of(line(shorten_path(f"tests/{name}/test_{name}.py", width))) <= width
    rows = FileRows(
        ReviewText((FileTexts(f"tests/test_{name[:3]}.py", "", "x = 1\n", is_accepted=True),), ReviewMarks())
    )
    told = plain([rows.line(0, 60)])
    assert f"test_{name[:3]}.py" in told
    assert told.rstrip().endswith("+1")
    assert width_of(rows.line(0, 60)) <= 60


def test_a_new_file_is_shown_whole_and_a_changed_one_as_hunks():
    new = plain(file_lines(FileTexts("tests/test_a.py", "", "import a\n\nx = 1\n", is_accepted=False)))
    assert "new +3" in new
    assert "not accepted yet" in new
    before = "\n".join(f"line {n}" for n in range(40))
    changed = plain(file_lines(FileTexts("a.txt", before, before.replace("line 20", "line twenty"), is_accepted=True)))
    assert " -  line 20" in changed
    assert " +  line twenty" in changed
    assert "line 5" not in changed


def _log_of(events):
    log = EventLog()
    log.add(events)
    return log


def _logged(log, width):
    return plain(log.line(y, width) for y in range(log.height(width)))


def _said(number, text="", kind=EventKind.OUTPUT):
    return StoredEvent(number, "s", "i", Event(kind, NOW, text or f"line {number}"))


def test_a_log_that_grows_is_the_log_that_was_read_at_once():
    events = [_said(n, f"{'word ' * (n % 40)}{n}") for n in range(400)]
    growing = EventLog()
    assert growing.height(40) == 1
    for event in events:
        growing.add([event])
    assert _logged(growing, 40) == _logged(_log_of(events), 40)
    assert _logged(growing, 90) == _logged(_log_of(events), 90)


def test_a_log_forgets_its_beginning_and_says_how_much():
    log = EventLog()
    log.height(40)
    dropped = sum(log.add([_said(n) for n in range(start, start + 100)]) for start in range(0, 25_000, 100))
    assert log.height(40) == MOST_LINES
    assert dropped == 25_000 - MOST_LINES
    assert "line 15000 " in _logged(log, 40).replace("\n", " ")
    assert "line 24999" in _logged(log, 40)


def test_that_a_check_has_begun_is_told_by_what_it_found():
    log = _log_of([_said(1, "checks: stable", EventKind.STATUS), _said(2, "stable passed: twice", EventKind.RUNG)])
    assert _logged(log, 60).count("stable") == 1


def test_a_line_stands_between_attempts_whether_they_are_known_before_their_events_or_after():
    def at(second):
        return NOW + timedelta(seconds=second)

    def said(number, kind=EventKind.OUTPUT):
        return StoredEvent(number, "s", "i", Event(kind, at(number), f"line {number}"))

    attempts = [Attempt(str(n), "c", n, "", at(second)) for n, second in ((1, 0), (2, 3), (3, 6))]
    events = [said(1), said(2, EventKind.RUNG), said(3, EventKind.STATUS), said(4, EventKind.RUNG), said(7)]
    early, late = EventLog(), EventLog()
    for log in (early, late):
        log.height(40)
    early.divide(attempts)
    early.add(events)
    late.add(events[:3])
    late.divide(attempts[:2])
    late.height(40)
    late.add(events[3:])
    late.divide(attempts)
    words = ["line 1", "■ line 2", "── attempt 2 " + "─" * 25, "■ line 4", "── attempt 3 " + "─" * 25, "line 7"]
    assert [row.strip() for row in _logged(early, 40).splitlines()] == words
    assert _logged(late, 40) == _logged(early, 40)


def test_the_rest_of_a_text_without_end_is_counted_and_not_shown():
    shown = _logged(_log_of([_said(1, "{}," * 100_000)]), 60)
    assert len(shown) < 50_000
    assert "… 280000 more characters" in shown


def test_what_is_searched_for_stands_out_whatever_spans_it_lies_in():
    spans = line(("The Run", Tone.TEXT), (" was ", Tone.MUTED), ("runny", Tone.BAD))
    assert marked(spans, "run W") == line(
        ("The ", Tone.TEXT), ("Run", Tone.MATCH), (" w", Tone.MATCH), ("as ", Tone.MUTED), ("runny", Tone.BAD)
    )
    assert [span.text for span in marked(spans, "run") if span.tone is Tone.MATCH] == ["Run", "run"]
    assert marked(spans, "nothing") == spans


def test_a_log_tells_the_time_once_a_second_and_leaves_raw_lines_out():
    kinds = ((EventKind.RAW, "{}"), (EventKind.TOOL, "read a.py"), (EventKind.MESSAGE, "done"))
    events = [StoredEvent(n, "s", "i", Event(kind, NOW, text)) for n, (kind, text) in enumerate(kinds)]
    text = _logged(_log_of(events), 60)
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
        ({"TERM": "screen"}, ANSI),
        ({"TERM": "screen-256color"}, DARK),
        ({"TERM": "screen", "COLORTERM": "truecolor"}, DARK),
    ],
)
def test_the_theme_follows_the_terminal(environ, theme):
    assert default_theme(environ) == theme


def test_what_the_terminal_itself_says_counts_more_than_its_environment():
    assert default_theme({"TERM": "xterm-256color"}, is_light=True) == LIGHT
    assert default_theme({"NO_COLOR": "1"}, is_light=True) == ANSI


@pytest.mark.parametrize(
    ("answer", "light"),
    [
        (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;c", True),
        (b"\x1b]11;rgb:1e/1e/2e\x07\x1b[?1;2c", False),
        (b"\x1b]11;rgba:f/f/e/f\x07", True),
        (b"\x1b[?62;c", None),
        (b"", None),
    ],
)
def test_a_terminal_says_its_colour_in_digits_of_any_number(answer, light):
    assert is_light(answer) is light


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (b"n\x1b]11;rgb:1e/1e/2e\x07\x1b[?1;2cj", "nj"),
        (b"\x1b]11;rgb:1e/1e/2e\x1b\\\x1b[?62;c/tax\r", "/tax\r"),
        (b"\x1b[B\x1b]11;rgb:1e", "\x1b[B"),
        (b"\x1b[?6", ""),
        ("ä\x1b[?62;c".encode(), "ä"),
        (b"", ""),
    ],
)
def test_what_is_typed_while_the_terminal_says_its_colour_is_told_apart(read, typed):
    assert typed_beside(read) == typed


@pytest.mark.parametrize("text", ["x" * 60_000, '{"a":1,"bb":[2,3]}' * 3_400, "word " * 12_000, "漢" * 30_000])
def test_a_very_long_line_is_wrapped_in_a_moment(text):
    began = time.process_time()
    short = wrap(text[:3_000], 100)
    of_short = time.process_time() - began
    rows = wrap(text, 100)
    taken = time.process_time() - began - of_short

    assert rows[: len(short) - 2] == short[:-2]
    assert max(cell_len(row) for row in rows) <= 100
    assert "".join("".join(rows).split()) == "".join(text.split())
    assert taken < max(0.05, 60 * of_short)


def test_an_attempt_names_its_agent_where_the_component_changed_hands():
    first = Attempt("1", "c", 1, "first try", NOW, AttemptOutcome.FAILED, NOW, agent="haiku")
    second = replace(first, id="2", n=2, reason="passes", agent="opus")
    kept, handed_on = (replace(ROW, attempts=(first, one)) for one in (replace(second, agent="haiku"), second))

    def told(row):
        return plain(child_overview(row, ShownState.FAILED, 1, 80)).splitlines()

    assert " attempt 1  ✕ failed  by haiku" in told(handed_on)
    assert " attempt 1  ✕ failed" in told(kept)
