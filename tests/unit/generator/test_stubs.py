from __future__ import annotations

import contextlib
import sys
from types import SimpleNamespace

import pytest

from ctxtui.core.generator.probing.worker.calls import Call, Runner
from ctxtui.core.generator.probing.worker.lessons import lessons_of
from ctxtui.core.generator.probing.worker.names import Names
from ctxtui.core.generator.probing.worker.observe import Observer
from ctxtui.core.generator.probing.worker.places import constants_in
from ctxtui.core.generator.probing.worker.stubs import with_attribute, with_method
from ctxtui.core.generator.probing.worker.subjects import Subject


def subject(*setup):
    return Subject("Till.pay", "Till", "{subject}.pay({arguments})", (), setup, ("till",))


def test_a_method_that_has_to_be_overridden_is_overridden():
    (found, _), *others = with_method(subject("till = Till(Policy())"), {}, "Policy", "allows")
    stub = "class MinimalPolicy(Policy):\v    def allows(self, *args, **kwargs):\v        return True"
    assert found.setup == (stub, "till = Till(MinimalPolicy())")
    assert len(others) == 3


def test_a_second_method_goes_into_the_same_subclass():
    (first, _), *_ = with_method(subject("till = Till(Policy())"), {}, "Policy", "allows")
    (second, _), *_ = with_method(first, {}, "Policy", "limit")
    assert second.setup[0] == first.setup[0] + "\v    def limit(self, *args, **kwargs):\v        return True"
    assert [*with_method(second, {}, "Policy", "limit")] == []


def test_a_class_that_is_not_there_is_not_replaced():
    assert [*with_method(subject("till = Till(OtherPolicy())"), {}, "Policy", "allows")] == []


def test_an_attribute_that_was_missed_is_added():
    arguments = {"user": "types.SimpleNamespace(age=3)", "count": "1"}
    found = [given["user"] for _, given in with_attribute(subject(), arguments, "name")]
    assert found == [
        "types.SimpleNamespace(name=lambda *args, **kwargs: True, age=3)",
        "types.SimpleNamespace(name='text', age=3)",
    ]


def test_what_stands_for_an_object_learns_from_the_error():
    try:
        SimpleNamespace().name  # noqa: B018 - for its error
    except AttributeError as error:
        found = list(lessons_of(error, subject("till = Till(types.SimpleNamespace())"), {}, lambda _: ()))
    assert [one.setup[0] for one, _ in found][1] == "till = Till(types.SimpleNamespace(name='text'))"


def test_what_stands_in_a_list_or_table_can_be_exchanged_as_a_whole():
    stub = "class Minimal(Policy):\v    def limits(self):\v        return {'a': 1}"
    (table, *_) = constants_in(subject(stub), {})
    assert table.value == {"a": 1}
    assert table.filled("{'sub': 'Ann'}")[0].setup == (stub.replace("{'a': 1}", "{'sub': 'Ann'}"),)


class Policy:
    def allows(self):
        raise NotImplementedError


def pay(policy):
    return policy.allows()


class OpenGuard:
    refusals = 0

    @contextlib.contextmanager
    def one_call(self):
        yield SimpleNamespace(is_in_work=False, is_elsewhere_seen=False)


@pytest.mark.parametrize("setup", [(), ("class MinimalPolicy(Policy):\n    pass", "Policy = MinimalPolicy")])
def test_who_left_a_method_open_is_known(setup):
    names = Names(sys.modules[__name__])
    runner = Runner(names, Observer(names), OpenGuard(), __file__)
    assert runner.run(Call(setup, "pay(Policy())")).left_open == ("Policy", "allows")


def test_a_method_that_is_called_itself_gets_no_other_in_its_place():
    names = Names(sys.modules[__name__])
    outcome = Runner(names, Observer(names), OpenGuard(), __file__).run(Call((), "Policy().allows()"))
    assert outcome.left_open == ("", "")
    assert outcome.raises == ("NotImplementedError", "")
