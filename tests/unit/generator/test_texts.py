from __future__ import annotations

import ast
import re

import pytest

from ctxtui.core.generator.reading.harvest import harvest
from ctxtui.core.generator.reading.texts import MOST_TEXTS, chosen, code_in_prose, texts_in_code, texts_in_prose


def test_blocks_of_a_docstring_are_texts():
    tree = ast.parse(
        'def read(text):\n    """Reads settings::\n\n        [main]\n        size = 3\n\n    And so on.\n    """\n'
    )
    assert list(texts_in_code(tree)) == ["[main]\nsize = 3\n"]


def test_strings_of_several_lines_are_texts_and_messages_are_not():
    tree = ast.parse("SAMPLE = 'one: 1\\ntwo: 2\\n'\nERROR = 'there is no such file here'\nLOW = '%s %r: (%d)!'\n")
    assert list(texts_in_code(tree)) == ["one: 1\ntwo: 2\n"]


def test_fenced_blocks_are_texts_and_sessions_are_not():
    prose = "```\n<a href=1>x</a>\n```\n\n```python\n>>> f(1)\n2\n```\n"
    assert list(texts_in_prose(prose)) == ["<a href=1>x</a>\n"]


def test_only_a_few_texts_are_taken_and_none_twice():
    texts = [f"key{number}: [1, 2]" for number in range(MOST_TEXTS + 5)]
    assert len(chosen([*texts[:1], *texts])) == MOST_TEXTS


def test_what_a_readme_shows_is_code_and_no_text():
    code = ".. code:: python\n\n    from shop import wrap as w\n    w('<b>tea</b>', width=3)\n\n"
    prose = f"Usage\n\n{code}And::\n\n    [main]\n    size = 3\n"
    assert list(texts_in_prose(prose)) == ["[main]\nsize = 3\n"]
    assert [ast.unparse(tree.body[1]) for tree in code_in_prose(prose)] == ["w('<b>tea</b>', width=3)"]


def test_calls_in_a_readme_are_examples_under_whatever_name_they_are_made(tmp_path):
    source, readme = tmp_path / "shop.py", tmp_path / "README.md"
    source.write_text("def wrap(text, width=2):\n    return text\n")
    readme.write_text("```python\nfrom shop import wrap as w\n\nw('<b>tea</b>', width=3)\n```\n")
    hints = harvest(source, "shop", tmp_path / "empty", [readme])
    assert hints.calls["wrap"] == ["wrap('<b>tea</b>', width=3)"]
    assert hints.parameters["wrap.text"] == ["'<b>tea</b>'"]


SAYING = """
import re


def read(text, log):
    if text == "stop":
        log.debug("nothing to read")
    if re.match("[a-z]+:", text):
        return "{0} is a key".format(text)
    return "%s is none" % text.partition("--")[2]
"""


def test_messages_and_patterns_are_no_inputs(tmp_path):
    source = tmp_path / "shop.py"
    source.write_text(SAYING)
    assert set(harvest(source, "shop", tmp_path, ()).literals["read"]) == {"'stop'", "'--'", "2"}


def test_what_is_written_about_an_attribute_is_no_input(tmp_path):
    source = tmp_path / "shop.py"
    source.write_text('def read(rule):\n    kind = rule\n    """The rule that failed."""\n    return kind == "min"\n')
    assert harvest(source, "shop", tmp_path, ()).literals["read"] == ["'min'"]


def test_a_member_of_a_row_is_an_input_and_not_the_row(tmp_path):
    source, test = tmp_path / "shop.py", tmp_path / "test_shop.py"
    source.write_text("def wrap(text):\n    return text\n")
    test.write_text(
        "from shop import wrap\n\n\ndef test_it():\n    for row in [('<b>', {'a': 'x'})]:\n"
        "        wrap(row[0])\n        wrap(row[1]['a'])\n"
    )
    assert harvest(source, "shop", tmp_path, [test]).calls["wrap"] == ["wrap('<b>')", "wrap('x')"]


@pytest.mark.parametrize("block", ["```bash\n{}\n```\n", ".. code-block:: console\n\n    {}\n\n"])
def test_what_is_typed_into_a_shell_is_no_text_that_code_reads(block):
    assert list(texts_in_prose(block.format("cp ./a/b.po ./c/d.po"))) == []
    assert list(texts_in_prose(re.sub("bash|console", "text", block).format("cp ./a/b.po ./c/d.po")))
