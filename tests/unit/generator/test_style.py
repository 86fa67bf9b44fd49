from __future__ import annotations

import ast

import pytest

from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.protocol.style import Style
from ctxtui.core.generator.reading.style import style_of
from ctxtui.core.generator.writing.rendering import render


def case(act: str, check: str, owner: str = "", **names: tuple[str, str]) -> Case:
    return Case(0, owner or "plus", owner, (), act, {}, (check,), names=names)


@pytest.mark.parametrize(
    ("patterns", "name"),
    [
        (("test",), "test_add"),
        (("should_*",), "should_add"),
        (("*_check", "test_*"), "test_add"),
        (("*_check",), "add_check"),
    ],
)
def test_functions_are_named_as_the_project_has_pytest_collect_them(patterns, name):
    assert Style(functions=patterns).function_name("add") == name


@pytest.mark.parametrize(
    ("patterns", "name"), [(("Test",), "TestBag"), (("Describe*",), "DescribeBag"), (("*Tests",), "BagTests")]
)
def test_classes_are_named_as_the_project_has_pytest_collect_them(patterns, name):
    assert Style(classes=patterns).class_name("Bag") == name


def test_a_project_s_patterns_and_line_length_are_read_from_its_settings(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\npython_functions = should_*\npython_classes = Describe*\n")
    (tmp_path / "pyproject.toml").write_text("[tool.black]\nline-length = 100\n")
    assert style_of(tmp_path) == Style(("should_*",), ("Describe*",), 100)


def test_a_project_that_says_nothing_gets_what_is_usual(tmp_path):
    (tmp_path / "pyproject.toml").write_text("not = [toml")
    assert style_of(tmp_path) == Style()


def test_what_looks_like_a_test_is_reached_through_its_module():
    text = render("shop.net", [case("test_link('a')", "result == 1", test_link=("shop.net", "test_link"))]).text
    assert "from shop import net\n" in text
    assert 'assert net.test_link("a") == 1' in text
    assert "import test_link" not in text


def test_a_module_that_no_statement_can_name_is_imported_by_its_text():
    text = render("shop.my-tool", [case("add(1, 2)", "result == 3", add=("shop.my-tool", "add"))]).text
    assert text.index("import importlib\n") < text.index('my_tool = importlib.import_module("shop.my-tool")\n')
    assert "assert my_tool.add(1, 2) == 3" in text


def test_lines_are_as_long_as_the_project_has_them():
    act = (
        "plus(" + ", ".join(f"'{word}'" for word in ("apples", "pears", "quinces", "grapes", "plums", "cherries")) + ")"
    )
    one = case(act, "result == 'a fruit salad for six'", plus=("shop.net", "plus"))
    for width in (72, 88, 120):
        text = render("shop.net", [one], Style(width=width)).text
        assert max(map(len, text.splitlines())) <= width
        ast.parse(text)


def bag_case(number: int, act: str, check: str, **more) -> Case:
    given = {"target": "Bag.size", "owner": "Bag", "setup": (), "arguments": {}, "names": {"Bag": ("shop", "Bag")}}
    return Case(id=number, act=act, checks=(check,) if check else (), **given | more)


@pytest.mark.parametrize(
    ("check", "written"),
    [
        ("result == 3", "self.assertEqual(Bag().size(), 3)"),
        ("result is None", "self.assertIsNone(Bag().size())"),
        ("result is True", "self.assertIs(Bag().size(), True)"),
        ("result == pytest.approx(0.5)", "self.assertAlmostEqual(Bag().size(), 0.5)"),
        ("isinstance(result, int)", "self.assertIsInstance(Bag().size(), int)"),
        ("result", "self.assertTrue(Bag().size())"),
    ],
)
def test_where_all_tests_are_methods_of_test_cases_an_assertion_is_one_too(check, written):
    text = render("shop", [bag_case(0, "Bag().size()", check)], Style(is_unittest=True)).text
    assert f"class TestBag(unittest.TestCase):\n    def test_size(self):\n        {written}\n" in text
    assert "import unittest\n" in text
    assert "pytest" not in text


def test_tables_refusals_and_output_of_a_test_case_need_no_pytest():
    cases = [bag_case(n, f"Bag({n}).size()", f"result == {n}") for n in (1, 2, 3)]
    cases += [bag_case(4, "Bag('x').fill()", "", target="Bag.fill", raises=("ValueError", "no room"))]
    cases += [bag_case(5, "Bag().show()", "result is None", target="Bag.show", prints="empty\n")]
    rendered = render("shop", cases, Style(is_unittest=True))
    assert "        for bag, expected in [\n            (1, 1),\n" in rendered.text
    assert "            with self.subTest(bag=bag):\n                self.assertEqual(" in rendered.text
    assert '        with self.assertRaisesRegex(ValueError, "no room"):\n            Bag("x").fill()\n' in rendered.text
    assert (
        "        with contextlib.redirect_stdout(io.StringIO()) as printed:\n            Bag().show()\n"
        in rendered.text
    )
    assert '        self.assertEqual(printed.getvalue(), "empty\\n")\n' in rendered.text
    assert "pytest" not in rendered.text
    assert rendered.tests["TestBag::test_size"] == (1, 2, 3)


def test_a_project_s_tests_say_whether_it_knows_pytest(tmp_path):
    (tmp_path / "tests").mkdir()
    own = tmp_path / "tests" / "test_bag.py"
    own.write_text("import unittest\n\n\nclass TestBag(unittest.TestCase):\n    pass\n")
    assert style_of(tmp_path).is_unittest
    (tmp_path / "tests" / "test_box.py").write_text("def test_box():\n    pass\n")
    assert not style_of(tmp_path).is_unittest
    assert style_of(tmp_path, "tests/test_box.py").is_unittest


def test_test_cases_are_called_as_most_of_those_that_are_there(tmp_path):
    assert style_of(tmp_path).test_cases == "Test*"
    text = "".join(f"class {name}(unittest.TestCase):\n    pass\n" for name in ("BagTests", "BoxTests", "TestLid"))
    (tmp_path / "test_bag.py").write_text(text)
    assert style_of(tmp_path).class_name("Cup") == "CupTests"


def test_quotes_are_those_of_the_tests_that_are_there_unless_a_formatter_has_its_own(tmp_path):
    (tmp_path / "test_bag.py").write_text("\n".join(f"x{n} = 'text {n}'" for n in range(30)))
    style = style_of(tmp_path)
    assert style.is_single_quoted
    (tmp_path / "pyproject.toml").write_text("[tool.black]\n")
    assert not style_of(tmp_path).is_single_quoted
    (tmp_path / "pyproject.toml").write_text('[tool.ruff.format]\nquote-style = "single"\n')
    assert style_of(tmp_path).is_single_quoted
    text = render("shop", [case("plus('a')", 'result == "it\'s"', plus=("shop", "plus"))], style).text
    assert "    assert plus('a') == \"it's\"\n" in text


@pytest.mark.parametrize(
    ("pin", "made"),
    [
        ("monkeypatch.setattr('shop.bags', [])", 'mock.patch("shop.bags", [])'),
        ("monkeypatch.setenv('BAGS', '3')", 'mock.patch.dict(os.environ, {"BAGS": "3"})'),
        ("monkeypatch.delenv('BAGS', raising=False)", "mock.patch.dict(os.environ)"),
    ],
)
def test_what_is_pinned_is_put_back_by_a_clean_up(pin, made):
    text = render("shop", [bag_case(0, "Bag().size()", "result == 3", setup=(pin,))], Style(is_unittest=True)).text
    assert f"        patch = {made}\n        patch.start()\n        self.addCleanup(patch.stop)\n" in text
    assert ('        os.environ.pop("BAGS", None)\n' in text) is ("delenv" in pin)
    assert "from unittest import mock\n" in text
    assert "pytest" not in text


def test_what_is_pinned_needs_the_fixture():
    pin = "monkeypatch.setattr('shop.bags', [])"
    text = render("shop", [bag_case(0, "Bag().size()", "result == 3", setup=(pin,))]).text
    assert '    def test_size(self, monkeypatch):\n        monkeypatch.setattr("shop.bags", [])\n' in text


def test_names_are_reached_through_their_module_where_the_project_s_tests_do_so():
    names = {"Bag": ("shop.bags", "Bag"), "BagError": ("shop.bags", "BagError"), "Jam": ("shop.jams", "Jam")}
    cases = [bag_case(n, f"Bag(Jam({n})).size()", f"result == {n}", names=names) for n in (1, 2, 3)]
    refusal = bag_case(4, "Bag('x').fill()", "", target="Bag.fill", raises=("BagError", "no room"), names=names)
    text = render("shop.bags", [*cases, refusal], Style(names_modules=True)).text
    assert "\nfrom shop import bags\nfrom shop.jams import Jam\n" in text
    assert "class TestBag:\n" in text
    assert "        assert bags.Bag(bag).size() == expected\n" in text
    assert '        with pytest.raises(bags.BagError, match="no room"):\n            bags.Bag("x").fill()\n' in text


def test_a_module_whose_name_something_else_has_stays_out_of_the_way():
    given = {"target": "bags", "owner": "", "names": {"bags": ("shop.bags", "bags")}}
    text = render("shop.bags", [bag_case(0, "bags()", "result == 1", **given)], Style(names_modules=True)).text
    assert "from shop.bags import bags\n" in text


def test_a_project_s_tests_say_whether_they_import_modules_or_names(tmp_path):
    (tmp_path / "test_bag.py").write_text("import shop\nimport shop.bags\nfrom shop import jams\n")
    assert style_of(tmp_path, "", "shop").names_modules
    assert not style_of(tmp_path, "", "bakery").names_modules
    (tmp_path / "test_jam.py").write_text("from shop.jams import Jam\n")
    assert not style_of(tmp_path, "", "shop").names_modules


def test_a_name_that_would_hide_a_built_in_is_reached_through_its_module():
    text = render("shop.net", [case("open('a')", "result == 1", open=("shop.net", "open"))]).text
    assert "from shop import net\n" in text
    assert 'assert net.open("a") == 1' in text


def test_a_program_that_ends_is_asked_for_its_code():
    ends = [
        bag_case(0, "main()", "", target="main", owner="", raises=("SystemExit", "2"), names={"main": ("shop", "main")})
    ]
    assert (
        "    with pytest.raises(SystemExit) as stopped:\n        main()\n    assert stopped.value.code == 2\n"
        in render("shop", ends).text
    )
    assert "        self.assertEqual(stopped.exception.code, 2)\n" in render("shop", ends, Style(is_unittest=True)).text
