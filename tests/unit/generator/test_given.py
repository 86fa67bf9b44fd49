from __future__ import annotations

import pytest

from ctxtui.core.generator.probing.worker.given import Given
from ctxtui.core.generator.probing.worker.inverses import given_by, givers_of, taken_by, takers_of
from ctxtui.core.generator.probing.worker.tracing import ArcTracer


def outer(text):
    parts = text.split("-")
    return inner(parts, joint="+"), inner(parts), Pot(len(parts)).filled(parts[0])


def inner(parts, joint=", "):
    return joint.join(parts)


class Pot:
    def __init__(self, size):
        self.size = size

    def filled(self, kind):
        return self.size, kind


@pytest.fixture
def given():
    found = Given(__file__, repr)
    found.watch([outer, inner, Pot.__init__, Pot.filled])
    tracer = ArcTracer(__file__, found.note)
    tracer.start()
    try:
        eval("outer('plum-fig')", globals())
    finally:
        tracer.stop()
    return found


def test_what_the_module_gives_its_own_functions_is_known(given):
    assert given.calls("inner") == [{"parts": "['plum', 'fig']", "joint": "'+'"}, {"parts": "['plum', 'fig']"}]
    assert given.calls("Pot") == [{"size": "2"}]
    assert given.texts("Pot.filled", "kind") == ["'plum'"]


def test_a_call_that_a_test_makes_itself_tells_nothing_new(given):
    assert given.calls("outer") == ()


@pytest.mark.parametrize("value", [1795790574.84, 1795790574, "9f86d081884c7d659a2f", "550e8400-e29b-41d4-a716"])
def test_what_may_be_another_the_next_time_is_no_input(value):
    found = Given(__file__, repr)
    found.watch([inner])
    tracer = ArcTracer(__file__, found.note)
    tracer.start()
    try:
        outer_of(value)
    finally:
        tracer.stop()
    assert found.calls("inner") == ()


def outer_of(value):
    return inner([], joint=value) if isinstance(value, str) else inner((), joint=str(value))


def test_others_learn_what_was_seen(given):
    other = Given(__file__, repr)
    other.take(given.as_record())
    assert other.calls("Pot") == given.calls("Pot")


@pytest.mark.parametrize(
    ("giver", "taker"),
    [
        ("encode", "decode"),
        ("Codec.dumps", "Codec.loads"),
        ("b58encode_check", "b58decode_check"),
        ("to_json", "from_json"),
        ("rgb2hex", "hex2rgb"),
    ],
)
def test_a_function_takes_what_its_counterpart_gives(giver, taker):
    assert taker in takers_of(giver)
    assert giver in givers_of(taker)


def test_a_word_that_only_ends_like_another_has_no_counterpart():
    assert [*takers_of("unquote"), *takers_of("auto")] == []


def test_results_are_inputs_of_what_takes_them():
    given = Given(__file__, repr)
    given.add_result("b58encode", "b'3QJmnh'")
    assert given.results_for("b58decode") == ["b'3QJmnh'"]
    assert given.results_for("b58encode") == []


@pytest.mark.parametrize(
    ("giver", "noun"),
    [
        ("parse_date", "date"),
        ("text_to_date", "date"),
        ("text2date", "date"),
        ("date_from_text", "date"),
        ("Calendar.to_date", "date"),
        ("date", "date"),
    ],
)
def test_a_name_says_what_a_function_gives(giver, noun):
    assert given_by(giver) == noun


@pytest.mark.parametrize("taker", ["date_to_text", "date2text", "text_from_date", "Calendar.date_to_text"])
def test_a_name_says_what_a_function_converts(taker):
    assert taken_by(taker) == "date"
    assert taken_by("update") == ""


def test_results_are_inputs_of_what_asks_for_them_by_name():
    given = Given(__file__, repr)
    given.add_result("text_to_date", "'2024-01-31'")
    assert given.results_called("date") == ["'2024-01-31'"]
    assert given.results_called("text", "") == []
