"""Objects that show what they are for only after other calls, and classes that keep something for all of them."""

from __future__ import annotations

BREAKER = """
class Breaker:
    LIMIT = 3
    known = {}

    def __init__(self, name, limit=None):
        self.name = name
        self.limit = limit or self.LIMIT
        self._failures = 0
        self._calls = 0
        self.known[name] = self

    def call(self, function):
        self._calls += 1
        try:
            return function()
        except ArithmeticError:
            self._failures += 1
            raise

    def is_open(self):
        return self._failures >= self.limit

    def report(self):
        return f"{self._failures} of {self._calls} failed"

    def guard(self, function):
        def guarded(*args):
            return self.call(lambda: function(*args))

        return guarded

    @classmethod
    def count(cls):
        return len(cls.known)
"""


def test_an_object_is_told_after_calls_that_show_only_inside_and_after_failures(generate):
    written = generate(BREAKER)
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout
    assert "contextlib.suppress(ZeroDivisionError)" in written.text
    assert '"1 of 1 failed"' in written.text
    assert "guard" in written.text


def test_what_registers_itself_is_tested_and_leaves_nothing(generate):
    written = generate(BREAKER)
    assert 'monkeypatch.setattr("shop.subject.Breaker.known", {})' in written.text
    assert "Breaker.count() == 0" in written.text


def test_what_the_code_falls_back_on_says_what_to_pass(generate):
    text = generate(BREAKER).text
    assert 'limit="' not in text
    assert "Breaker(0" not in text


PANTRY = """
import time


class Pantry:
    def __init__(self, best_for=600.0):
        self.best_for = best_for
        self._stock = {}

    def put(self, name, amount):
        self._stock[name] = (amount, time.time())

    def take(self, name):
        amount, since = self._stock[name]
        if time.time() - since > self.best_for:
            del self._stock[name]
            return "spoilt"
        return amount
"""


NOTE = """

class Note:
    def __init__(self):
        self.lines = []

    def add(self, line):
        self.lines.append(line)

    def show(self):
        return list(self.lines)
"""


def test_no_clock_is_set_for_what_reads_none(generate):
    text = generate(PANTRY + NOTE).text
    assert "monkeypatch" in text
    assert "monkeypatch" not in text.partition("class TestNote")[2]


def test_what_is_over_after_a_time_is_told_when_that_has_passed(generate):
    written = generate(PANTRY)
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout
    assert '== "spoilt"' in written.text
