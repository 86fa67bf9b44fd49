"""What examples and calls that are not quite in order still tell."""

from __future__ import annotations

import pytest

from ctxtui.core.generator.reading.harvest import harvest


@pytest.fixture
def hints(tmp_path):
    def of(text: str, readme: str = ""):
        source = tmp_path / "shop.py"
        source.write_text(text)
        page = tmp_path / "README.md"
        page.write_text(readme)
        return harvest(source, "shop", tmp_path / "empty", [page])

    return of


def test_an_example_goes_on_in_a_line_without_dots(hints):
    text = 'def pick(names, kind):\n    """\n    >>> pick(["plum", "pear"],\n             "p*")\n    "plum"\n    """\n'
    assert hints(text).calls["pick"] == ["pick(['plum', 'pear'], 'p*')"]


def test_an_example_that_cannot_be_read_hides_no_other(hints):
    text = 'def pick(name):\n    """\n    >>> pick("plum,\n    pear")\n    1\n    >>> pick("plum")\n    2\n    """\n'
    assert hints(text).calls["pick"] == ["pick('plum')"]


def test_dots_in_the_place_of_arguments_are_no_example(hints):
    text = 'def pick(name):\n    """\n    >>> pick(...)\n    >>> pick(tuple[int, ...])\n    """\n'
    assert hints(text).calls["pick"] == ["pick(tuple[int, ...])"]


def test_a_method_is_given_what_the_function_of_its_name_is_given(hints):
    text = "class Reader:\n    def read(self, data):\n        return data\n"
    readme = '```python\nimport shop\n\nshop.read("3 plums")\n```\n'
    assert hints(text, readme).parameters["Reader.read.data"] == ["'3 plums'"]


def test_what_another_function_is_given_by_a_parameters_name_is_kept(hints):
    text = "def pick(shape, size):\n    return shape * size\n\n\n"
    text += "def show(page):\n    page.draw(shape='*-*', depth=3, size=None)\n"
    found = hints(text).parameters
    assert found["*.shape"] == ["'*-*'"]
    assert not found.get("*.depth")
    assert not found.get("*.size")
