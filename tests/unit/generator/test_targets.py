from __future__ import annotations

import argparse
import codecs
import sys

from ctxtui.core.generator.probing.worker.targets import (
    inherited_methods_of,
    methods_of,
    parameters_of,
    targets_of,
)

PACKAGE = __name__.partition(".")[0]


class Upper(codecs.BufferedIncrementalDecoder):
    @staticmethod
    def _buffer_decode(data, _errors, _final):
        return bytes(data).decode("ascii").upper(), len(data)


class Plain(codecs.BufferedIncrementalDecoder):
    pass


def test_a_base_s_methods_are_tried_where_the_class_changes_what_they_call():
    assert "decode" in [method.name for method in inherited_methods_of(Upper, PACKAGE)]
    assert inherited_methods_of(Plain, PACKAGE) == []


class Price:
    def __lt__(self, other):
        return True


class Discount(Price):
    pass


Again = type("Price", (Price,), {"__module__": __name__})


def test_operators_are_told_with_the_class_that_has_them_or_with_what_stands_for_it():
    assert methods_of(Discount, PACKAGE) == []
    assert [method.name for method in methods_of(Again, PACKAGE)] == ["__lt__"]


class Cupboard(argparse.ArgumentParser):
    def format_help(self):
        return "jars"


def test_of_what_a_base_from_elsewhere_defines_little_is_tried_but_what_calls_what_the_class_has():
    found = {method.name: method.kind for method in methods_of(Cupboard, "argparse")}
    assert found["print_help"] == "method"
    assert found["parse_args"] == "inherited"
    assert "add_argument" not in found


def logged(function):
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


def joiner(sign):
    def join(words):
        return sign.join(words)

    return join


class Shelf:
    @logged
    def take(self, jar, count=1):
        return [jar] * count


@logged
def price(amount, *, tax=0.2):
    return amount * (1 + tax)


by_comma, by_dash, by_dot, by_star = map(joiner, ",-.*")


def test_what_a_decorator_that_keeps_no_name_made_is_a_target_as_is_what_another_function_made():
    names = [target.name for target in targets_of(sys.modules[__name__])]
    assert {"price", "by_comma", "by_dash"} < set(names)
    assert "by_star" not in names  # it would run the lines of the others


def test_a_wrapper_that_passes_on_all_that_it_is_given_takes_what_the_wrapped_function_takes():
    assert [one.name for one in parameters_of(price)] == ["amount", "tax"]
    assert [one.name for one in parameters_of(Shelf.take, skip_first=True)] == ["jar", "count"]
    assert [one.name for one in parameters_of(by_comma)] == ["words"]


class Ruler:
    __module__ = f"{PACKAGE}.elsewhere"

    def measure(self):
        return 1

    @property
    def unit(self):
        return "m"


class ShortRuler(Ruler):
    def __init__(self):
        super().__init__()


class LongRuler(Ruler):
    def fold(self):
        return 2


def test_a_class_that_only_says_how_it_is_made_shows_that_by_what_can_be_read_of_its_base():
    assert [(method.name, method.kind) for method in methods_of(ShortRuler, PACKAGE)] == [
        ("unit", "property"),
        ("measure", "inherited"),
    ]
    assert [method.name for method in methods_of(LongRuler, PACKAGE)] == ["fold", "measure"]
