from __future__ import annotations

import ast
import logging
from unittest import mock

import pytest

from ctxtui.core.generator.probing.worker.bodies import shapes_of
from ctxtui.core.generator.probing.worker.doubles import DOUBLE, told_to
from ctxtui.core.generator.probing.worker.inputs import words_of
from ctxtui.core.generator.probing.worker.shapes import with_other_names
from ctxtui.core.generator.probing.worker.shaping import Shaper

NAMED = {"price": ["3"], "sender": ["'Ann'"]}


def texts(source: str, parameter: str = "f.given", others: str = "") -> list[str]:
    shape = shapes_of(ast.parse(source), [ast.parse(others)] if others else ())[parameter]
    return Shaper(lambda name: NAMED.get(name, []), lambda annotation: [f"a {annotation}"]).texts("given", shape)


@pytest.mark.parametrize(
    ("body", "first"),
    [
        ("return given['price'] + given['name'].upper()", "{'price': 3, 'name': 'hello world'}"),
        ("return given.toordinal() - given.weekday()", "datetime.datetime(2024, 1, 31, 12, 30, 15)"),
        ("return given.total_seconds()", "datetime.timedelta(days=1, hours=2, minutes=3)"),
        ("return given.read()", r"io.StringIO('one\ntwo\nthree\n')"),
        ("return [line.sender for line in given]", "[types.SimpleNamespace(sender='Ann')]"),
        ("return {key: value for key, value in given}", "[('a', 1), ('b', 2)]"),
        ("return [cell for row in given for cell in row]", "[[1, 2], [3, 4]]"),
        ("first, second = given", "(1, 2)"),
        (
            "return given.sender + given.load(1)",
            "types.SimpleNamespace(sender='Ann', load=lambda *args, **kwargs: None)",
        ),
        ("return given(1, 2)", "operator.add"),
        ("return given % 7", "1"),
        ("if given == 'wide':\n        pass", "'hello world'"),
        ("if given is None:\n        given = {}\n    return given['price']", "{'price': 3}"),
        (
            "rows = [] if given is None else given\n    return [line.sender for line in rows]",
            "[types.SimpleNamespace(sender='Ann')]",
        ),
        ("def inner():\n        return given.total_seconds()", "datetime.timedelta(days=1, hours=2, minutes=3)"),
    ],
)
def test_a_value_has_what_is_done_with_it(body, first):
    assert texts(f"def f(given):\n    {body}\n")[0] == first


def test_a_moment_is_tried_in_a_zone_too():
    assert any("tzinfo=" in text for text in texts("def f(given):\n    return given.tzinfo.utcoffset(given)\n"))
    assert any("tzinfo=" in text for text in texts("def f(given):\n    return given.hour, given.tzinfo\n"))


def test_the_choice_between_two_values_asks_for_no_items():
    assert "f.given" not in shapes_of(ast.parse("def f(given):\n    return min(given, limit())\n"))


def test_private_attributes_are_not_made_up():
    assert texts("def f(given):\n    return given._secret(given + 1)\n") == ["1", "0", "3"]


def test_what_a_called_function_does_is_done_too():
    source = "def f(given):\n    return g(1, given)\n\n\ndef g(left, right):\n    return right.total_seconds()\n"
    assert texts(source)[0].startswith("datetime.timedelta")
    assert texts("from .other import g\n\n\ndef f(given):\n    return g(given)\n", others="def g(it: Pot): ...") == [
        "a Pot"
    ]


def test_what_methods_do_with_what_the_construction_stores_counts():
    source = (
        "class Pot:\n    def __init__(self, lid):\n        self.lid = lid\n\n"
        "    def lift(self):\n        return self.lid.weight\n"
    )
    assert texts(source, "Pot.lid") == ["types.SimpleNamespace(weight='weight')"]


def test_a_function_that_calls_itself_comes_to_an_end():
    assert texts("def f(given):\n    return f(given.next) if given.next else f(given)\n")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("date1", ["date1", "date"]),
        ("in_stream", ["in_stream", "stream"]),
        ("readOnly", ["readonly", "read_only", "only"]),
    ],
)
def test_a_name_is_known_by_its_last_word_too(name, words):
    assert words_of(name) == words


@pytest.mark.parametrize(
    "passing",
    ["super().__init__(place)", "Message.__init__(self, place)", "self.at(place)", "super().at(place)"],
)
def test_what_a_base_does_with_a_value_it_is_given_is_known(passing):
    source = f"""
class Message:
    def __init__(self, place):
        self.line = place.lineno

    def at(self, place):
        return place.lineno


class Warning(Message):
    def __init__(self, text, place):
        {passing}
"""
    assert texts(source, "Warning.place") == ["types.SimpleNamespace(lineno='lineno')"]


def test_a_class_takes_what_its_base_takes():
    source = """
class Message:
    def __init__(self, place):
        self.line = place.lineno


class Warning(Message):
    pass


class Late(Warning):
    text = "late"
"""
    assert texts(source, "Late.place") == ["types.SimpleNamespace(lineno='lineno')"]


def test_a_log_record_is_told_by_what_is_read_of_it():
    made = texts("def f(given):\n    return given.getMessage()\n")[0]
    assert eval(made, {"logging": logging}).getMessage() == "low on plums"


@pytest.mark.parametrize(
    "source",
    [
        "def f(given=None):\n    return g(size=given)\ndef g(size): ...\n",
        "def f(given=None, make=G):\n    return make(given)\nclass G:\n    def __init__(self, size): ...\n",
    ],
)
def test_what_is_documented_is_known_where_it_is_passed_on_by_name_or_to_a_default(source):
    documented = {"g.size": ["int"], "G.size": ["int"]}
    shapes = shapes_of(ast.parse(source), (), documented)
    assert list(shapes["f.given"].annotations) == ["int"]


def test_what_a_called_function_checks_it_for_is_passed_too():
    source = "from .other import is_long\n\n\ndef f(given):\n    return 'long' if is_long(given) else 'short'\n"
    others = "def is_long(it):\n    return isinstance(it, (Beam, wood.Plank))\n"
    assert texts(source, others=others) == ["a Beam", "a Plank"]


def test_a_function_that_another_one_made_is_known_by_its_name_in_the_module_too():
    source = """
def longer_than(size):
    def check(form, field):
        return len(field.data) > size and form.errors

    return check
"""
    shapes = shapes_of(ast.parse(source))
    assert list(shapes["longer_than.<locals>.check.field"].attributes) == ["data"]
    named = with_other_names(shapes, {"longer_than_3": "longer_than.<locals>.check"})
    assert list(named["longer_than_3.form"].attributes) == ["errors"]


def test_an_object_is_told_by_way_of_what_it_gives():
    source = "def f(tree):\n    tree.trunk().put('T', 3)\n"
    assert texts(source, "f.tree")[0] == DOUBLE
    assert DOUBLE not in texts("def f(tree):\n    return tree.trunk().size + 1\n", "f.tree")
    tree = mock.Mock()
    tree.trunk().put("T", 3)
    told = told_to(tree, "tree", repr)
    assert told == ["tree.mock_calls == [mock.call.trunk(), mock.call.trunk().put('T', 3)]"]
    assert eval(told[0])


def test_a_tree_of_objects_ends_with_one_that_has_nothing_below_it():
    source = """
def f(given):
    given.seen = True
    for child in given.children:
        f(child)
"""
    assert texts(source)[0] == "types.SimpleNamespace(children=[types.SimpleNamespace(children=[])])"
