from __future__ import annotations

import ast

import pytest

from ctxtui.core.generator.reading.documented import documented_types
from ctxtui.core.generator.reading.fallbacks import assigned_in, fallbacks_of
from ctxtui.core.generator.reading.harvest import harvest


def function(source):
    return next(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))


def told(docstring, parameters="size, names"):
    return list(documented_types(function(f'def pack({parameters}):\n    """{docstring}"""\n'), None))


@pytest.mark.parametrize(
    "docstring",
    [
        "Packs.\n\n    :param size: how many\n    :type size: int\n    :type names: list of strings\n    ",
        "Packs.\n\n    :param int size: how many\n    :param list[str] names: which\n    ",
        "Packs.\n\n    @type size: C{int}\n    @type size: integer\n    @type names: list[str]\n    ",
        "Packs.\n\n    Args:\n        size (int): How many.\n        names (list[str], optional): Which.\n    ",
        "Packs.\n\n    Parameters\n    ----------\n    size : int\n        How many.\n    names : list of str\n    ",
    ],
)
def test_a_docstring_says_what_a_parameter_takes(docstring):
    assert told(docstring) == [("size", "int"), ("names", "list[str]")]


def test_alternatives_are_told_each_and_words_that_are_no_types_are_not():
    docstring = "Packs.\n\n    :type size: int or None\n    :type names: a :class:`dict` or a name that is known\n    "
    assert told(docstring) == [("size", "int"), ("size", "None"), ("names", "dict")]


def test_an_annotation_is_believed_before_a_docstring():
    assert told("Packs.\n\n    :type size: str\n    ", "size: int") == []


def test_a_constructor_is_documented_by_its_class_too():
    node = function("def __init__(self, size): ...")
    assert list(documented_types(node, "A box.\n\n:type size: float\n")) == [("size", "float")]


@pytest.mark.parametrize(
    "body",
    [
        "return limit or LIMIT",
        "return LIMIT if limit is None else limit",
        "return limit if limit is not None else LIMIT",
        "if limit is None:\n        limit = LIMIT",
        "if not limit:\n        limit = LIMIT",
        "return limit or self.LIMIT",
    ],
)
def test_what_the_code_falls_back_on_says_what_a_parameter_stands_for(body):
    known = dict(assigned_in(ast.parse("LIMIT = 30").body))
    found = fallbacks_of(function(f"def wait(self, limit=None):\n    {body}\n"), known)
    assert [(name, value.value) for name, value in found] == [("limit", 30)]


def test_both_stand_for_annotations_among_the_hints(tmp_path):
    source = tmp_path / "waiting.py"
    source.write_text(
        "class Gate:\n    LIMIT = 30\n\n    def __init__(self, name, limit=None):\n"
        '        """:type name: str"""\n        self.limit = limit or self.LIMIT\n'
    )
    hints = harvest(source, "waiting", tmp_path, [])
    assert dict(hints.documented) == {"Gate.name": ["str"], "Gate.limit": ["int"]}
    assert hints.parameters["Gate.limit"] == ["30", "29"]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def pack(self, data, at):\n    # type: (bytes, int) -> str\n    pass\n", [("data", "bytes"), ("at", "int")]),
        ("def pack(data, at=0):\n    # type: (bytes, ...) -> str\n    pass\n", [("data", "bytes")]),
        ("def pack(self, data, more=1):\n    # type: (str) -> str\n    pass\n", [("data", "str")]),
        ("def pack(data):\n    # type: what it is\n    pass\n", []),
    ],
)
def test_a_comment_says_what_a_parameter_takes(tmp_path, source, told):
    path = tmp_path / "packing.py"
    path.write_text(source)
    hints = harvest(path, "packing", tmp_path, [])
    assert hints.documented == {f"pack.{name}": [kind] for name, kind in told}
