from __future__ import annotations

import argparse
import codecs

from ctxtui.core.generator.probing.worker.targets import inherited_methods_of, methods_of

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
