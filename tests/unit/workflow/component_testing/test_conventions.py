"""What a project's pages say about tests is found in them, whole, and nothing else is."""

from __future__ import annotations

from ctxtui.core.workflow.component_testing.conventions import MOST_CHARS, about_tests

PAGE = """\
# Contributing

Thank you for your interest.

## Installing

Run `pip install -e .`.

## Testing

Use pytest with plain asserts.

```sh
# not a heading
make check
```

## Releases

Tag and push.

Fixtures
--------

Shared ones live in conftest.py.
"""


def test_sections_about_tests_are_kept_whole_and_others_are_not():
    told = about_tests(PAGE)
    assert told.startswith("## Testing\n\nUse pytest with plain asserts.")
    assert "# not a heading\nmake check\n```" in told
    assert told.endswith("Fixtures\n--------\n\nShared ones live in conftest.py.")
    for other in ("Thank you", "pip install", "Tag and push"):
        assert other not in told


def test_a_page_without_a_word_about_tests_says_nothing():
    assert about_tests("# Style\n\nUse tabs. The contest is over, and attestation is not needed.\n") == ""


def test_a_page_without_headings_is_one_section():
    assert about_tests("Every change needs a test.") == "Every change needs a test."


def test_what_does_not_fit_is_counted():
    section = "## Tests\n\n" + "word " * (MOST_CHARS // 10)
    told = about_tests("\n\n".join([section] * 4))
    assert told.endswith("(and 3 more sections about tests: read the page itself)")
    assert len(told) < MOST_CHARS + 100
