"""When Python looks for garbage."""

from __future__ import annotations

import gc

import pytest

from ctxtui.core.processes.garbage import begin_uncollected, collect_from_now_on, collection_paused


@pytest.fixture(autouse=True)
def as_before():
    yield
    gc.unfreeze()
    gc.enable()


def test_what_a_start_made_is_never_looked_through_again():
    begin_uncollected()
    assert not gc.isenabled()
    collect_from_now_on()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_without_a_pause_at_the_start_nothing_is_kept_from_collection():
    collect_from_now_on()
    assert gc.get_freeze_count() == 0


def test_a_pause_ends_with_what_it_was_for_and_within_a_longer_one_not_before_that():
    with collection_paused():
        with collection_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
