"""A question is told from a report that happens to ask something, from an offer, and from a polite ending."""

from __future__ import annotations

import pytest

from ctxtui.core.workflow.component_testing.questions import MOST_CHARS, question_in

CHOICE = "Before I write:\nare amounts in\ncents or euros?\n\n1. cents\n2. euros"
LISTED = "I need to know:\n\n1. Are amounts in cents or euros?\n2. May they be negative?"


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("Which currency are the prices in?", "Which currency are the prices in?"),
        ("I read the module.\n\nShould I test `refund` too?\n", "Should I test `refund` too?"),
        (CHOICE, CHOICE),
        ("**Which one?**", "**Which one?**"),
        ("Which one is it?\n\nPlease tell me, then I will write the tests.",) * 2,
        ("Which one is it? Please tell me, then I will write the tests.",) * 2,
        ("Which one is it, `a?` or `b?`\u2009?\n\n- a\n- b\n\nThanks!",) * 2,
        ("Should I write the tests for cents or for euros?",) * 2,
        ("Are amounts in cents? Shall I go ahead?",) * 2,
        ("金額はセントですか\uff1f",) * 2,
        (LISTED, LISTED),
        ("Which graph library should I use? I need to know.",) * 2,
        ("Is it cents?\n\nI can't write the tests until I know. No tests were written yet.",) * 2,
        ("Is it cents or euros? Both would work. It matters for rounding.",) * 2,
        ("Which one? The docs do not say. So I need your decision.",) * 2,
        ("Which database? I\u2019m not sure, and I have not written anything. Thanks!",) * 2,
        ("I need a decision on the currency.",) * 2,
        ("I read it.\n\nPlease tell me whether amounts are in cents.", "Please tell me whether amounts are in cents."),
    ],
)
def test_a_question_at_the_end_is_found(said, question):
    assert question_in(said) == question


@pytest.mark.parametrize(
    "said",
    [
        "",
        "I wrote nothing: the module is empty.",
        "Why? Because it is empty.",
        "What does it do?\n" + "It adds.\n" * 7,
        "Shall I write the tests first? I looked at the module, and it has no code that a test could reach.",
        "Is it empty?\n\nIt is, so I wrote no tests.",
        'The module prints "Do you want to go on?"',
        "It asks the user `Continue?`",
        "The code in question:\n\n```python\nif ask('Continue?'):\n    # why?\n```",
        "> What is a pantry?",
        "I would have written:\n\n- test_empty: is an empty list summed to nothing?\n- test_two: and two?",
        "Shall I write the tests now?",
        "Should I proceed?",
        "Would you like me to go ahead and create the test file?",
        "I read the module. Do you want me to continue?",
        "Done. Please let me know if you have any questions.",
        "The file could not be written. Please install pytest first.",
        "What does it do? It only imports. There is nothing to test.",
        "Is it safe? No, it is a script. I wrote no tests.",
        "I cannot write the file. The folder does not exist.",
        "Which tests are needed? I need to write none, as the module has no code.",
        "What is left? Both functions are covered already.",
    ],
)
def test_what_only_looks_like_a_question_asks_nothing(said):
    assert question_in(said) == ""


def test_of_a_long_question_the_end_is_kept():
    assert len(question_in("word " * MOST_CHARS + "which?")) <= MOST_CHARS
