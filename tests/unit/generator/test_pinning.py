from __future__ import annotations

import ast
import importlib
import os
import sys
from types import ModuleType

import pytest

from ctxtui.core.generator.probing.worker.names import Names
from ctxtui.core.generator.probing.worker.observe import Observer
from ctxtui.core.generator.probing.worker.patches import LookUps, Patches
from ctxtui.core.generator.probing.worker.pinning import Pins, of_variable, other_values_of

SOURCE = """
import contextvars

names = []
TABLE = {"plum": 3}
_bound = contextvars.ContextVar("bound", default={})
_lookup_cache = {}
total = 0


def register(name):
    names.append(name)


def price(name):
    return TABLE[name]


def bind(value):
    _bound.set(value)


def count():
    global total
    total += 1


def ask():
    return input("well?")


class Shop:
    known = {}
    _first = None
    prices = {}
    stock = []

    def __init__(self, name):
        self.name = name
        self.stock = []
        self.stock.append(name)
        self.known[name] = self

    @classmethod
    def first(cls):
        if cls._first is None:
            cls._first = cls("corner")
        return cls._first.name

    def price(self, name):
        return self.prices[name]


def remember(name):
    _lookup_cache[name] = 1


def hidden(names):
    names.append(1)


def nested(marks):
    def mark(name):
        marks[name] = 1

    return mark
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "pinned_shop.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("pinned_shop")
    del sys.modules["pinned_shop"]


def line_of(text):
    return SOURCE.splitlines().index(text) + 1


def pins_of(module):
    return Pins(module, ast.parse(SOURCE), Observer(Names(module)))


@pytest.mark.parametrize(
    ("line", "pin"),
    [
        ("    names.append(name)", "monkeypatch.setattr('pinned_shop.names', [])"),
        (
            "    _bound.set(value)",
            "monkeypatch.setattr('pinned_shop._bound', contextvars.ContextVar('bound', default={}))",
        ),
        ("    total += 1", "monkeypatch.setattr('pinned_shop.total', 0)"),
        ("        self.known[name] = self", "monkeypatch.setattr('pinned_shop.Shop.known', {})"),
        ("        return cls._first.name", "monkeypatch.setattr('pinned_shop.Shop._first', None)"),
        ('    return input("well?")', "monkeypatch.setattr('builtins.input', lambda *_: 'yes')"),
    ],
)
def test_a_line_that_uses_what_calls_change_is_pinned(module, line, pin):
    assert pins_of(module).for_lines([line_of(line)]) == [pin]


@pytest.mark.parametrize(
    "line",
    [
        "    return TABLE[name]",
        "    _lookup_cache[name] = 1",
        "    names.append(1)",
        "        marks[name] = 1",
        "        self.stock.append(name)",
        "        return self.prices[name]",
    ],
)
def test_tables_caches_parameters_and_what_an_instance_has_for_itself_need_no_pin(module, line):
    assert pins_of(module).for_lines([line_of(line)]) == []


def test_what_the_module_keeps_is_as_before_after_a_call(module):
    before = module.names
    with pins_of(module).kept():
        module.register("ann")
        module.count()
    assert module.names is before
    assert module.names == []
    assert module.total == 0


def test_a_variable_is_taken_away_and_a_fixed_one_set():
    assert of_variable("FORCE_COLOR") == "monkeypatch.delenv('FORCE_COLOR', raising=False)"
    assert of_variable("COLUMNS") == "monkeypatch.setenv('COLUMNS', '80')"
    assert other_values_of("HOME") == []


def test_patches_are_put_back(module, monkeypatch):
    monkeypatch.setenv("CTXTUI_A", "old")
    monkeypatch.delenv("CTXTUI_B", raising=False)
    patches = Patches()
    patches.setenv("CTXTUI_A", "new")
    patches.setenv("CTXTUI_B", "new")
    patches.delenv("CTXTUI_A")
    patches.setattr("pinned_shop.total", 5)
    assert (os.environ.get("CTXTUI_A"), os.environ["CTXTUI_B"], module.total) == (None, "new", 5)
    patches.undo()
    assert (os.environ["CTXTUI_A"], os.environ.get("CTXTUI_B"), module.total) == ("old", None, 0)


def test_a_variable_that_is_not_there_cannot_be_taken_away(monkeypatch):
    monkeypatch.delenv("CTXTUI_A", raising=False)
    with pytest.raises(KeyError, match="CTXTUI_A"):
        Patches().delenv("CTXTUI_A")


def test_what_another_call_of_a_function_read_is_not_pinned_for_those_that_do_not(module):
    asking = line_of('    return input("well?")')
    (answer,) = pins_of(module).for_lines([asking])
    assert pins_of(module).unread([answer, "basket = Basket()"], [1, 2]) == {answer}
    assert pins_of(module).unread([answer], [asking]) == set()


def test_what_a_class_keeps_is_the_same_after_a_call(module):
    with pins_of(module).kept():
        module.Shop("corner")
        module.Shop.first()
    assert (module.Shop.known, module.Shop._first) == ({}, None)


def test_a_clock_is_pinned_by_the_name_it_is_called_by(tmp_path, monkeypatch):
    source = "import time\nfrom time import monotonic as clock\n\n\ndef now():\n    return time.time(), clock()\n"
    (tmp_path / "watch_subject.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("watch_subject")
    pins = Pins(module, ast.parse(source), Observer(Names(module)))
    assert [pin.partition(",")[0] for pin in pins.for_lines([6])] == [
        "monkeypatch.setattr('time.time'",
        "monkeypatch.setattr('watch_subject.clock'",
    ]
    assert set(pins.later.values()) == set(pins.for_lines([6]))


@pytest.mark.parametrize(
    "wait",
    [
        "async def now():\n    return time.monotonic()\n",
        "def wait(end):\n    while time.monotonic() < end: time.sleep(1)\n",
    ],
)
def test_the_clock_that_is_waited_by_goes_on(tmp_path, monkeypatch, wait):
    source = f"import time\n\n\n{wait}"
    (tmp_path / "waiting_subject.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "waiting_subject", raising=False)
    module = importlib.import_module("waiting_subject")
    assert Pins(module, ast.parse(source), Observer(Names(module))).for_lines([5]) == []


def test_code_that_asks_for_the_system_is_tried_on_those_that_it_names(module):
    source = """
