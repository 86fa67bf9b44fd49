from __future__ import annotations

from types import SimpleNamespace

from ctxtui.core.generator.probing.worker.calls import Call, Outcome
from ctxtui.core.generator.probing.worker.keeping import Keeper
from ctxtui.core.generator.probing.worker.subjects import Subject

BASKET = "basket = Basket()"
SUBJECT = Subject("Basket.size", "Basket", "{subject}.size()", ())


class Shop:
    """Runs calls on a basket that `add` changes and `weigh` does not."""

    pins = SimpleNamespace(later={})

    def run(self, call):
        size = sum(step.startswith("basket.add") for step in call.setup)
        arcs = frozenset((len(step), 1) for step in call.setup)
        return Outcome(arcs, value=size, checks=(f"result == {size}",), is_done=True)


def kept_of(*setup):
    shop, kept = Shop(), []
    call = Call((BASKET, *setup), "basket.size()")
    Keeper(shop, kept.append).keep_new(SUBJECT, call, {}, shop.run(call))
    return [found.call.setup for found in kept]


def test_a_call_before_that_shows_in_nothing_is_left_out():
    assert kept_of("basket.weigh()", "basket.add('pear')") == [(BASKET, "basket.add('pear')")]


def test_a_failed_call_before_that_shows_in_nothing_is_left_out():
    failed = "with contextlib.suppress(ValueError):\n    basket.weigh(-1)"
    assert kept_of(failed, "basket.add('pear')") == [(BASKET, "basket.add('pear')")]


def test_what_is_pinned_stays():
    pin = "monkeypatch.setenv('LANG', 'C')"
    assert kept_of(pin) == [(BASKET, pin)]


def test_what_is_the_same_without_its_idle_steps_is_kept_once():
    shop, kept = Shop(), []
    keeper = Keeper(shop, kept.append)
    for setup in ((BASKET,), (BASKET, "basket.weigh()")):
        call = Call(setup, "basket.size()")
        keeper.keep_new(SUBJECT, call, {}, shop.run(call))
    assert [found.call.setup for found in kept] == [(BASKET,)]
