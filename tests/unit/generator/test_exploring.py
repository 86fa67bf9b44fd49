from __future__ import annotations

import ast
import contextlib
import importlib
import os
import sys
from types import SimpleNamespace

import pytest

from ctxtui.core.generator.probing.worker.bodies import shapes_of
from ctxtui.core.generator.probing.worker.calls import Call, Runner
from ctxtui.core.generator.probing.worker.explore import Explorer
from ctxtui.core.generator.probing.worker.inputs import Inputs
from ctxtui.core.generator.probing.worker.names import Names
from ctxtui.core.generator.probing.worker.observe import Observer
from ctxtui.core.generator.probing.worker.shapes import Uses
from ctxtui.core.generator.probing.worker.subjects import Subject
from ctxtui.core.generator.probing.worker.targets import Parameter, parameters_of

SOURCE = """
import os


class Jar:
    def __init__(self):
        self.label = ""


def relabel(jar):
    jar.label = "plums"


def tidy(parts):
    for number in range(24):
        if number < len(parts) and parts[number] == f"plum {number}":
            parts[number] = "jam"


def size_told_by(name):
    return int(os.environ[name])


LOUD = False


def called(name):
    if LOUD:
        return name.upper()
    return name[:3]


def stored(shelf, jar):
    shelf[jar] = 3
    return True
"""


class OpenGuard:
    """Lets everything happen and sees nothing."""

    refusals = 0

    @contextlib.contextmanager
    def one_call(self):
        yield SimpleNamespace(is_in_work=False, is_elsewhere_seen=False)


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "jars_to_relabel.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    kind = type(os.environ)
    yield importlib.import_module("jars_to_relabel")
    os.environ.__class__ = kind
    del sys.modules["jars_to_relabel"]


def test_what_a_call_does_to_an_object_that_it_is_given_is_a_fact(module):
    names = Names(module)
    observer = Observer(names)
    inputs = Inputs({}, observer, (), Uses())
    inputs.provide(module.Jar, "Jar()", is_pioneer=False)
    found = []
    explorer = Explorer(
        Runner(names, observer, OpenGuard(), module.__file__), inputs, found.append, found.append, seed=1
    )
    subject = Subject("relabel", "", "relabel({arguments})", parameters_of(module.relabel) or ())
    explorer.explore(subject, (), 1.0)
    assert ("jar.label == 'plums'",) in [kept.outcome.changes for kept in found]


def test_each_way_in_which_a_call_changes_what_it_is_given_is_looked_at(module):
    names = Names(module)
    observer = Observer(names)
    found = []
    runner = Runner(names, observer, OpenGuard(), module.__file__)
    explorer = Explorer(runner, Inputs({}, observer, (), Uses()), found.append, found.append, seed=1)
    subject = Subject("tidy", "", "tidy({arguments})", parameters_of(module.tidy) or ())
    explorer.explore(subject, [Call((), f"tidy({['text'] * number})") for number in range(12)], 0.2)
    explorer.explore(subject, [Call((), "tidy(['text', 'plum 1'])")], 0.1)
    assert ("parts == ['text', 'jam']",) in [kept.outcome.changes for kept in found]


def test_what_a_call_does_to_what_it_is_given_is_looked_at_where_it_gives_little_else(module):
    names = Names(module)
    observer = Observer(names)
    found = []
    runner = Runner(names, observer, OpenGuard(), module.__file__)
    explorer = Explorer(runner, Inputs({}, observer, (), Uses()), found.append, found.append, seed=1)
    subject = Subject("stored", "", "stored({arguments})", parameters_of(module.stored) or ())
    explorer.explore(subject, [Call((), "stored({}, 'jam')")], 0.1)
    assert ("shelf == {'jam': 3}",) in [kept.outcome.changes for kept in found]


