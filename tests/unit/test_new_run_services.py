"""What the form of a new run is told: packages with their sizes, and what present tests reach."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ctxtui.config import Settings
from ctxtui.core.domain.errors import UsageError
from ctxtui.core.toolchains.package_choices import package_choices
from ctxtui.screens.launcher import RunWish
from ctxtui.services.present_coverage import present_coverage
from ctxtui.services.screens import ScreenServices
from ctxtui.services.target import folder_of, repository_root


def test_packages_nearest_to_the_top_come_first_and_tests_are_none(tmp_path):
    for folder in ("src/shop", "src/shop/orders", "src/tools", "tests"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "__init__.py").write_text("")
    (tmp_path / "src/shop/money.py").write_text("")
    (tmp_path / "tests/test_money.py").write_text("def test_it(): pass\n")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    found = package_choices(tmp_path)
    assert [(one.name, one.path, one.modules) for one in found] == [
        ("shop", "src/shop", 3),
        ("tools", "src/tools", 1),
        ("shop.orders", "src/shop/orders", 1),
    ]


def test_present_coverage_is_read_from_what_the_project_recorded(tmp_path):
    (tmp_path / "shop.py").write_text("def a():\n    return 1\n\n\ndef b():\n    return 2\n")
    (tmp_path / "use.py").write_text("import shop\nshop.a()\n")
    assert present_coverage(tmp_path, ["shop.py"]) == {}
    subprocess.run([sys.executable, "-m", "coverage", "run", "use.py"], cwd=tmp_path, check=True)
    assert present_coverage(tmp_path, ["shop.py", "other.py"]) == {"shop.py": 75.0}


def test_a_coverage_file_that_cannot_be_read_says_nothing(tmp_path):
    (tmp_path / ".coverage").write_text("no database")
    assert present_coverage(tmp_path, ["shop.py"]) == {}


def test_settings_are_looked_for_at_the_target_and_where_no_folder_is_named_where_the_user_stands(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "src/shop").mkdir(parents=True)
    assert folder_of("src/shop", tmp_path) == tmp_path / "src/shop"
    assert folder_of("shop", tmp_path) == tmp_path
    assert repository_root(tmp_path / "src/shop") == tmp_path


def test_what_the_form_cannot_take_is_not_said_of_the_command_line(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text("ref: refs/heads/main\n")
    launcher = ScreenServices(Settings(), {"CTXTUI_CONFIG_DIR": str(tmp_path)}, tmp_path).launcher
    with pytest.raises(UsageError, match=r"^`jobs` in the form is 999, but must be"):
        launcher.plan(RunWish("shop", jobs=999))
