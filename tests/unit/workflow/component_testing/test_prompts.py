"""The words that an agent reads."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from ctxtui.core.workflow.component_testing.prompts import evidence_text, fix_prompt, generate_prompt
from tests.unit.workflow.conftest import MONEY

CONTEXT = {
    "package": "shop",
    "owned": ["tests/test_money.py", "tests/fixtures/money/**"],
    "specs": [{"path": "docs/money.md", "text": "Money is never rounded twice.\n"}],
    "examples": [{"path": "tests/test_stock.py", "text": "def test_put(): ...\n"}],
    "rules": "Use plain asserts.",
    "conventions": [{"path": "CONTRIBUTING.md", "text": "Tests use no mocks."}],
    "siblings": ["shop.stock", "shop.cart"],
}


def generated(note="", **changes):
    return generate_prompt(MONEY, {**CONTEXT, **changes}, note)


def fixed(evidence=(), note="", **changes):
    return fix_prompt(MONEY, {**CONTEXT, **changes}, evidence, "passes: 1 test failed", note)


@pytest.mark.parametrize(
    "told",
    [
        "Your module: `shop.money`, in src/shop/money.py\n",
        "src/shop/money.py",
        "tests/test_money.py",
        "tests/fixtures/money/**",
        "docs/money.md",
        "Money is never rounded twice.",
        "tests/test_stock.py",
        "def test_put(): ...",
        "Use plain asserts.",
        "    .ctxtui/run-tests\n",
        "You are done when it ends with `passed`",
        "--- CONTRIBUTING.md\nTests use no mocks.",
        "shop.stock, shop.cart",
    ],
)
def test_the_first_prompt_tells_what_the_agent_needs(told):
    assert told in generated()


def test_only_the_checks_that_a_project_chose_are_told_in_their_order():
    prompt = generated(rungs=["passes", "fence"])
    assert "\n1. only your own files were changed" in prompt
    assert "\n2. every test passes in a clean process" in prompt
    assert "\n3. every test passes in one run with the tests of the package's other modules.\n" in prompt
    assert "on another date" not in prompt


def test_the_floors_of_the_checks_are_told():
    prompt = generated(rungs=["covers", "kills"], floors={"covers": 80.0, "kills": 0.0})
    assert "that importing it does not reach: at least 80 % of them;" in prompt
    assert "small changes are made to the module's code: the more of them, the better;" in prompt


def test_what_a_project_does_not_have_is_not_mentioned():
    prompt = generate_prompt(MONEY, {}, "")
    for title in ("What the module is for", "rules for tests", "examples of style", "Other modules", "A note"):
        assert title not in prompt
    assert "  tests/test_money.py" in prompt


def test_a_note_is_told_with_who_it_is_from():
    assert generated(note=" try zero ").endswith("A note from the person who asked for this:\n\ntry zero\n")


def test_a_project_may_replace_the_first_prompt():
    assert generated(generate_template="Test $component in $test_path.$note") == (
        "Test shop.money in tests/test_money.py.\n"
    )


def test_a_project_may_replace_the_further_prompt():
    assert fixed(fix_template="$component: $reason") == "shop.money: passes: 1 test failed\n"


def test_an_unknown_name_in_a_template_stays():
    assert generated(generate_template="$component costs $price") == "shop.money costs $price\n"


def test_what_is_filled_in_is_not_filled_in_again():
    assert "pay $component" in generated(note="pay $component")


def test_the_further_prompt_tells_the_reason_the_evidence_and_the_fence():
    prompt = fixed([{"message": "test_add failed", "test": "tests/test_money.py::test_add", "detail": "assert 3 == 4"}])
    assert "did not pass the checks: passes: 1 test failed" in prompt
    assert "- test_add failed  [tests/test_money.py::test_add]\n    assert 3 == 4\n" in prompt
    assert "tests/fixtures/money/**" in prompt


def test_a_place_that_the_message_names_is_not_told_twice():
    assert evidence_text([{"message": "tests/a.py is missing", "path": "tests/a.py"}], 100) == "- tests/a.py is missing"


def test_evidence_within_the_budget_is_whole():
    assert evidence_text([{"message": "one"}, {"message": "two"}], 100) == "- one\n\n- two"


def test_evidence_over_the_budget_is_cut_and_the_rest_is_counted():
    items = [{"message": f"failure number {number}"} for number in range(20)]
    text = evidence_text(items, 60)
    assert text.startswith("- failure number 0\n\n- failure number 1\n\n- failure number 2")
    assert "…" in text
    assert text.endswith("… and 16 more like these.")


@pytest.mark.parametrize("budget", [1, 10, 1000])
def test_evidence_keeps_to_its_budget_but_for_the_count(budget):
    items = [{"message": "x" * 200, "detail": "y\n" * 50}] * 30
    assert len(evidence_text(items, budget)) <= budget + 2 * len(items) + len("… and 30 more like these.")


def test_the_budget_of_the_project_is_kept():
    assert len(fixed([{"message": "m", "detail": "d" * 9000}])) > 6000
    assert len(fixed([{"message": "m", "detail": "d" * 9000}], feedback_chars=500)) < 1500


def test_an_assertion_is_told_once_with_its_test_and_not_in_the_reason_too():
    failure = {"message": "test_add: assert 3 == 4", "test": "tests/test_money.py::test_add", "detail": "E   assert"}
    prompt = fix_prompt(MONEY, CONTEXT, [failure], "passes: 1 of 2 tests failed: test_add (assert 3 == 4)", "")
    assert "did not pass the checks: passes: 1 of 2 tests failed\n" in prompt
    assert prompt.count("assert 3 == 4") == 1


def test_a_reason_that_names_no_test_is_told_whole():
    assert "together: pytest: no" in fix_prompt(MONEY, CONTEXT, [{"message": "no"}], "together: pytest: no", "")


def test_tests_that_are_not_there_are_asked_for_and_not_read():
    prompt = fixed([{"kind": "missing_file", "message": "tests/test_money.py is missing"}])
    assert "There is no test in tests/test_money.py yet: write it." in prompt
    assert "Read the test file" not in prompt


def test_a_mended_test_is_not_to_be_a_weaker_one():
    assert "weaken none" in fixed()
    assert "`xfail(strict=True)`" in fixed()


def test_a_test_file_that_exists_is_to_be_kept():
    assert "Test file:   tests/test_money.py (it exists: keep what is in it, and add)\n" in generated(is_present=True)
    assert "it exists" not in generated()


def test_an_agent_is_told_that_nobody_answers_and_when_to_ask_all_the_same():
    assert "Nobody answers while you work" in generated()
    assert "end with that one question" in " ".join(generated().split())


def test_a_failure_says_how_to_see_it_oneself():
    prompt = fixed()
    assert "Read the test file as it is now" in prompt
    assert "`.ctxtui/run-tests --seed N` repeats a seed" in prompt


def test_prompts_of_one_run_share_all_that_is_not_about_the_module():
    other = replace(MONEY, name="shop.stock", source_path="src/shop/stock.py", test_path="tests/test_stock.py")
    context = {**CONTEXT, "conventions": [{"path": "AGENTS.md", "text": "Tests use no mocks. " * 100}]}
    first = generate_prompt(MONEY, context, "")
    second = generate_prompt(other, {**context, "owned": ["tests/test_stock.py"]}, "note")
    shared = os.path.commonprefix([first, second])  # noqa: RUF071 - texts, not paths
    assert shared.endswith("Your module: `shop.")
    assert "Tests use no mocks." in shared
    assert "shop.stock, shop.cart" in shared
    assert "docs/money.md" not in shared


def test_what_the_module_imports_from_its_package_is_told_by_its_signatures():
    told = generated(neighbours=[{"path": "shop/stock.py", "text": "def put(item: str) -> int"}])
    assert "What the module imports from the package:\n\n--- shop/stock.py\ndef put(item: str) -> int\n" in told
