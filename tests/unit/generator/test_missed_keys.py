from __future__ import annotations

from ctxtui.core.generator.probing.worker.comparing import Comparison
from ctxtui.core.generator.probing.worker.missed_keys import with_all_keys
from ctxtui.core.generator.probing.worker.subjects import Subject
from ctxtui.core.generator.probing.worker.targets import Parameter

PARAMETERS = [Parameter("options", "", None, has_default=False, is_keyword_only=False, is_variadic=False)]
SUBJECT = Subject("label", "", "label({arguments})", PARAMETERS)


def wishes(events, options="{'a': 1}"):
    found = with_all_keys(events, SUBJECT, {"options": options}, lambda key: f"'some {key}'")
    return [arguments["options"] for _, arguments in found]


def test_all_keys_that_were_missed_are_given_at_once():
    given = {"a": 1}
    events = [
        Comparison(0, "key", given, "height", is_true=False),
        Comparison(1, "in", "width", given, is_true=False),
        Comparison(2, "key", given, "a", is_true=True),
        Comparison(3, "key", given, "height", is_true=False),
    ]
    assert wishes(events) == ["{'a': 1, 'height': 'some height', 'width': 'some width'}"]


def test_a_single_key_and_keys_of_something_else_are_left():
    assert wishes([Comparison(0, "key", {"a": 1}, "height", is_true=False)]) == []
    other = {"b": 2}
    assert wishes([Comparison(site, "key", other, name, is_true=False) for site, name in enumerate("xy")]) == []
