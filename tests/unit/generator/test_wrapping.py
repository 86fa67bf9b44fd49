from __future__ import annotations

import asyncio
import contextlib
import functools

from ctxtui.core.generator.probing.worker.calls import Call
from ctxtui.core.generator.probing.worker.wrapping import decorated_by, decorator_in, fitting_calls_of


def kept(function):
    @functools.wraps(function)
    def inner(value):
        return function(value)

    return inner


def awaited(function):
    @functools.wraps(function)
    async def inner(value):
        return await function(value)

    return inner


class Awaited:
    async def __call__(self, value):
        return value


def triple(value):
    return value * 3


def acts(made):
    return [(call.setup[0].splitlines()[1], call.act) for call in decorated_by("wrap()", made)]


def test_a_decorator_that_awaits_what_it_decorates_is_given_coroutines():
    for made in (awaited(triple), Awaited()):
        assert ("async def triple(value):", "asyncio.run(triple(3))") in acts(made)
        assert ("async def fail():", "asyncio.run(fail())") in acts(made)


def test_one_that_does_not_is_given_plain_functions_only(monkeypatch):
    monkeypatch.setattr("linecache.getlines", lambda _filename: ["def inner(value):", "    return value"])
    assert {line.split()[0] for line, _ in acts(kept(triple))} == {"def"}


def test_one_that_asks_for_coroutines_is_given_both(monkeypatch):
    monkeypatch.setattr("linecache.getlines", lambda _filename: ["if inspect.iscoroutinefunction(function):"])
    assert {line.split()[0] for line, _ in acts(kept(triple))} == {"def", "async"}


def test_a_method_that_decorates_is_told_by_what_it_makes_of_a_function():
    setup = ("gate = Gate()", "def double(value):\n    return value * 2")
    assert decorator_in(Call(setup, "gate.guard(double)")) == (["gate = Gate()"], "gate.guard")
    assert decorator_in(Call(("gate = Gate()",), "gate.guard(3)")) == (("gate = Gate()",), "")


def again(function):
    def inner():
        try:
            return function()
        except ValueError:
            return function()

    return inner


def test_a_decorator_is_given_a_function_that_fails_once():
    call = next(call for call in decorated_by("again", again(triple)) if "attempts" in call.watched)
    names = {"again": again}
    for step in call.setup:
        exec(step, names)
    assert eval(call.act, names) == 42
    assert names["attempts"] == ["attempt", "attempt"]


def limited(function):
    calls = []

    @functools.wraps(function)
    def inner(*args):
        calls.append(args)
        if len(calls) > 2:
            raise LookupError("too many calls")
        return function(*args)

    return inner


def test_a_decorated_function_is_called_more_often_than_a_small_limit_allows():
    refused = []
    for call in decorated_by("limited", limited(triple)):
        names = {"limited": limited, "contextlib": contextlib, "asyncio": asyncio}
        try:
            for step in call.setup:
                exec(step, names)
            eval(call.act, names)
        except LookupError:
            refused.append(call.act)
        except (ValueError, KeyError):
            continue
    assert refused == ["triple(3)", "fail()"]


def test_a_decorated_function_is_called_again_after_a_time():
    wait = "monkeypatch.setattr('time.time', lambda: 1800000000.0)"
    assert [call.setup[-1:] for call in decorated_by("kept", kept(triple), [wait])].count((wait,)) == 3


def longer_than(size):
    def check(form, field):
        return form if len(field) > size else None

    return check


def test_a_function_that_a_call_made_is_given_what_fits_its_parameters():
    columns = {"form": ["1", "2"], "field": ["'plum'", "field = []\nfield"]}
    asked = []

    def candidates(target, parameter):
        asked.append(target)
        return columns[parameter.name]

    calls = list(fitting_calls_of("longer_than(3)", longer_than(3), candidates))
    assert [call.act for call in calls[:2]] == ["longer_than(3)(1, 'plum')", "longer_than(3)(2, field)"]
    assert calls[1].setup == ("field = []",)
    assert set(asked) == {"longer_than.<locals>.check"}


def test_a_decorator_is_given_no_values():
    assert not list(fitting_calls_of("kept", kept, lambda *_: ["1"]))

    def decorate(function):
        return function

    assert not list(fitting_calls_of("decorating()", decorate, lambda *_: ["1"]))
