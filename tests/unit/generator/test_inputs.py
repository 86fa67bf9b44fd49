from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NewType, TypedDict, TypeVar

import pytest

from ctxtui.core.generator.probing.worker.inputs import MOST_DOCUMENTED, Inputs, alias_of
from ctxtui.core.generator.probing.worker.shapes import Shape, Uses
from ctxtui.core.generator.probing.worker.targets import Parameter
from ctxtui.core.generator.probing.worker.values import INTEGERS

Header = Mapping[bytes, bytes | int]
Number = NewType("Number", int)
Text = TypeVar("Text", str, bytes)


class Point(TypedDict):
    x: int
    name: str


NAMES: dict[str, Any] = {"Header": Header, "Number": Number, "Text": Text, "Point": Point, "Loop": "Loop"}


class NamesOnly:
    """What candidates ask an observer for."""

    def named(self, name: str) -> object:
        return NAMES.get(name)

    def literal(self, value: object) -> str:
        return repr(value)


def candidates(annotation: str) -> list[str]:
    inputs = Inputs({}, NamesOnly(), (), Uses())
    parameter = Parameter("thing", annotation, None, has_default=False, is_keyword_only=False, is_variadic=False)
    return inputs.candidates("f", parameter)


def test_a_mapping_gets_keys_and_values_of_its_types():
    assert candidates("Mapping[str, int]")[0] == "{'hello world': 1, '': 0}"


def test_an_alias_stands_for_its_type():
    assert candidates("Header")[0].startswith("{b'hello world': ")


@pytest.mark.parametrize(("name", "first"), [("Number", "1"), ("Text", "'hello world'")])
def test_new_types_and_variables_stand_for_what_they_are_bound_to(name, first):
    assert candidates(name)[0] == first


def test_a_typed_dictionary_gets_its_keys():
    assert candidates("Point")[0] == "{'x': 1, 'name': 'hello world'}"


def test_an_alias_of_itself_ends():
    assert candidates("Loop")


def test_a_class_stands_for_itself():
    assert alias_of(NamesOnly) == ""


def test_what_a_function_gave_stands_beside_what_the_class_was_called_for():
    inputs = Inputs({}, NamesOnly(), (), Uses())
    for number in range(20):
        inputs.provide(NamesOnly, f"NamesOnly({number})", is_pioneer=True)
    inputs.provide(NamesOnly, "made_in_order()", is_pioneer=False)
    assert inputs.exact["NamesOnly"][0] == "made_in_order()"
    assert inputs.instances["NamesOnly"][0] == "made_in_order()"
    assert "NamesOnly(0)" in inputs.instances["NamesOnly"]


def test_of_instances_that_look_alike_the_first_is_kept():
    inputs = Inputs({}, NamesOnly(), (), Uses())
    for text, state in [("NamesOnly()", "result.size == 0"), ("NamesOnly(size=None)", "result.size == 0")]:
        inputs.provide(NamesOnly, text, is_pioneer=False, state=[state, "result.id == '6ec95f82-df98'"])
    assert inputs.instances["NamesOnly"] == ["NamesOnly()"]


def test_instances_made_in_different_ways_come_first():
    inputs = Inputs({}, NamesOnly(), (), Uses())
    for text in ("NamesOnly(a=1)", "NamesOnly(a=2)", "NamesOnly(b=1)"):
        inputs.provide(NamesOnly, text, is_pioneer=False)
    assert inputs.instances["NamesOnly"] == ["NamesOnly(a=1)", "NamesOnly(b=1)", "NamesOnly(a=2)"]


def test_a_list_holds_other_items_of_its_type_too():
    assert candidates("list[int]")[:4] == ["[1, 0, 3]", "[1]", "[-1, 2, 10]", "[1, 0, 3, -1, 2, 10]"]


def test_an_instance_that_was_changed_takes_no_place_before_others():
    inputs = Inputs({}, NamesOnly(), (), Uses())
    changed = "def names_after_add():\v    return NamesOnly()\nnames_after_add()"
    for text in ("NamesOnly()", "NamesOnly(a=1)", changed):
        inputs.provide(NamesOnly, text, is_pioneer=False)
    assert inputs.instances["NamesOnly"] == ["NamesOnly()", "NamesOnly(a=1)", changed]


def test_a_function_takes_and_gives_what_its_annotation_says():
    found = candidates("Callable[[str, int], bool]")
    assert found[:3] == ["operator.add", "lambda left, right: left + right", "lambda left, right: True"]


def test_all_that_may_be_left_out_and_is_worked_with_has_something_to_work_with():
    called, read = Shape(), Shape()
    called.called(2)
    read.attributes["upper"] = Shape()
    inputs = Inputs({}, NamesOnly(), (), Uses({}, (), {"Page.find": called, "Page.title": read}))
    parameters = [
        Parameter(name, "", None, has_default=True, is_keyword_only=False, is_variadic=False)
        for name in ("find", "title", "unused")
    ]
    assert inputs.equipment("Page", parameters) == {"find": "lambda left, right: right", "title": "'hello world'"}


