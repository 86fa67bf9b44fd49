from __future__ import annotations

import codecs
import dataclasses
import enum
import sys
import threading
from types import ModuleType
from typing import ClassVar

import pytest

from ctxtui.core.generator.probing.worker.names import Names
from ctxtui.core.generator.probing.worker.observe import Observer


class Token:
    def __init__(self, kind, text):
        self.kind = kind
        self.text = text


class Shown(Token):
    def __repr__(self):
        return f"<{self.kind} {self.text}>"


@pytest.fixture
def observer():
    return Observer(Names(ModuleType("shop_to_observe")))


def test_objects_in_a_row_are_told_by_their_texts(observer):
    items = [Shown("word", "plum"), Shown("end", "")]
    assert observer.checks(items) == ["[repr(item) for item in result] == ['<word plum>', '<end >']"]
    assert observer.checks(iter(items)) == observer.checks(items)


def test_values_in_a_row_are_compared_as_they_are_however_long_the_row(observer):
    points = [(40.641, -8.654 - number) for number in range(12)]
    assert observer.checks(points) == [f"result == {points!r}"]


def test_objects_without_a_text_are_told_by_what_all_of_them_have(observer):
    items = (Token("word", "plum"), Token("word", "pear"))
    assert observer.checks(items) == [
        "[item.kind for item in result] == ['word', 'word']",
        "[item.text for item in result] == ['plum', 'pear']",
    ]
    assert observer.checks(iter(items)) == ["[item.kind for item in result] == ['word', 'word']"]


def test_a_dictionary_of_objects_is_told_by_their_texts_or_by_its_keys(observer):
    assert observer.checks({"a": Shown("word", "plum")}) == [
        "{key: repr(value) for key, value in result.items()} == {'a': '<word plum>'}"
    ]
    assert observer.checks({"a": object()}) == ["list(result) == ['a']"]


def test_objects_that_show_nothing_tell_nothing(observer):
    assert observer.checks([object(), object()]) == []


class Branch:
    __module__ = "shop_to_observe"

    def __init__(self, *twigs):
        self.twigs = list(twigs)
        self.by_name = {"first": object()} if twigs else {}
        self.stem = twigs[0] if twigs else None


def test_what_an_attribute_holds_is_told_by_its_texts_or_by_its_number(observer):
    assert observer.state(Branch(Shown("word", "plum")), "branch") == [
        "[repr(item) for item in branch.twigs] == ['<word plum>']",
        "list(branch.by_name) == ['first']",
    ]
    assert "len(branch.twigs) == 1" in observer.state(Branch(object()), "branch")


def test_an_object_of_the_package_that_an_attribute_holds_is_told_by_its_text(observer, monkeypatch):
    monkeypatch.setattr(Shown, "__module__", "shop_to_observe")
    assert "repr(branch.stem) == '<word plum>'" in observer.state(Branch(Shown("word", "plum")), "branch")


class Rules:
    __module__ = "shop_to_observe"

    def __init__(self, needed):
        self.needed = needed
        self.is_strict = True


def test_a_long_attribute_is_told_after_the_short_ones(observer):
    components = dict.fromkeys(("scheme", "userinfo", "host", "port", "path", "query", "fragment", "extension"), False)
    assert observer.state(Rules(components), "rules") == [
        "rules.is_strict is True",
        f"rules.needed == {components!r}",
    ]


def test_a_container_that_was_changed_is_told_by_what_is_left_to_tell(observer):
    assert observer.state_of({"plum": 1}, "jars") == ["jars == {'plum': 1}"]
    assert observer.state_of({"plum": len}, "jars") == [
        "{key: repr(value) for key, value in jars.items()} == {'plum': '<built-in function len>'}"
    ]
    assert observer.state_of({"plum": object()}, "jars") == ["list(jars) == ['plum']"]
    assert observer.state_of([object(), object()], "jars") == ["len(jars) == 2"]


def test_a_text_of_several_lines_is_told_line_by_line(observer):
    page = "".join(f"line {number} of the page\n" for number in range(12))
    assert observer.checks(page) == [f"result == {page!r}"]
    assert observer.checks(page * 3)[0] == f"len(result) == {len(page) * 3}"


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass(frozen=True)
class Brush:
    width: int
    colour: Colour = Colour.RED
    spare: Brush | None = None


@dataclasses.dataclass
class Palette:
    first: Colour
    largest: ClassVar[int] = 12


@pytest.fixture
def painter():
    return Observer(Names(sys.modules[__name__]))


def test_a_record_is_told_as_one_makes_it_though_its_text_is_no_python(painter):
    assert painter.checks(Brush(3, Colour.BLUE)) == ["result == Brush(width=3, colour=Colour.BLUE)"]
    assert painter.checks([Brush(3), Brush(4, spare=Brush(5, Colour.BLUE))]) == [
        "result == [Brush(width=3), Brush(width=4, spare=Brush(width=5, colour=Colour.BLUE))]"
    ]


def test_a_record_with_a_text_of_its_own_is_told_by_that(painter, monkeypatch):
    monkeypatch.setattr(Brush, "__repr__", lambda brush: f"a brush of {brush.width} mm")
    assert painter.checks(Brush(3, Colour.BLUE))[0] == "repr(result) == 'a brush of 3 mm'"


def test_what_only_the_class_of_a_record_has_is_none_of_its_fields(painter):
    assert painter.checks(Palette(Colour.BLUE)) == ["result == Palette(first=Colour.BLUE)"]


def test_an_object_of_a_library_that_shows_nothing_is_told_by_its_class():
    names = Names(ModuleType("shop_to_observe"))
    assert Observer(names).checks(codecs.getincrementaldecoder("utf-8")()) == ["isinstance(result, IncrementalDecoder)"]
    assert names.origins["IncrementalDecoder"] == ("encodings.utf_8", "IncrementalDecoder")
    assert Observer(names).checks(threading.Lock()) == []


def test_a_place_in_the_current_folder_is_told_from_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    observer = Observer(Names(ModuleType("shop_to_observe")), str(tmp_path))
    assert observer.checks(tmp_path / "plums.txt") == ["result == Path.cwd() / 'plums.txt'"]
    assert observer.checks([str(tmp_path)]) == ["result == [str(Path.cwd())]"]
    assert observer.checks(f"{tmp_path}:{tmp_path}") == []
