"""A module is imported as its project's tests import it, and what an import does is no reason not to test it."""

from __future__ import annotations

from ctxtui.core.generator.probing.containment import PLAIN_LANGUAGE, usable_language

ADD = """


def add(left: int, right: int) -> int:
    return left + right
"""


def test_a_module_that_sets_the_environment_is_tested(generate):
    written = generate("import os\n\nos.environ['SHOP_MODE'] = 'quiet'" + ADD)
    assert "add(" in written.text


def test_a_module_that_changes_the_folder_is_tested(generate):
    written = generate("import os\n\nos.chdir('..')" + ADD)
    assert "add(" in written.text


def test_a_module_that_opens_a_log_file_is_tested_and_leaves_none(generate):
    written = generate("import logging\n\nlogging.getLogger('shop').addHandler(logging.FileHandler('app.log'))" + ADD)
    assert "add(" in written.text
    assert not list(written.worktree.rglob("*.log"))


def test_a_module_that_reads_a_file_of_the_project_is_tested(generate, tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "rates.txt").write_text("eur\n")
    written = generate("with open('rates.txt') as file:\n    RATES = file.read().split()" + ADD)
    assert "add(" in written.text


def test_a_module_that_needs_what_conftest_adds_to_the_path_is_tested(generate, tmp_path):
    lib = tmp_path / "tree" / "lib"
    lib.mkdir(parents=True)
    (lib / "common_parts.py").write_text("SIZE = 3\n")
    (tmp_path / "tree" / "conftest.py").write_text("import sys\n\nsys.path.insert(0, 'lib')\n")
    written = generate("from common_parts import SIZE\n\n\ndef times(count: int) -> int:\n    return count * SIZE\n")
    assert "times(" in written.text


def test_a_module_with_a_byte_order_mark_is_tested(generate):
    written = generate("\ufeffdef sign(value: int) -> str:\n    return 'EUR ' + str(value)\n")
    assert "sign(" in written.text


def test_a_module_that_asks_objects_that_cannot_answer_is_tested(generate):
    proxy = """
class Proxy:
    def __getattribute__(self, name):
        raise RuntimeError("not bound")


current = Proxy()
"""
    written = generate(proxy + ADD)
    assert "add(" in written.text


def test_functions_that_say_they_are_from_elsewhere_are_the_modules_own(generate):
    written = generate(ADD + "\n\nadd.__module__ = 'shop'\n")
    assert "add(" in written.text


def test_a_process_that_ends_early_is_said(generate):
    written = generate("import os\n\nos._exit(3)\n")
    assert "ended early with exit code 3" in written.outcome.message


def test_a_module_that_needs_a_variable_of_the_shell_is_tested_and_its_value_not_written(generate, monkeypatch):
    monkeypatch.setenv("SHOP_TOKEN", "very-secret-token")
    source = """
import os

TOKEN = os.environ["SHOP_TOKEN"]


def token() -> str:
    return TOKEN
"""
    written = generate(source + ADD, pass_env=("SHOP_TOKEN",))
    assert "add(" in written.text
    assert "very-secret" not in written.text


def test_a_module_that_sets_the_locale_is_tested_where_few_locales_are_installed(generate):
    written = generate("import locale\n\nlocale.setlocale(locale.LC_ALL, '')" + ADD)
    assert "add(" in written.text


def test_a_locale_that_is_not_installed_is_never_asked_for():
    assert usable_language("xx_NOWHERE.UTF-8") in {PLAIN_LANGUAGE, "C"}
    assert usable_language("C") == "C"


def test_a_module_that_looks_for_the_process_of_the_tests_is_tested(generate):
    written = generate("import sys\n\nif 'pytest' not in sys.modules:\n    raise RuntimeError('tests only')" + ADD)
    assert "add(" in written.text


def test_a_module_that_needs_a_temporary_file_when_it_is_imported_is_tested(generate):
    search = (
        "import ctypes.util\nimport tempfile\n\nwith tempfile.NamedTemporaryFile() as file:\n    file.write(b'a')\n"
    )
    written = generate(search + "LIBRARY = ctypes.util.find_library('pthread')\n" + ADD)
    assert "add(" in written.text
