"""Kitchen measures."""

import pytest

from larder.units import UnitError, convert


def test_cups_are_converted_to_millilitres():
    assert convert(1, "cup", "ml") == 240


def test_pounds_are_converted_to_grams():
    assert convert(2, "lb", "g") == pytest.approx(907.18474)


def test_a_weight_is_no_volume():
    with pytest.raises(UnitError, match="cannot convert"):
        convert(1, "kg", "l")
