"""Examples whose calls need the statements before them."""

from __future__ import annotations

import pytest

from ctxtui.core.generator.probing.worker.calls import Call
from ctxtui.core.generator.probing.worker.subjects import call_with_steps
from ctxtui.core.generator.reading.harvest import harvest

MODULE = '''
class Shelf:
    """Keeps jars.

{example}
    """

    def __init__(self):
        self.jars = []

    def put(self, kind):
        self.jars.append(kind())
        return self

    def first(self):
        return self.jars[0]


class _Store:
    def first(self):
        return None


def sorted_by(rows, key):
    return sorted(rows, key=key)
'''


@pytest.fixture
def scenarios(tmp_path):
    def read(*lines):
        example = "\n".join("    " + line for line in lines)
        source = tmp_path / "shop.py"
        source.write_text(MODULE.format(example=example))
        return dict(harvest(source, "shop", tmp_path / "empty", []).scenarios)

    return read


def test_a_call_on_an_object_comes_behind_what_was_done_to_it(scenarios):
    found = scenarios(
        ">>> class Plum:", "...     pass", ">>> shelf = Shelf()", ">>> shelf.put(Plum)", ">>> shelf.first()"
    )
    steps = "class Plum:\v    pass\nshelf = Shelf()\n"
    assert found == {
        "Shelf.put": [steps + "shelf.put(Plum)"],
        "Shelf.first": [steps + "shelf.put(Plum)\nshelf.first()"],
    }


def test_what_is_said_to_fail_is_no_step(scenarios):
    failure = ["Traceback (most recent call last):", "    ...", "IndexError: list index out of range"]
    found = scenarios(">>> shelf = Shelf()", ">>> shelf.first()", *failure, ">>> shelf.put(int)", ">>> shelf.first()")
    assert found["Shelf.first"] == ["shelf = Shelf()\nshelf.put(int)\nshelf.first()"]


def test_a_function_that_an_example_defines_is_passed_on(scenarios):
    found = scenarios(">>> def size(row):", "...     return len(row)", ">>> sorted_by(['plum', 'fig'], size)")
    assert found == {"sorted_by": ["def size(row):\v    return len(row)\nsorted_by(['plum', 'fig'], size)"]}


def test_values_that_can_be_written_into_the_call_are_no_steps(scenarios):
    assert scenarios(">>> rows = ['plum', 'fig']", ">>> sorted_by(rows, len)") == {}


def test_a_call_with_steps_watches_what_its_method_is_called_on():
    assert call_with_steps("class Plum:\v    pass\nshelf = Shelf()\nshelf.put(Plum)") == Call(
        ("class Plum:\n    pass", "shelf = Shelf()"), "shelf.put(Plum)", ("shelf",)
    )
    assert call_with_steps("rows = [1]\nsorted_by(rows, len)").watched == ()
