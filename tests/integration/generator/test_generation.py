from __future__ import annotations

from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.trouble import Trouble
from ctxtui.core.domain.verdict import Evidence

PRICES = '''
import math


class Basket:
    """Things to buy."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.prices: list[int] = []

    def add(self, price: int) -> None:
        if price < 0:
            raise ValueError("a price is never negative")
        self.prices.append(price)

    @property
    def total(self) -> int:
        return sum(self.prices)


def discount(total: int, *, is_member: bool = False) -> int:
    if total < 0:
        raise ValueError("a total is never negative")
    if is_member:
        return total * 9 // 10
    return total
'''


def test_the_tests_written_pass_and_reach_every_branch(generate):
    written = generate(PRICES)
    run = written.run_pytest("-W", "error")
    assert run.returncode == 0, run.stdout
    assert "class TestBasket:" in written.text
    assert "is_member=True" in written.text
    assert 'pytest.raises(ValueError, match="a total is never negative")' in written.text
    assert "discount" in written.text
    assert [event.text for event in written.events if event.kind is EventKind.FILE] == ["tests/test_subject.py"]


def test_nothing_but_the_test_file_is_written(generate):
    written = generate(PRICES)
    files = {path.relative_to(written.worktree).as_posix() for path in written.worktree.rglob("*") if path.is_file()}
    assert files == {"shop/__init__.py", "shop/subject.py", "tests/test_subject.py"}


def test_a_test_named_by_feedback_is_dropped_and_the_others_stay(generate):
    first = generate(PRICES)
    names = [line.split("def ")[1].split("(")[0] for line in first.text.splitlines() if line.startswith("def test_")]
    evidence = Evidence("assertion", "it failed", test=f"tests/test_subject.py::{names[0]}")
    second = generate(PRICES, feedback=(evidence,), conversation=first.outcome.conversation)
    assert second.text != first.text
    assert "class TestBasket:" in second.text
    assert second.run_pytest().returncode == 0


def test_a_module_with_nothing_repeatable_gets_an_explanation_and_no_file(generate):
    written = generate("import random\n\n\ndef roll():\n    return random.random()\n")
    assert written.text == ""
    assert written.outcome.message.startswith("nothing in shop.subject can be tested without")
    assert written.outcome.trouble is Trouble.NOTHING


SWITCHED = """
import os


def grams(text):
    amount, _, unit = text.partition(" ")
    if os.environ.get("SHOP_STRICT") and unit not in ("g", "kg"):
        raise ValueError("unknown unit")
    if unit == "kg":
        return float(amount) * 1000
    if unit == "oz":
        return float(amount) * 28.35
    if unit == "lb":
        return float(amount) * 453.6
    return 0
"""


def test_a_variable_that_many_tests_take_away_is_taken_away_once(generate):
    written = generate(SWITCHED)
    assert written.text.count('monkeypatch.delenv("SHOP_STRICT", raising=False)') == 1
    assert "@pytest.fixture(autouse=True)" in written.text
    assert "pytest.mark.parametrize" in written.text
    assert written.run_pytest().returncode == 0


FIELDS = """
from shop.base import Field


class Amount(Field):
    def clean(self, text):
        return int(text)
"""
BASE = """
class Ticket:
    def __init__(self, kind, given):
        self.kind, self.given = kind.__name__, given


class Field:
    def __new__(cls, *args, **kwargs):
        if "%s" in kwargs:
            return super().__new__(cls)
        return Ticket(cls, args)

    def __init__(self, label=None, owner=None):
        if label == "":
            raise ValueError("no label")
        self.label, self.owner = label, owner
"""


def test_calls_that_stay_outside_of_the_module_are_no_tests_of_it(generate, tmp_path):
    base = tmp_path / "tree/shop/base.py"
    base.parent.mkdir(parents=True)
    base.write_text(BASE.replace('"%s" in kwargs', "len(args) > 99"), encoding="utf-8")
    written = generate(FIELDS)
    assert (written.text, written.outcome.trouble) == ("", Trouble.NOTHING)
    assert written.outcome.message.endswith("what could be told of it (Amount) runs none of its functions")


