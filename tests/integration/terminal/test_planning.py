"""What a plan is at, for somebody who waits for it at a terminal."""

from __future__ import annotations

from scenario import writes


def test_a_plan_says_what_it_is_at_and_leaves_no_line_of_that_behind(project_of):
    project = project_of({"alpha": [writes("alpha")], "beta": [writes("beta")]})
    window = project.type("plan", "shop")
    window.sees("shop.alpha", "tests/test_beta.py")
    for part in (b"Planning: looking at the package", b"importing 2 modules and trying the tests there are"):
        assert part in window.sent
    assert "Planning" not in window.text
    window = project.type("plan", "shop", TERM="dumb")
    window.sees("shop.alpha", "Planning…")
