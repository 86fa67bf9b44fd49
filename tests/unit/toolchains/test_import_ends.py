"""Why an import did not come to its end."""

from __future__ import annotations

import os
import signal

import pytest

from ctxtui.core.toolchains.guest.imports import SIGNALLED, how_it_ended

ENDS = [
    (signal.SIGALRM, "importing it does not come to an end"),
    (signal.SIGPROF, "importing it does not come to an end"),
    (signal.SIGSEGV, "importing it ends the interpreter"),
]


@pytest.mark.parametrize(("by", "told"), ENDS)
def test_an_import_that_never_ends_is_told_apart_from_one_that_ends_the_interpreter(by, told):
    assert how_it_ended(int(by)) == told
    assert os.WTERMSIG(int(by)) == by


def test_an_import_that_signals_its_parent_is_told_by_the_signal():
    status = (SIGNALLED + signal.SIGTERM) << 8
    assert how_it_ended(status) == "importing it sends SIGTERM to the process that imports it"


def test_an_import_that_exits_ends_the_interpreter():
    assert how_it_ended(4 << 8) == "importing it ends the interpreter"
