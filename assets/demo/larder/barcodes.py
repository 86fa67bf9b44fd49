"""Check digits of the codes printed on packages (EAN-13, EAN-8 and UPC-A)."""

from __future__ import annotations

LENGTHS = {8: "EAN-8", 12: "UPC-A", 13: "EAN-13"}


class BarcodeError(ValueError):
    """A code that no scanner would accept; `code` is what was read."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


def check_digit(digits: str) -> int:
    """The last digit of a code, worked out from the others.

    >>> check_digit("400638133393")
    1
    >>> check_digit("03600029145")
    2
    """
    if not digits.isdecimal():
        raise BarcodeError(digits, "only digits are allowed")
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10


def normalise(code: str) -> str:
    """A code without the spaces and hyphens that people type, checked.

    >>> normalise("4 006381 333931")
    '4006381333931'
    """
    digits = code.replace(" ", "").replace("-", "")
    if not digits.isdecimal():
        raise BarcodeError(code, "only digits are allowed")
    if len(digits) not in LENGTHS:
        raise BarcodeError(code, f"{len(digits)} digits, expected 8, 12 or 13")
    expected = check_digit(digits[:-1])
    if int(digits[-1]) != expected:
        raise BarcodeError(code, f"the last digit should be {expected}")
    return digits


def is_valid(code: str) -> bool:
    """Whether a scanner would accept the code.

    >>> is_valid("96385074")
    True
    >>> is_valid("96385075")
    False
    """
    try:
        normalise(code)
    except BarcodeError:
        return False
    return True


def kind(code: str) -> str:
    """Which standard a code follows.

    >>> kind("036000291452")
    'UPC-A'
    """
    return LENGTHS[len(normalise(code))]


def as_ean13(code: str) -> str:
    """A UPC-A code the way European scanners report it; EAN-13 stays as it is.

    >>> as_ean13("036000291452")
    '0036000291452'
    """
    digits = normalise(code)
    if len(digits) == 8:
        raise BarcodeError(code, "an EAN-8 code has no EAN-13 form")
    return digits.zfill(13)
