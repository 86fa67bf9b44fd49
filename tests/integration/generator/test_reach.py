"""Kinds of code that the tests written have to get into."""

from __future__ import annotations

import re

PARSER = """
class Parser:
    def __init__(self, text: str) -> None:
        self._text = text

    def words(self) -> list[str]:
        return self._text.split()

    def shout(self, mark: str = "!") -> str:
        return self._text.upper() + mark
"""
LOOKING_WARNS = """
import warnings


class Shape:
    def __init__(self, sides: int) -> None:
        self.sides = sides

    @property
    def corners(self) -> int:
        warnings.warn("corners are sides", DeprecationWarning, stacklevel=2)
        return self.sides
"""
CALLERS = """
import sys


def add(left: int, right: int) -> int:
    return left + right


def caller(text: str) -> str:
    return str(sys._getframe(1).f_globals.get("__name__")) + text


def place(text: str) -> str:
    return f"{sys._getframe(1).f_lineno}{text}"
"""
CHANCE = """
import random


def first_of(items: list[int]) -> int:
    return random.choice(items)


def doubled(items: list[int]) -> list[int]:
    return items * 2
"""

COMPARED = """
import re

FRUIT = {"plum": 3, "quince": 9}


def price(kind: str, count: int = 1):
    if kind not in FRUIT:
        raise ValueError("no such fruit")
    if count == 4711:
        return "jackpot"
    return FRUIT[kind] * count


def verb_of(line):
    verb, _, rest = line.partition(":")
    if verb == "frobnicate" and rest.startswith("hard"):
        return "hard"
    return "other"


def week_of(text):
    found = re.compile("([0-9]{4})-W([0-9]{2})").match(text)
    return None if found is None else int(found[2])
"""
WRITING = """
def note(text: str, stream):
    stream.write(text + "!")


def count(table, key):
    table[key] = table.get(key, 0) + 1
"""
STACK = """
class Stack:
    def __init__(self):
        self._items = []

    def push(self, item):
        self._items.append(item)

    def swap(self):
        if len(self._items) < 2:
            raise IndexError("nothing to swap")
        self._items.reverse()

    def top(self):
        return self._items[-1]
"""
CONTEXTS = """
import contextlib


class Problem(Exception):
    pass


@contextlib.contextmanager
def translated(name: str):
    try:
        yield
    except ValueError as error:
        raise Problem(name) from error


class Door:
    def __init__(self):
        self.is_open = False

    def __enter__(self):
        self.is_open = True
        return self

    def __exit__(self, *error):
        self.is_open = False
"""
ASYNCHRONOUS = """
import contextlib


async def countdown(start: int):
    while start > 0:
        yield start
        start -= 1


@contextlib.asynccontextmanager
async def opened(name: str):
    yield name.upper()
"""
ABSTRACT = """
from abc import ABC, abstractmethod


class Shape(ABC):
    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    def area(self) -> int: ...

    def describe(self) -> str:
        return f"{self.name} of {self.area()}"
"""
PRIVATE = """
def _slug(text: str) -> str:
    if not text:
        raise ValueError("nothing to slug")
    return "-".join(text.lower().split())


def shout(text: str) -> str:
    return text.upper()
"""
SURROUNDED = """
import os

_names = []


def register(name: str) -> int:
    _names.append(name)
    return len(_names)


def rule(mark: str = "-") -> str:
    return mark * 3 if not os.environ.get("FORCE_COLOR") else "bold " + mark * 3


def answer() -> str:
    return input("well? ").upper()
"""
PROPERTIES = """
class Box:
    def __init__(self):
        self._size = 1

    @property
    def size(self):
        return self._size

    @size.setter
    def size(self, size):
        if size < 1:
            raise ValueError("too small")
        self._size = size
"""
READING = """
_KEY = object()


class Line:
    def __init__(self, words, key):
        if key is not _KEY:
            raise TypeError("lines are read")
        self.words = words


def read(text):
    return [Line(text.split(), _KEY)]
"""
COMMAND = """
import argparse
import sys
import time


def main(argv=None):
    parser = argparse.ArgumentParser(prog="shop")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("name", nargs="?")
    options = parser.parse_args(argv)
    if options.count > 3:
        sys.exit("too many")
    if options.name:
        print("hello", options.name)
    return options.count


def run():
    if not sys.argv[1:]:
        print("say something")
        sys.exit(2)
    return len(sys.argv)


def age(since: float) -> float:
    return time.time() - since
"""

REPORT = """
class Writer:
    def __init__(self):
        self.stream = None

    def _set_stream(self, stream):
        self.stream = stream

    def _line(self, text):
        self.stream.write(text + chr(10))


class Report(Writer):
    def head(self, titles: list[str]):
        self._line("head")
        for title in titles:
            self._line("title " + title)


def style(options: dict):
    words = []
    height = options.get("height", None)
    if height is not None:
        words.append("tall")
    colour = options.get("colour", None)
    if colour is not None:
        words.append("painted")
    shape = options.get("shape", None)
    if isinstance(shape, tuple):
        words.append("cut")
    return " ".join(words)
"""

STATELESS = """
import abc


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self):
        pass

    def label(self, size):
        return "large" if size > 10 else "small"


class Client:
    def shout(self, text):
        return self._prefix + text.upper()


class Closing(Client):
    def close(self):
        return self._socket.close()
"""


def test_values_that_the_module_compares_with_are_passed_to_it(generate):
    written = generate(COMPARED)
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout
    assert "jackpot" in written.text
    assert '"frobnicate:hard' in written.text
    assert "week_of" in written.text
    assert '"quince"' in written.text


def test_what_a_call_does_to_its_arguments_is_asserted(generate):
    written = generate(WRITING)
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout
    assert "stream.getvalue() == " in written.text
    assert "assert table == " in written.text