def test_a_construction_that_gives_something_else_is_made_with_the_option_that_it_looks_for(generate, tmp_path):
    base = tmp_path / "tree/shop/base.py"
    base.parent.mkdir(parents=True)
    base.write_text(BASE.replace("%s", "owner"), encoding="utf-8")
    written = generate(FIELDS)
    assert "owner=" in written.text
    assert ".clean(" in written.text
    assert written.run_pytest().returncode == 0


def test_a_module_that_cannot_be_imported_is_said_to_be_so(generate):
    written = generate("raise RuntimeError('no database')\n")
    assert written.text == ""
    assert "RuntimeError: no database" in written.outcome.message


GROUPS = """
def collect(problems: list[str]) -> int:
    if problems:
        raise ExceptionGroup("the form has mistakes", [ValueError(problem) for problem in problems])
    return 0
"""


def test_a_group_of_exceptions_is_matched_by_its_own_message(generate):
    written = generate(GROUPS)
    run = written.run_pytest("-W", "error")
    assert run.returncode == 0, run.stdout
    assert "the form has mistakes" in written.text
    assert "sub-exception" not in written.text


def test_what_depends_on_the_day_is_left_out_however_long_it_would_hold(generate):
    written = generate(
        "import datetime\nimport sys\nfrom datetime import date\n\n\n"
        "def years_since(year: int) -> int:\n    return date.today().year - year\n\n\n"
        "def century() -> str:\n    return f'{datetime.datetime.now():%C}{sys.version_info[1]}'\n\n\n"
        "def double(value: int) -> int:\n    return value * 2\n"
    )
    assert "double" in written.text
    assert "years_since" not in written.text
    assert "century" not in written.text


def test_a_decorator_is_applied_and_what_it_made_is_called(generate):
    written = generate(
        "import functools\n\n\n"
        "def twice(function):\n    @functools.wraps(function)\n    def wrapper(value):\n"
        "        return function(function(value))\n\n    return wrapper\n"
    )
    assert (
        "    @twice\n    def triple(value):\n        return value * 3\n\n    assert triple(3) == 27\n" in written.text
    )


def test_a_surviving_change_is_noticed_by_the_next_attempt(generate):
    source = "def grade(points: int) -> str:\n    if points > 4711:\n        return 'high'\n    return 'low'\n"
    first = generate(source)
    diff = (
        "@@ -1,3 +1,3 @@\n def grade(points: int) -> str:\n"
        "-    if points > 4711:\n+    if points >= 4711:\n         return 'high'"
    )
    survived = Evidence("survived", "nothing notices that `>` becomes `>=` in line 2", "shop/subject.py", detail=diff)
    second = generate(source, feedback=(survived,), conversation=first.outcome.conversation)
    assert "(4711, " in second.text or "grade(4711)" in second.text
    assert second.run_pytest().returncode == 0


REGISTRY = """
class Codecs:
    def __init__(self):
        self._found = {"upper": str.upper}

    def add(self, name, function):
        self._found[name] = function
        return len(name)


CODECS = Codecs()
_served = 0


def serve(guest: str) -> str:
    global _served
    _served += 1
    return guest


OFFSET = 0
NEGATED = -OFFSET


def register(name: str, function=str.lower) -> int:
    return CODECS.add(name, function)


def known() -> list:
    return sorted(CODECS._found)
"""


def test_what_changes_an_object_that_others_share_is_left_out(generate):
    written = generate(REGISTRY)
    assert "known() == " in written.text
    assert "register(" not in written.text


def test_what_a_module_counts_starts_anew_in_each_test(generate):
    written = generate(REGISTRY)
    assert 'monkeypatch.setattr("shop.subject._served", 0)' in written.text
    assert written.run_pytest().returncode == 0


def test_what_the_command_line_decides_is_given_words(generate):
    written = generate(
        "import sys\n\n\ndef words() -> int:\n    return len(sys.argv)\n\n\ndef one() -> int:\n    return 1\n"
    )
    assert 'monkeypatch.setattr("sys.argv", ["program"' in written.text
    assert "words() == " in written.text


def test_a_class_without_arguments_and_without_visible_state_has_its_methods_tested(generate):
    written = generate("class Speller:\n    def spell(self, number: int) -> str:\n        return f'number {number}'\n")
    assert "Speller().spell(" in written.text
