"""A question is told from a report that happens to ask something, and from a polite ending."""

from __future__ import annotations

import pytest

from ctxtui.core.workflow.component_testing.questions import question_in


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("Which currency are the prices in?", "Which currency are the prices in?"),
        ("I read the module.\n\nShould I test `refund` too?\n", "Should I test `refund` too?"),
        (
            "Before I write:\nare amounts in\ncents or euros?\n\n1. cents\n2. euros",
            "Before I write:\nare amounts in\ncents or euros?\n\n1. cents\n2. euros",
        ),
        ("**Which one?**", "**Which one?**"),
        ("I wrote nothing: the module is empty.", ""),
        ("Why? Because it is empty.", ""),
        ("What does it do?\n" + "It adds.\n" * 7, ""),
        ("", ""),
    ],
)
def test_a_question_at_the_end_is_found(said, question):
    assert question_in(said) == question
