from __future__ import annotations

import pytest

from ctxtui.core.generator.probing.worker.failing import Failures, Unset
from ctxtui.core.generator.probing.worker.subjects import Subject
from ctxtui.core.generator.probing.worker.unset import setters_of, with_it_set


class Report:
    page = None

    def __init__(self):
        self.title = None
        self.output = None
        self._reader = None

    def _set_output(self, stream):
        self.output = stream

    def set_reader(self, reader, *, is_kept=False):
        self._reader = reader

    def write_head(self):
        self._write("head")

    def write_foot(self):
        self.page.turn()

    def _write(self, text):
        if self.title:
            text = self.title + text
        self.output.write(text)


class Names:
    package = "shop"


SUBJECT = Subject("Report.write_head", "Report", "{subject}.write_head()", (), ("report = Report()",), ("report",))


def unset(method, receiver):
    with pytest.raises(AttributeError) as caught:
        method()
    return Failures(Names(), __file__).of(caught.value, receiver).unset


def test_the_attribute_that_was_none_is_found_in_the_frame_that_failed():
    report = Report()
    assert unset(report.write_head, report) == Unset(Report, "output", "write")
    assert unset(report.write_head, Report()) is None
    assert unset(report.write_foot, report) == Unset(Report, "page", "turn")


def test_methods_that_set_an_attribute_are_known():
    assert setters_of(Report, "output") == ["_set_output"]
    assert setters_of(Report, "_reader") == ["set_reader"]
    assert setters_of(Report, "title") == []


def test_what_is_written_to_is_set_and_watched():
    wish, arguments = next(with_it_set(SUBJECT, {"a": "1"}, Unset(Report, "output", "write"), lambda _: []))
    assert wish.setup == ("report = Report()", "output = io.StringIO()", "report._set_output(output)")
    assert (wish.watched, arguments) == (("report", "output"), {"a": "1"})


def test_an_object_with_the_attribute_takes_its_place_or_one_is_made():
    found = with_it_set(SUBJECT, {}, Unset(Report, "title", "upper"), lambda name: [f"having_{name}()"])
    assert [wish.setup[1:] for wish, _ in found] == [("title = having_upper()", "report.title = title")]
    found = with_it_set(SUBJECT, {}, Unset(Report, "_reader", "get"), lambda _: [])
    assert [wish.setup[1:] for wish, _ in found] == [
        ("reader = types.SimpleNamespace(get=lambda *args, **kwargs: True)", "report.set_reader(reader)")
    ]
