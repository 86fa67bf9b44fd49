"""Classes whose instances do their work as members of other classes."""

from __future__ import annotations

import functools

from ctxtui.core.generator.probing.worker.descriptors import uses_of_descriptor

SOURCE = """
import time


class Remembered:
    def __init__(self, function):
        self.function = function

    def __get__(self, holder, kind=None):
        if holder is None:
            return self
        name = self.function.__name__
        value, since = holder.__dict__.get(name, (None, 0))
        if time.time() - since > 60:
            value = self.function(holder)
            holder.__dict__[name] = value, time.time()
        return value

    def __set__(self, holder, value):
        raise AttributeError("it is remembered, not set")


class Whole:
    def __set_name__(self, kind, name):
        self.name = "_" + name

    def __get__(self, holder, kind=None):
        return self if holder is None else getattr(holder, self.name, 0)

    def __set__(self, holder, value):
        if not isinstance(value, int):
            raise TypeError("whole numbers only")
        setattr(holder, self.name, value)

    def __delete__(self, holder):
        delattr(holder, self.name)
"""


def test_descriptors_are_used_as_members(generate):
    written = generate(SOURCE)
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout
    assert "@Remembered" in written.text
    assert "size = Whole()" in written.text
    assert 'match="whole numbers only"' in written.text
    assert "del shelf.size" in written.text


def test_one_that_remembers_is_looked_at_twice():
    uses = uses_of_descriptor("remembered", [], ["elapsed.append(60)"])
    told = []
    for steps, act in uses:
        names = {"remembered": functools.cached_property, "elapsed": []}
        for step in steps:
            exec(step.replace("\v", "\n"), names)
        told.append((steps[2:], eval(act, names)))
    assert (("shelf.jars = [shelf.size]",), 2) in told
    assert (("shelf.jars = [shelf.size]", "elapsed.append(60)"), 2) in told
    assert (("shelf.jars = [shelf.size]", "del shelf.size"), 1) in told