def test_what_asks_a_flag_of_the_module_is_tried_with_the_flag_turned(module):
    names = Names(module)
    observer = Observer(names)
    found = []
    runner = Runner(names, observer, OpenGuard(), module.__file__)
    explorer = Explorer(runner, Inputs({}, observer, (), Uses()), found.append, found.append, seed=1)
    subject = Subject("called", "", "called({arguments})", parameters_of(module.called) or ())
    explorer.explore(subject, (), 1.0)
    setups = {kept.call.setup for kept in found if kept.outcome.is_done}
    assert setups == {(), ("monkeypatch.setattr('jars_to_relabel.LOUD', True)",)}
    assert module.LOUD is False


def test_no_variable_is_set_or_taken_away_that_only_another_call_looked_up(module):
    names = Names(module)
    observer = Observer(names)
    found = []
    runner = Runner(names, observer, OpenGuard(), module.__file__)
    explorer = Explorer(runner, Inputs({}, observer, (), Uses()), found.append, found.append, seed=1)
    subject = Subject("size_told_by", "", "size_told_by({arguments})", parameters_of(module.size_told_by) or ())
    explorer.explore(subject, (), 1.0)
    told = [kept for kept in found if kept.outcome.checks == ("result == 1",)]
    assert told
    assert all(len(kept.call.setup) == 1 for kept in told)


class Safe(str):
    """A text that gives itself for its text, as those do that are safe to put into a page."""

    __slots__ = ()

    def __str__(self) -> str:
        return self


class Raw(bytes):
    def __bytes__(self) -> bytes:
        return self


def test_a_text_that_gives_itself_for_its_text_is_written_as_a_plain_one(module):
    observer = Observer(Names(module))
    assert observer.literal(Safe("<b>")) == "'<b>'"
    assert observer.literal([Safe("a")]) == "['a']"
    assert observer.literal(Raw(b"a")) is None


FILTERS = """
import os


class Page:
    def __init__(self, find=None):
        self.find = find

    def show(self, name):
        return self.find(self, name)


def words_of(file_path):
    if not os.path.isfile(file_path):
        return lambda word: None
    with open(file_path) as file:
        words = file.read().split()
    return lambda word: word in words


def label(name: str, kind):
    return f"{name}: {kind}"


class QueueError(Exception):
    pass


class Queue:
    def __init__(self):
        self._waiting = []

    def __iter__(self):
        return self

    def __next__(self):
        if not self._waiting:
            raise QueueError("nothing waits")
        return self._waiting.pop()
"""


@pytest.fixture
def explored(tmp_path, monkeypatch):
    """Calls of a module's target that were kept, and constructions that were offered to others."""
    (tmp_path / "filters_to_explore.py").write_text(FILTERS)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("filters_to_explore")
    names = Names(module)
    observer = Observer(names)
    uses = Uses({}, (), shapes_of(ast.parse(FILTERS)))

    def explore(target, hints=None):
        inputs = Inputs(hints or {}, observer, (), uses)
        kept, provided = [], []
        runner = Runner(names, observer, OpenGuard(), module.__file__)
        explorer = Explorer(runner, inputs, kept.append, provided.append, seed=1)
        owner = target if target[0].isupper() else ""
        subject = Subject(target, owner, target + "({arguments})", parameters_of(getattr(module, target)) or ())
        explorer.explore(subject, (), 1.0)
        return kept, provided

    yield explore
    del sys.modules["filters_to_explore"]


def test_an_instance_with_all_that_is_optional_is_offered(explored):
    _, provided = explored("Page")
    assert "Page(find=lambda left, right: right)" in [kept.call.act for kept in provided]


def test_an_instance_that_is_its_own_iterator_is_offered_though_it_has_nothing_to_give(explored):
    kept, provided = explored("Queue")
    assert "Queue()" in [one.call.act for one in provided]
    assert [one.outcome.raises for one in kept] == [("QueueError", "nothing waits")]


