"""The sample project: sound by itself, of many kinds, and with one flaw for the checks to find."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ctxtui.config import assets_dir

KINDS = {
    "barcodes": "def check_digit",
    "ingredients": "re.compile",
    "items": "@dataclass",
    "labels": "moment.astimezone()",
    "pantry": "class Pantry",
    "shopping": "from larder.pantry import",
    "suppliers": "async def",
    "units": "class UnitError",
}


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    return Path(shutil.copytree(assets_dir() / "demo", tmp_path / "larder"))


def run(demo: Path, *arguments: str, time_zone: str = "UTC") -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(demo.parent),
        "TZ": time_zone,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=demo, env=environment, capture_output=True, text=True, check=False)


def test_its_own_tests_and_every_example_in_it_hold(demo):
    checks = run(demo, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--doctest-modules", "larder", "tests")

    assert checks.returncode == 0, checks.stdout + checks.stderr


def test_its_readme_shows_what_the_code_prints(demo):
    example = (demo / "README.md").read_text().split("```python\n")[1].split("```")[0]
    promised = [line.removeprefix("# ") for line in example.splitlines() if line.startswith("# ")]

    assert run(demo, "-c", example).stdout.splitlines() == promised


@pytest.mark.parametrize(("module", "trait"), KINDS.items())
def test_every_module_is_of_its_kind_and_small(module, trait):
    text = (assets_dir() / "demo" / "larder" / f"{module}.py").read_text()

    assert trait in text
    assert 40 <= len(text.splitlines()) <= 120


def test_it_has_the_modules_its_readme_lists(demo):
    modules = {path.stem for path in (demo / "larder").glob("*.py")} - {"__init__"}
    listed = {line.split("`")[1] for line in (demo / "README.md").read_text().splitlines() if line.startswith("| `")}

    assert modules == set(KINDS) == listed


def test_it_depends_on_nothing_but_the_standard_library(demo):
    trees = [ast.parse(path.read_text()) for path in (demo / "larder").glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}

    assert {name.split(".")[0] for name in imported} <= {*sys.stdlib_module_names, "larder"}


def test_a_jar_weighed_at_noon_is_dated_a_day_later_in_new_zealand_only(demo):
    printing = "from larder.labels import packed_day; print(packed_day('2024-06-10T12:00:00+00:00'))"
    zones = ("UTC", "Asia/Tokyo", "Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland")

    days = {zone: run(demo, "-c", printing, time_zone=zone).stdout.strip() for zone in zones}

    assert days == dict.fromkeys(zones, "2024-06-10") | {"Pacific/Auckland": "2024-06-11"}


def test_it_ships_no_leftovers():
    shipped = {path.suffix or path.name for path in (assets_dir() / "demo").rglob("*") if path.is_file()}

    assert shipped - {".pyc"} == {".py", ".toml", ".md", ".gitignore"}
