from __future__ import annotations

from types import SimpleNamespace

from ctxtui.core.generator.probing.worker.calls import Call, Outcome
from ctxtui.core.generator.probing.worker.classes import ClassExplorer, arguments_in, varied, with_an_empty_one
from ctxtui.core.generator.probing.worker.inputs import Inputs
from ctxtui.core.generator.probing.worker.keeping import Kept
from ctxtui.core.generator.probing.worker.shapes import Uses
from ctxtui.core.generator.probing.worker.subjects import Subject, variable_of
from ctxtui.core.generator.probing.worker.targets import Target
from ctxtui.core.generator.probing.worker.work import Work


def test_instances_that_differ_in_their_first_argument_come_first():
    made = ["Cache(0)", "Cache(0, getsizeof=len)", "Cache(1)", "Cache()", "Cache(1, getsizeof=len)"]
    assert varied(made) == ["Cache(0)", "Cache(1)", "Cache()", "Cache(0, getsizeof=len)", "Cache(1, getsizeof=len)"]


def test_an_instance_of_a_class_called_like_a_keyword_has_another_name():
    assert [variable_of(name, ()) for name in ("And", "Class", "LRUCache")] == ["instance", "instance", "lru_cache"]


class Shelf:
    def __init__(self, jars):
        self.jars = jars

    def count(self):
        return len(self.jars)

    def put(self, jar):
        self.jars.append(jar)


class OnlyCalling:
    """What is asked of an explorer before it explores."""

    work = Work()
    pins = SimpleNamespace(later={}, over_time=tuple)

    def waits_of(self, owner, made):
        return []

    def works(self, setup, act):
        namespace = {"Shelf": Shelf, "MinimalShelf": Shelf, "Crate": Crate}
        try:
            for statement in setup:
                exec(statement, namespace)
            eval(act, namespace)
        except (TypeError, ZeroDivisionError):
            return False
        return True

    def explore(self, subject, seeds, cpu_seconds):
        self.first = getattr(self, "first", subject.setup[0])


def test_a_receiver_on_which_more_works_comes_first():
    inputs = Inputs({}, None, (), Uses())
    for made in ("Shelf(1)", "Shelf([1])"):
        inputs.provide(Shelf, made, is_pioneer=False)
    explorer = OnlyCalling()
    ClassExplorer(explorer, inputs, __name__.partition(".")[0], ()).members(
        Target("Shelf", "class", Shelf, (1, 2)), {}, 0
    )
    assert explorer.first == "shelf = Shelf([1])"


def test_a_class_that_works_without_a_stand_in_is_told_without_one():
    inputs = Inputs({}, None, (), Uses())
    inputs.provide(Shelf, "Shelf([1])", is_pioneer=False)

    class MinimalShelf(Shelf): ...

    inputs.provide(MinimalShelf, "MinimalShelf([2])", is_pioneer=False)
    explorer = OnlyCalling()
    ClassExplorer(explorer, inputs, __name__.partition(".")[0], (), {"Shelf"}).members(
        Target("Shelf", "class", Shelf, (1, 2)), {}, 0
    )
    assert explorer.first == "shelf = Shelf([1])"


def test_of_receivers_that_work_alike_one_that_nobody_would_make_comes_last():
    inputs = Inputs({}, None, (), Uses())
    for made in ("Shelf(ValueError('boom'))", "Shelf(dict[str, int])", "Shelf([1])"):
        inputs.provide(Shelf, made, is_pioneer=False)
    explorer = OnlyCalling()
    explorer.works = lambda _setup, _act: True
    ClassExplorer(explorer, inputs, __name__.partition(".")[0], ()).members(
        Target("Shelf", "class", Shelf, (1, 2)), {}, 0
    )
    assert explorer.first == "shelf = Shelf([1])"


class Crate:
    def __init__(self, plums=()):
        self.plums = plums

    def __len__(self):
        return len(self.plums)

    def names(self):
        return list(self.plums)