def test_a_parameter_that_is_known_to_take_certain_values_takes_these_with_all_of_another(explored):
    kept, _ = explored("label", {"parameters": {"label.kind": ["'sweet'", "'sour'"]}})
    acts = [one.call.act for one in kept]
    assert acts[:2] == ["label('plum', 'sweet')", "label('pear tree', 'sour')"]
    assert sum("'sweet')" in act or "'sour')" in act for act in acts) >= 8


def test_a_result_that_was_arranged_before_is_that_object(module):
    names = Names(module)
    runner = Runner(names, Observer(names), OpenGuard(), module.__file__)
    outcome = runner.run(Call(("jar = Jar()", "jars = {'plums': jar}"), "jars['plums']"))
    assert outcome.checks == ("result is jar",)


def test_an_object_of_a_class_that_was_defined_before_is_of_that_class(module):
    names = Names(module)
    runner = Runner(names, Observer(names), OpenGuard(), module.__file__)
    outcome = runner.run(Call(("class Lid:\n    pass", "kinds = [Lid]"), "kinds[0]()"))
    assert outcome.checks == ("isinstance(result, Lid)",)


PRESS = """
import warnings


def pressed(fruit):
    warnings.warn("pressed() will go", DeprecationWarning, stacklevel=2)
    return fruit + " juice"


def drunk(fruit):
    return pressed(fruit)
"""
BAR = """
import press_of_old


def squeezed(fruit):
    return press_of_old.pressed(fruit)
"""


@pytest.mark.parametrize(
    ("name", "act", "warns"),
    [
        ("press_of_old", "pressed('plum')", "DeprecationWarning"),
        ("press_of_old", "drunk('plum')", "DeprecationWarning"),
        ("bar_of_old", "squeezed('plum')", ""),
    ],
)
def test_that_something_a_module_uses_will_go_is_no_behaviour_of_the_module(tmp_path, monkeypatch, name, act, warns):
    """Another version of that does not warn, or refuses."""
    (tmp_path / "press_of_old.py").write_text(PRESS)
    (tmp_path / "bar_of_old.py").write_text(BAR)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module(name)
    for one in ("press_of_old", "bar_of_old"):
        monkeypatch.delitem(sys.modules, one, raising=False)
    names = Names(module)
    outcome = Runner(names, Observer(names), OpenGuard(), module.__file__).run(Call((), act))
    assert (outcome.warns, bool(outcome.checks)) == (warns, bool(warns))


def test_what_was_put_in_under_a_key_is_asked_for_by_it(module):
    names = Names(module)
    observer = Observer(names)
    found = []
    runner = Runner(names, observer, OpenGuard(), module.__file__)
    explorer = Explorer(runner, Inputs({}, observer, (), Uses()), found.append, found.append, seed=1)
    parameter = Parameter("key", "", None, has_default=False, is_keyword_only=False, is_variadic=False)
    setup = ("jars = {}", "jars.setdefault('quince', 3)")
    subject = Subject("Jars.take", "Jars", "{subject}.pop({arguments})", [parameter], setup, ("jars",))
    explorer.revisit(subject, 1.0, ["'quince'", "3"])
    assert [kept.call.act for kept in found][:1] == ["jars.pop('quince')"]


def shade(red=11, green=22, blue=33, alpha=44):
    return (red, green, blue, alpha)


def test_some_values_of_every_parameter_come_before_many_of_one(module):
    names = Names(module)
    module.shade = shade
    names["shade"] = shade
    observer = Observer(names)
    found = []
    runner = Runner(names, observer, OpenGuard(), module.__file__)
    explorer = Explorer(runner, Inputs({}, observer, (), Uses()), found.append, found.append, seed=1)
    explorer.explore(Subject("shade", "", "shade({arguments})", parameters_of(shade) or ()), (), 5.0)
    acts = [kept.call.act for kept in found]
    assert max(acts.index(f"shade({name}=5)") for name in ("red", "green", "blue", "alpha")) < 25
