from __future__ import annotations

import re
import subprocess
import sys

import pytest

SOURCE = "def double(number: int) -> int:\n    return number * 2\n"


@pytest.fixture
def stage(tmp_path):
    (tmp_path / "src" / "shop").mkdir(parents=True)
    (tmp_path / "src" / "shop" / "__init__.py").touch()
    (tmp_path / "src" / "shop" / "sums.py").write_text(SOURCE)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "ctxtui.core.generator", *words, "--root", str(tmp_path)]
        return subprocess.run(argv, capture_output=True, text=True, check=False)

    return run


@pytest.mark.parametrize(
    ("name", "shown"),
    [("read", '"calls"'), ("probe", "double: double("), ("write", "from shop.sums import double")],
)
def test_a_stage_can_be_run_and_read_alone(stage, name, shown):
    done = stage(name, "shop.sums", "--effort", "quick")
    assert done.returncode == 0, done.stderr
    assert shown in done.stdout


def test_a_module_that_is_not_there_is_named(stage):
    done = stage("probe", "shop.nothing")
    assert done.returncode == 2
    assert "There is no module shop.nothing in" in done.stderr


def test_calls_may_import_what_lies_in_the_projects_folder_as_its_tests_may(stage, tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "settings_of_ours.py").write_text("RATE = 7\n")
    source = "def rate() -> int:\n    from settings_of_ours import RATE\n\n    return RATE\n"
    (tmp_path / "src" / "shop" / "rates.py").write_text(source)
    assert "rate: rate()  ->  result == 7" in stage("probe", "shop.rates", "--effort", "quick").stdout


def test_what_something_compiled_replaces_is_tested_under_the_name_that_is_left(stage, tmp_path):
    bag = "class Bag:\n    def __init__(self, items):\n        self.items = items\n\n    def size(self) -> int:\n"
    (tmp_path / "src" / "shop" / "_fast.py").write_text(f"{bag}        return len(self.items)\n")
    (tmp_path / "src" / "shop" / "bags.py").write_text(
        f"{bag}        return sum(1 for _ in self.items)\n\n\nPyBag = Bag\n\nfrom shop._fast import Bag\n"
    )
    shown = stage("probe", "shop.bags", "--effort", "quick").stdout
    assert re.search(r"PyBag\.size: .*PyBag\(.*size\(\)  ->  result ==", shown)


def test_a_module_that_refuses_to_be_looked_at_is_probed(stage, tmp_path):
    refusal = "\n\ndef __getattr__(name):\n    raise ImportError('install shop[extra]')\n"
    (tmp_path / "src" / "shop" / "lazy.py").write_text(SOURCE + refusal)
    assert "double: double(" in stage("probe", "shop.lazy", "--effort", "quick").stdout


def test_what_python_itself_has_under_that_name_is_nothing_of_the_module(stage, tmp_path):
    source = "from builtins import chr\n\nif 0:\n\n    def chr(code):\n        return code\n\n"
    (tmp_path / "src" / "shop" / "shims.py").write_text(source + SOURCE)
    shown = stage("probe", "shop.shims", "--effort", "quick").stdout
    assert "double: double(" in shown
    assert "chr(" not in shown