def named(name: str, annotation: str) -> list[str]:
    parameter = Parameter(name, annotation, None, has_default=False, is_keyword_only=False, is_variadic=False)
    return Inputs({}, NamesOnly(), (), Uses()).candidates("f", parameter)


def test_what_a_name_suggests_comes_first_where_it_is_of_the_annotated_kind():
    assert named("url", "str")[0].startswith("'https://")
    assert named("matrix", "int")[0] == INTEGERS[0]


def test_an_annotation_that_says_nothing_leaves_it_to_the_name():
    assert named("matrix", "Any")[0] == named("matrix", "")[0] == "[[1, 2], [3, 4]]"


def test_what_reads_bytes_gets_the_texts_of_the_module_as_bytes():
    inputs = Inputs({"texts": {"module": ["'[a]\\n'", "'\\u20ac'"]}}, NamesOnly(), ("'x1'", "b'y'"), Uses())
    parameter = Parameter("data", "bytes", None, has_default=False, is_keyword_only=False, is_variadic=False)
    found = inputs.candidates("f", parameter)
    assert {"b'[a]\\n'", "b'x1'", "b'y'"} <= set(found)
    assert not any("u20ac" in text for text in found)


def test_what_is_documented_comes_before_what_else_there_is_to_try():
    shape = Shape()
    shape.annotations["int"] = None
    inputs = Inputs({}, NamesOnly(), (), Uses({}, (), {"f.thing": shape}))
    parameter = Parameter("thing", "", None, has_default=False, is_keyword_only=False, is_variadic=False)
    found = inputs.candidates("f", parameter)
    assert found[:4] == INTEGERS[:4]
    assert found.index("'hello world'") >= MOST_DOCUMENTED


def test_a_function_that_is_awaited_is_a_coroutine_function():
    found = candidates("Callable[..., Awaitable[int]]")
    assert found
    assert all(text.startswith("async def ") for text in found)


def test_what_may_be_left_out_is_given_what_its_name_suggests():
    inputs = Inputs({}, NamesOnly(), (), Uses())
    parameter = Parameter("expected_exception", "", None, has_default=True, is_keyword_only=False, is_variadic=False)
    assert inputs.fitting("f", parameter)[:2] == ["ValueError", "(ValueError, KeyError)"]


def test_a_literal_of_the_code_comes_first_only_where_it_is_what_the_name_suggests():
    inputs = Inputs({"literals": {"f": ["0", "'plum'"]}}, NamesOnly(), (), Uses())
    parameter = Parameter("name", "", None, has_default=False, is_keyword_only=False, is_variadic=False)
    found = inputs.candidates("f", parameter)
    assert found[0] == "'plum'"
    assert found.index("0") > found.index("'hello world'")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("css", "'a { color: #ffffff; margin: 0px 4px; }'"),
        ("markdown", r"'# Title\n\nSome *text* with a [link](https://example.com).\n'"),
        ("pat", "'*.txt'"),
        ("env_var", "'SHOP_NAME'"),
    ],
)
def test_what_has_a_form_is_given_a_text_of_that_form(name, first):
    inputs = Inputs({}, NamesOnly(), (), Uses())
    parameter = Parameter(name, "", None, has_default=False, is_keyword_only=False, is_variadic=False)
    assert inputs.candidates("f", parameter)[0] == first


def test_a_method_is_asked_for_keys_of_the_mappings_that_are_given():
    inputs = Inputs({}, NamesOnly(), (), Uses())
    key = Parameter("key", "", None, has_default=False, is_keyword_only=False, is_variadic=False)
    assert inputs.candidates("Cache.get", key)[0] == "'a'"
    assert inputs.candidates("sort", key)[0] != "'a'"


class Track:
    def __init__(self, notes=()):
        self.notes = notes

    def data(self):
        return self.notes


def test_what_is_gone_through_gets_instances_that_have_what_is_asked_of_each():
    shape = Shape()
    for name in ("notes", "data"):
        shape.of_items().attributes[name] = Shape()
    inputs = Inputs({}, NamesOnly(), (), Uses(shapes={"f.tracks": shape}))
    inputs.provide(NamesOnly, "NamesOnly()", is_pioneer=True)
    inputs.provide(Track, "Track()", is_pioneer=True)
    inputs.provide(Track, "Track(notes=[1])", is_pioneer=True)
    parameter = Parameter("tracks", "", None, has_default=True, is_keyword_only=False, is_variadic=False)
    assert inputs.candidates("f", parameter)[:3] == ["None", "[Track()]", "[Track(), Track(notes=[1])]"]
    assert inputs.equipment("f", [parameter]) == {"tracks": "[Track()]"}
