from __future__ import annotations

import sys
from types import ModuleType

import pytest

from ctxtui.core.generator.probing.worker.calls import Call
from ctxtui.core.generator.probing.worker.contexts import context_asked_for, inside
from ctxtui.core.generator.probing.worker.names import Names
from ctxtui.core.generator.probing.worker.subjects import Subject


@pytest.mark.parametrize(
    ("library", "error", "written"),
    [
        ("flask", RuntimeError("Working outside of request context."), "inside_request(lambda: f(1))"),
        ("click", RuntimeError("There is no active click context."), "inside_command(lambda: f(1))"),
        ("trio", RuntimeError("must be called from async context"), "trio.run(inside_trio, lambda: f(1))"),
        ("trio", RuntimeError("Task got bad yield: <class 'trio.C'>"), "trio.run(inside_trio, lambda: f(1))"),
        (
            "trio",
            AttributeError("'RunContext' object has no attribute 'runner'"),
            "trio.run(inside_trio, lambda: f(1))",
        ),
        ("asyncio", RuntimeError("no running event loop"), "asyncio.run(inside_loop(lambda: f(1)))"),
    ],
)
def test_a_library_says_what_a_call_has_to_be_inside_of(library, error, written, monkeypatch):
    monkeypatch.setitem(sys.modules, library, sys.modules.get(library) or ModuleType(library))
    context = context_asked_for(error, Names(ModuleType("shop_to_call")))
    assert context is not None
    subject, call = inside(context, Subject("f", "", "f({arguments})", ()), Call((), "f(1)"))
    assert call.act == written
    assert subject.template == written.replace("f(1)", "f({arguments})")
    assert inside(context, subject, call) == (subject, call)


def test_another_error_asks_for_nothing():
    names = Names(ModuleType("shop_to_call"))
    assert context_asked_for(None, names) is None
    assert context_asked_for(RuntimeError("no plums"), names) is None
    assert context_asked_for(ValueError("no running event loop"), names) is None