def test_an_empty_receiver_comes_after_one_that_has_something():
    inputs = Inputs({}, None, (), Uses())
    for made in ("Crate()", "Crate([])", "Crate(['red'])"):
        inputs.provide(Crate, made, is_pioneer=False)
    explorer = OnlyCalling()
    ClassExplorer(explorer, inputs, __name__.partition(".")[0], ()).members(
        Target("Crate", "class", Crate, (1, 2)), {}, 0
    )
    assert explorer.first == "crate = Crate(['red'])"


class Revisiting(OnlyCalling):
    """Remembers on what receivers methods were called once more."""

    def __init__(self):
        self.setups = []

    def works(self, setup, act):
        return True

    def explore(self, subject, seeds, cpu_seconds): ...

    def revisit(self, subject, cpu_seconds, given=()):
        self.setups.append(subject.setup)


def histories_after(act, **outcome):
    inputs = Inputs({}, None, (), Uses())
    inputs.provide(Shelf, "Shelf([1])", is_pioneer=False)
    explorer = Revisiting()
    shelf = ClassExplorer(explorer, inputs, __name__.partition(".")[0], ())
    setup = ("shelf = Shelf([1])",)
    subject = Subject("Shelf.put", "Shelf", "{subject}.put({arguments})", (), setup, ("shelf",))
    shelf.note(Kept(subject, Call(setup, act), {}, Outcome(frozenset(), **outcome), is_example=False, adds_arcs=False))
    shelf.members(Target("Shelf", "class", Shelf, (1, 2)), {}, 1)
    return {setup[1] for setup in explorer.setups if len(setup) == 2}


def test_a_call_that_does_something_inside_comes_before_others():
    assert histories_after("shelf.put(2)", value=1, is_done=True, is_touching=True) == {"shelf.put(2)"}
    assert histories_after("shelf.put(2)", value=1, is_done=True) == set()


def test_what_does_something_inside_comes_before_what_only_gives_nothing():
    inputs = Inputs({}, None, (), Uses())
    inputs.provide(Shelf, "Shelf([1])", is_pioneer=False)
    explorer = Revisiting()
    shelf = ClassExplorer(explorer, inputs, __name__.partition(".")[0], ())
    setup = ("shelf = Shelf([1])",)
    for name, is_touching in (("count", False), ("put", True)):
        subject = Subject(f"Shelf.{name}", "Shelf", f"{{subject}}.{name}({{arguments}})", (), setup, ("shelf",))
        outcome = Outcome(frozenset(), is_done=True, is_touching=is_touching)
        call = Call(setup, f"shelf.{name}(2)")
        shelf.note(Kept(subject, call, {}, outcome, is_example=False, adds_arcs=False))
    shelf.members(Target("Shelf", "class", Shelf, (1, 2)), {}, 1)
    assert explorer.setups[0] == (*setup, "shelf.put(2)")


def test_a_coroutine_is_run_before_others():
    found = histories_after("shelf.put(2)", value=1, is_done=True, is_touching=True, is_async=True)
    assert found == {"asyncio.run(shelf.put(2))"}


def test_a_call_that_fails_after_it_did_something_comes_before_others():
    found = histories_after("shelf.put(2)", is_touching=True, error=ValueError("full"))
    assert found == {"with contextlib.suppress(ValueError):\v    shelf.put(2)"}


def test_one_empty_instance_is_among_those_that_count():
    full = ["Shelf([1])", "Shelf([2])", "Shelf([3])", "Shelf([4])"]
    assert with_an_empty_one(full, ["Shelf()", "Shelf([])"]) == [*full[:3], "Shelf()", full[3], "Shelf([])"]
    assert with_an_empty_one(full, []) == full


def test_what_earlier_calls_were_given_is_known():
    steps = (
        "shelf.put('plum', 2)",
        "asyncio.run(shelf.wait(key=(1, 2)))",
        "with contextlib.suppress(KeyError):\v    x()",
    )
    assert arguments_in(steps) == ["'plum'", "2", "(1, 2)"]
