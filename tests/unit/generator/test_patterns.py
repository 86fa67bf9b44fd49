from __future__ import annotations

import re
from types import ModuleType

import pytest

from ctxtui.core.generator.probing.worker.patterns import sample, samples_of, varied_samples


@pytest.mark.parametrize("is_rich", [False, True])
@pytest.mark.parametrize(
    "pattern",
    [
        r"^v?(\d+)\.(\d+)(?:\.(\d+))?(-[a-z]+)?$",
        r"(?P<sign>[+-])?P(?P<years>[0-9]+Y)?",
        r"[^\W\d_]+",
        r"(a|bc)+?\s*=\s*.",
        r"(['\"])x\1",
    ],
)
def test_a_sample_is_matched_by_its_pattern(pattern, is_rich):
    text = sample(re.compile(pattern), is_rich=is_rich)
    assert text
    assert re.search(pattern, text)


def test_what_cannot_be_written_gives_no_sample():
    assert sample(re.compile(r"(?=x)y"), is_rich=False) == ""


def test_a_pattern_for_bytes_gives_the_characters_of_the_bytes():
    assert sample(re.compile(rb"a\x1b"), is_rich=False) in {"", "a\x1b"}
    assert sample(re.compile(rb"ab?"), is_rich=False) == "a"


def test_patterns_of_a_module_its_classes_and_its_tables_are_found():
    module = ModuleType("shop")
    module.CODE = re.compile("[A-Z]{2}-1")
    module.RULES = [(r"(quiz)$", "quizzes"), ("no pattern", "")]
    assert {"'quiz'"} < set(samples_of(module))
    assert any(text.endswith("-1'") for text in samples_of(module))


def test_each_alternative_of_a_pattern_has_its_sample():
    found = varied_samples(re.compile(r"\{(?:(=)a|(#)b|(!)c)\}"))
    assert set(found) == {"{=a}", "{#b}", "{!c}"}


def test_what_has_to_follow_is_written_too():
    assert sample(re.compile(r"^_(?=[0-9])"), is_rich=True).startswith("_")


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        (r"(\w+)\s*=\s*([^;]+)", "name = value"),
        (r"[a-z]+", "name"),
        (r"[^\W\d]+:[\d]{1,2}", "name:12"),
        (r"[a-zA-Z_]\w*\(\)", "name()"),
        (r"\[(.*)\]([^/]+)/([^#]*)#(.+)", "[name]value/plum#pear"),
        (r"[A-Z][a-z]{2,}", None),
        (r"\d{4}", None),
    ],
)
def test_where_signs_of_a_kind_are_repeated_a_word_or_a_number_is_written(pattern, wanted):
    text = sample(re.compile(pattern), is_rich=True)
    assert re.fullmatch(pattern, text)
    assert wanted is None or text == wanted
