from __future__ import annotations

import contextlib
import importlib
import os
import sys
from types import SimpleNamespace

import pytest

from ctxtui.core.generator.probing.worker.calls import Call, Runner
from ctxtui.core.generator.probing.worker.names import Names
from ctxtui.core.generator.probing.worker.observe import Observer

SOURCE = """
class Deck:
    def __init__(self, cards):
        self._cards = list(cards)

    def __iter__(self):
        return iter(self._cards)

    @property
    def top(self):
        return self._cards[-1]

    def shuffle(self):
        self._cards.reverse()


def end(code):
    print("good bye")
    raise SystemExit(code)


class EmptyDeckError(LookupError):
    pass


def refuse(deck):
    raise EmptyDeckError("no cards in " + deck.name)


def pick(deck, chosen):
    return chosen


def only(cards):
    if not cards:
        raise EmptyDeckError("none")
    return cards


async def refuse_late(deck):
    raise EmptyDeckError("no cards")


class Watch:
    def __init__(self):
        self._times = iter(range(1000))
        self._rests = 0

    @property
    def now(self):
        return next(self._times)

    def rest(self):
        self._rests += 1

    def fail(self):
        self._rests += 1
        return 1 / 0

    def look(self):
        return 7


def deals(deck):
    for card in deck:
        yield card
"""


class OpenGuard:
    """Lets everything happen and sees nothing."""

    refusals = 0

    @contextlib.contextmanager
    def one_call(self):
        yield SimpleNamespace(is_in_work=False, is_elsewhere_seen=False)


@pytest.fixture
def runner(tmp_path, monkeypatch):
    path = tmp_path / "decks_to_run.py"
    path.write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    names = Names(importlib.import_module("decks_to_run"))
    kind = type(os.environ)
    yield Runner(names, Observer(names), OpenGuard(), str(path))
    os.environ.__class__ = kind
    del sys.modules["decks_to_run"]


@pytest.fixture
def run(runner):
    return lambda act, *setup, watched=(): runner.run(Call(setup, act, watched))


def lines(outcome):
    return {SOURCE.splitlines()[line - 1].strip() for arc in outcome.arcs for line in arc if line > 0}


def test_what_looking_at_an_object_runs_is_no_work_of_the_call(run):
    outcome = run("deck.shuffle()", "deck = Deck([1, 2])", watched=("deck",))
    assert outcome.changes == ("deck.top == 1",)
    assert lines(outcome) == {"self._cards = list(cards)", "self._cards.reverse()"}


def test_what_an_iterator_runs_is_the_call_s_work(run):
    outcome = run("deals([3])")
    assert outcome.checks == ("list(result) == [3]",)
    assert "yield card" in lines(outcome)


def test_an_exit_is_told_by_its_code_whatever_was_printed(run):
    assert run("end('no luck')").raises == ("SystemExit", "no luck")
    assert run("end(None)").raises == ("SystemExit", "")


def test_the_annotations_of_a_class_that_is_made_for_a_call_are_no_texts(run):
    outcome = run("Item.__annotations__", "class Item:\n    price: int")
    assert outcome.checks == ("result == {'price': int}",)


def test_code_that_closes_its_output_leaves_what_it_printed(run):
    assert (
        run("close('good bye')", "import sys\ndef close(word):\n    print(word)\n    sys.stdout.close()").prints
        == "good bye\n"
    )


def test_an_error_of_putting_a_message_together_is_no_refusal(run):
    assert run("refuse(3)").raises is None
    assert run("refuse(Deck)").raises is None
    assert run("only([])").raises == ("EmptyDeckError", "none")


def test_an_argument_that_cannot_be_made_is_no_refusal_of_the_call(runner):
    call = Call((), "pick([], only([]))")
    outcome = runner.run(call)
    assert outcome.raises == ("EmptyDeckError", "none")
    assert runner.looked_into(call, outcome, ["[]", "only([])"]).raises is None
    assert runner.looked_into(call, outcome, ["[]", "only([1])"]).raises == outcome.raises


def test_what_is_another_at_each_look_is_no_change(run):
    assert run("watch.rest()", "watch = Watch()", watched=("watch",)).changes == ()


@pytest.mark.parametrize(("act", "is_touching"), [("rest", True), ("fail", True), ("look", False)])
def test_a_call_that_does_something_inside_is_known_by_it(run, act, is_touching):
    assert run(f"watch.{act}()", "watch = Watch()", watched=("watch",)).is_touching is is_touching


def test_a_refusal_that_has_to_be_awaited_is_known_as_such(runner):
    outcome = runner.run(Call((), "refuse_late([])"))
    assert (outcome.raises, outcome.is_async) == (("EmptyDeckError", "no cards"), True)