def test_methods_are_called_after_others_have_changed_the_object(generate):
    written = generate(STACK)
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout
    assert written.text.count("stack.push(") >= 2
    assert "stack.top() == " in written.text


def test_context_managers_are_entered_and_see_errors(generate):
    written = generate(CONTEXTS)
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout
    assert "with translated(" in written.text
    assert "pytest.raises(Problem" in written.text
    assert "with Door() as door:" in written.text


def test_asynchronous_generators_and_context_managers_are_used(generate):
    written = generate(ASYNCHRONOUS)
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout
    assert "async for" in written.text
    assert "async with" in written.text


def test_an_abstract_class_is_told_by_a_minimal_subclass(generate):
    written = generate(ABSTRACT)
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout
    assert "class MinimalShape(Shape):" in written.text
    assert ".describe()" in written.text
    assert ".area() ==" not in written.text


def test_a_stand_in_that_shows_nothing_is_used_and_so_is_one_beside_subclasses_that_lack_the_same(generate):
    written = generate(STATELESS)
    assert "MinimalShape()" in written.text
    assert ".label(11) == " in written.text
    assert "class MinimalClient(Client):" in written.text
    assert ".shout(" in written.text
    assert written.run_pytest().returncode == 0


def test_private_functions_are_called_where_nothing_public_gets_into_them(generate):
    written = generate(PRIVATE)
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout
    assert "_slug(" in written.text
    assert "shout(" in written.text


def test_methods_of_a_class_that_shows_nothing_are_called(generate):
    written = generate(PARSER)
    assert ".words()" in written.text
    assert ".shout()" in written.text
    assert written.run_pytest().returncode == 0


def test_a_warning_that_comes_from_looking_is_not_expected_of_the_call(generate):
    written = generate(LOOKING_WARNS)
    assert ".sides == " in written.text
    assert written.run_pytest("-W", "error").returncode == 0


def test_what_depends_on_the_caller_is_no_fact(generate):
    written = generate(CALLERS)
    assert "add(" in written.text
    assert "caller(" not in written.text
    assert "place(" not in written.text


def test_what_is_drawn_by_chance_is_no_fact(generate):
    written = generate(CHANCE)
    assert "doubled(" in written.text
    assert "first_of([1, 2, 3])" not in written.text


def test_what_is_read_of_the_surroundings_is_pinned(generate, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "3")
    written = generate(SURROUNDED)
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout
    assert 'monkeypatch.setattr("shop.subject._names", [])' in written.text
    assert 'monkeypatch.delenv("FORCE_COLOR", raising=False)' in written.text
    assert 'monkeypatch.setenv("FORCE_COLOR", ' in written.text
    assert 'monkeypatch.setattr("builtins.input", ' in written.text


def test_programs_are_given_words_and_may_end(generate):
    written = generate(COMMAND)
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout
    assert re.search(r'assert main\((argv=\["text"\])?\) == 1', written.text)
    assert re.search(r'"--count", "\d"\]', written.text)
    assert 'pytest.raises(SystemExit, match="too many")' in written.text
    assert 'monkeypatch.setattr("sys.argv", ["program", "text"])' in written.text
    assert 'monkeypatch.setattr("time.time", lambda: 1700000000.0)' in written.text


def test_what_a_function_of_the_package_makes_of_a_text_is_passed(generate, tmp_path):
    package = tmp_path / "tree" / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(READING)
    written = generate("def longest(line):\n    return max(line.words, key=len)\n")
    assert "read(" in written.text
    assert "test_longest" in written.text
    assert written.run_pytest().returncode == 0


def test_properties_are_set(generate):
    written = generate(PROPERTIES)
    assert re.search(r"box\.size = \d+\n +assert box\.size == ", written.text)
    assert re.search(r'match="too small"\):\n +(box|Box\(\))\.size = ', written.text)
    assert "setattr" not in written.text
    assert written.run_pytest().returncode == 0


def test_what_an_object_writes_to_is_set_before_its_methods_are_called(generate):
    written = generate(REPORT)
    assert "report._set_stream(stream)" in written.text
    assert re.search(r"stream\.getvalue\(\) == .head\\ntitle ", written.text)
    assert all(word in written.text for word in ("tall", "painted", "cut"))
    assert written.run_pytest().returncode == 0


SETTINGS = """
def settings(path: str) -> dict[str, str]:
    found = {}
    with open(path) as file:
        for line in file:
            name, sign, value = line.strip().partition("=")
            if sign == "=":
                found[name] = value.upper()
    return found
"""


def test_what_stands_in_a_file_is_varied_by_what_is_compared_with_it(generate):
    written = generate(SETTINGS)
    assert re.search(r"settings\(.*\) == \{'?\"?\w", written.text), written.text
    assert written.run_pytest().returncode == 0


OPEN = """
class Stall:
    def sell(self, amount):
        if isinstance(amount, int):
            return self.price() * amount
        raise NotImplementedError("only whole ones are sold")

    def price(self):
        raise NotImplementedError
"""


def test_what_is_not_implemented_is_told_where_the_call_itself_refuses_it(generate):
    written = generate(OPEN)
    assert 'match="only whole ones are sold"' in written.text
    assert ".price()" in written.text
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout


DAYS = """
def day_number(year, month):
    return 2450000.5 + 372.25 * year + 31 * month


def day_number_to_month(number):
    if number < 2450000:
        raise ValueError("before the calendar")
    return int((number - 2450000.5) % 372.25 // 31)
"""


def test_what_a_function_gives_is_converted_by_the_one_that_is_named_so(generate):
    written = generate(DAYS)
    assert any(case in written.text for case in ("day_number_to_month(245", "(245")), written.text
    run = written.run_pytest()
    assert run.returncode == 0, run.stdout
