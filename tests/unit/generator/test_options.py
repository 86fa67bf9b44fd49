from __future__ import annotations

from ctxtui.core.generator.probing.worker.comparing import Comparison
from ctxtui.core.generator.probing.worker.other_options import with_other_option
from ctxtui.core.generator.probing.worker.subjects import Subject
from ctxtui.core.generator.probing.worker.targets import parameters_of


def heat(oven, **settings):
    degrees = settings.pop("degrees", 180)
    if "fan" in settings:
        degrees -= settings["fan"]
    return oven, degrees, settings.get("grill")


class Oven:
    def __init__(self, **kwargs):
        self.size = kwargs.get("size")


def test_what_a_function_takes_out_of_its_options_can_be_passed_by_keyword():
    found = {one.name: one.default for one in parameters_of(heat) or () if one.is_keyword_only}
    assert found == {"degrees": 180, "fan": None, "grill": None}


def test_so_can_what_a_construction_takes():
    assert "size" in [one.name for one in parameters_of(Oven) or ()]


def test_an_option_without_a_literal_is_left_out():
    subject = Subject("Oven.heat", "Oven", "oven.heat()", (), ("oven = Oven()",), ("oven",))
    comparison = Comparison(0, "key", {}, "size", is_true=False, attribute="trays")
    found = with_other_option(comparison, subject, [{0: object()}, {0: "flat"}])
    assert [one.setup for one in found] == [("oven = Oven(trays={0: 'flat'})",)]
