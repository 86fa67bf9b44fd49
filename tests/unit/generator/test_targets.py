from __future__ import annotations

import codecs

from ctxtui.core.generator.probing.worker.targets import inherited_methods_of

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
