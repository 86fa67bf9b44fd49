"""An error is told with its beginning and all that it says, whatever way pytest writes it down."""

from __future__ import annotations

import traceback

import pytest

from ctxtui.core.toolchains.guest.journal import MESSAGE_LIMIT, last_error
from ctxtui.core.toolchains.guest.network import NetworkBlockedError

A_WARNING = """\
Traceback (most recent call last):
  File "plugin.py", line 3, in pytest_configure
    warnings.warn(UNSET)
pytest.PytestDeprecationWarning: The option "scope" is unset.
Set it explicitly.
"""
A_VALIDATION = """\
tests/test_a.py:1: in <module>
    import a
E   KeyError: 'A'

E   models.ValidationError: 1 error for Order
E   price
E     Field required
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (A_WARNING, 'pytest.PytestDeprecationWarning: The option "scope" is unset. Set it explicitly.'),
        (A_VALIDATION, "models.ValidationError: 1 error for Order price Field required"),
        ("E   assert 1 == 2\nE    +  where 1 = one()", "+  where 1 = one()"),
        ("import file mismatch:\nHINT: use a unique basename", "HINT: use a unique basename"),
        ("", ""),
    ],
)
def test_an_error_of_several_lines_is_told_from_its_first(text: str, said: str):
    assert last_error(text) == said


def test_a_long_error_keeps_its_beginning():
    said = last_error("ValueError: " + "much " * 1000)
    assert said.startswith("ValueError: much much")
    assert len(said) == MESSAGE_LIMIT


def test_a_reach_for_the_network_is_told_without_the_place_of_its_class():
    told = traceback.format_exception_only(NetworkBlockedError("tests run without a network"))
    assert told == ["NetworkBlockedError: tests run without a network\n"]
