"""Whatever is longer than its place scrolls: by keys, by the wheel, and with a bar that shows where one is."""

from __future__ import annotations

import pytest
from scenario import GOOD, go_to, writes

HANDLE = "24384c"
MANY = [f"part_{number:02}" for number in range(30)]


@pytest.fixture(scope="module")
def long_run(lasting_project_of):
    """A finished run of many modules, of which the first one's tests are long."""
    project = lasting_project_of({name: [writes(name)] for name in MANY})
    long_text = GOOD + "".join(f"\n\ndef test_again_{n}():\n    assert value() == '{{name}}'\n" for n in range(60))
    project.write_script({name: [writes(name, long_text if name == MANY[0] else GOOD)] for name in MANY})
    project.shell("ctxtui run shop --headless -j 2")
    return project


def bar_row(window) -> int:
    """The first row in which the last column shows the handle of the scroll bar, which has a colour of its own."""
    column = [window.screen.buffer[row][window.screen.columns - 1] for row in range(window.screen.lines)]
    return next(row for row, cell in enumerate(column) if HANDLE in {cell.bg, cell.fg})


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_everything_scrolls_by_keys_and_wheel_and_shows_a_bar_at_every_size(long_run):
    window = long_run.type("watch", "last", size=(80, 24))
    window.sees("part_00")
    window.sees_no("part_29")
    window.press("G")
    window.sees("part_29")
    window.wheel(-30, at=(5, 12))
    window.sees("part_00")

    window.press("g", "j")
    go_to(window, "diff")
    assert "test_again_59" not in window.text
    window.wheel(4, at=(20, 12))
    window.sees_no("1 from shop.part_00 import value")
    top = bar_row(window)
    window.press("G")
    window.sees("test_again_59")
    assert bar_row(window) > top + 10
    window.press("escape")

    go_to(window, "help")
    window.press("G")
    window.sees("not yet")
    window.press("escape", "q")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_plan_of_a_new_run_shows_its_last_module_in_a_small_terminal(long_run):
    window = long_run.type(size=(60, 20))
    window.sees("passed")
    go_to(window, "new run")
    window.sees("30 modules")
    window.press("enter", "G")
    window.sees("shop.part_29")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_heads_stand_over_their_columns_whether_or_not_the_list_is_longer_than_its_place(long_run):
    for size in ((200, 60), (120, 40), (80, 24), (60, 20)):
        window = long_run.type("watch", "last", size=size)
        window.sees("part_00", "state", "passed")
        head, row = window.line_with(" state"), window.line_with("part_00")
        assert head.index("state") == row.index("passed"), f"at {size}:\n{window.text}"
        window.leave()
    window = long_run.type(size=(80, 24))
    window.sees("state", "30/30")
    assert window.line_with(" state").index("state") == window.line_with("30/30").index("✓")