def opener():
    if sys.platform.startswith("win"):
        return "start"
    return {"Darwin": "open"}.get(platform.system(), "xdg-open")
"""
    pins = Pins(module, ast.parse(source), Observer(Names(module)))
    linux, system = pins.for_lines([3, 5])
    assert linux == "monkeypatch.setattr('sys.platform', 'linux')"
    assert system == "monkeypatch.setattr('platform.system', lambda: 'Linux')"
    others = ["monkeypatch.setattr('sys.platform', 'win32')", "monkeypatch.setattr('sys.platform', 'darwin')"]
    assert pins.others(linux) == others
    assert "monkeypatch.setattr('platform.system', lambda: 'Darwin')" in pins.others(system)


def test_a_home_that_is_looked_up_by_the_standard_library_is_known(monkeypatch, tmp_path):
    package = tmp_path / "homely"
    package.mkdir()
    (package / "__init__.py").write_text("import os\n\n\ndef config():\n    return os.path.expanduser('~/.config')\n")
    monkeypatch.syspath_prepend(tmp_path)
    homely = importlib.import_module("homely")
    look_ups = LookUps("homely")
    monkeypatch.setattr(os.environ, "__class__", type(os.environ))
    look_ups.watch()
    homely.config()
    assert "HOME" in look_ups.names


def test_a_flag_of_the_module_is_turned_but_not_one_for_a_version_or_for_tools():
    source = """
try:
    import plum
    HAS_PLUM = True
except ImportError:
    HAS_PLUM = False
NEW = sys.version_info >= (3, 11)
TYPE_CHECKING = False
count = 1


def told():
    return HAS_PLUM, NEW, TYPE_CHECKING, count
"""
    module = ModuleType("flags_to_turn")
    vars(module).update(HAS_PLUM=False, NEW=True, TYPE_CHECKING=False, count=1)
    pins = Pins(module, ast.parse(source), Observer(Names(module)))
    assert pins.flags_turned([13]) == ["monkeypatch.setattr('flags_to_turn.HAS_PLUM', True)"]
