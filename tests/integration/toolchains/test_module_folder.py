"""Folders of modules that are no package: scripts and tools that import each other by their plain names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.ports.toolchains import Package, RunEnd, TestReport
from ctxtui.core.toolchains.python_pytest import PythonToolchain

Project = Callable[..., Path]
Discover = Callable[..., Package]
Run = Callable[..., TestReport]

PRICES = "def with_tax(amount):\n    return amount * 2\n"
REPORT = "from prices import with_tax\n\ndef line(amount):\n    return f'{with_tax(amount)}'\n"
A_TEST = "from report import line\n\ndef test_line():\n    assert line(2) == '4'\n"


def planned(package: Package) -> dict[str, str]:
    return {child.name: child.test_path for child in package.context.child_components}


@pytest.mark.parametrize("target", [".", "tools", "tools/report.py"])
def test_modules_that_import_each_other_by_plain_names_are_tested_beside_themselves(
    project: Project, discover: Discover, target: str
):
    root = project({"tools/prices.py": PRICES, "tools/report.py": REPORT, "README.md": "Tools"})
    package = discover(root, target)
    wanted = {"prices": "tools/test_prices.py", "report": "tools/test_report.py"}
    assert planned(package).items() <= wanted.items()
    assert planned(package)["report"] == "tools/test_report.py"
    assert package.import_roots == ("tools",)


def test_a_repository_of_modules_alone_is_a_target(project: Project, discover: Discover):
    package = discover(project({"prices.py": PRICES, "report.py": REPORT, "setup_db.py": PRICES}, "shopkit"))
    assert (package.name, package.prefix, package.import_roots) == ("shopkit", "", (".",))
    assert planned(package) == {
        "prices": "test_prices.py",
        "report": "test_report.py",
        "setup_db": "test_setup_db.py",
    }


def test_its_id_is_the_same_whatever_a_clone_is_called(project: Project, discover: Discover):
    files = {"prices.py": PRICES, "report.py": REPORT}
    here, there = (discover(project(files, name)) for name in ("one", "two"))
    assert here.context.id == there.context.id


def test_tests_that_exist_say_where_further_ones_go(project: Project, discover: Discover):
    files = {"tools/prices.py": PRICES, "tools/report.py": "X = len\n\ndef f(x):\n    return X(x)\n"}
    path = "import sys\n\nsys.path.insert(0, 'tools')\n"
    tests = {
        "tests/conftest.py": path,
        "tests/test_prices.py": "from prices import with_tax\n\ndef test_it():\n    pass\n",
    }
    package = discover(project({**files, **tests}), "tools")
    assert planned(package)["report"] == "tests/test_report.py"


def test_a_folder_that_is_imported_through_its_name_stays_a_namespace(project: Project, discover: Discover):
    files = {"tools/prices.py": PRICES, "tools/report.py": REPORT.replace("prices", "tools.prices")}
    assert set(planned(discover(project(files), "tools"))) == {"tools.prices", "tools.report"}


def test_a_folder_that_no_statement_can_name_is_one_of_modules(project: Project, discover: Discover):
    root = project({"my-tools/prices.py": PRICES})
    assert planned(discover(root, "my-tools")) == {"prices": "my-tools/test_prices.py"}


def test_what_python_has_by_that_name_and_folders_of_their_own_are_left_out(project: Project, discover: Discover):
    files = {"prices.py": PRICES, "report.py": REPORT, "random.py": PRICES, "noxfile.py": PRICES}
    files |= {"odd-1.0.py": PRICES}
    inner = {"games/chess.py": PRICES, "helpers/__init__.py": "", "helpers/text.py": PRICES}
    packages = {"pkg/__init__.py": "", "pkg/more.py": PRICES}
    package = discover(project({**files, **inner, **packages}))
    assert set(planned(package)) == {"prices", "report", "helpers.text", "pkg.more"}
    assert package.left_out["random.py"] == "Python's own random is imported by that name: give it another"
    assert package.left_out["games/"] == "a folder of its own: name it to have it tested"
    assert package.left_out["noxfile.py"] == "a build script"


def test_folders_of_modules_are_offered_where_there_are_several(project: Project, discover: Discover):
    root = project({"tools/prices.py": PRICES, "jobs/report.py": PRICES})
    with pytest.raises(ToolchainError, match=r"holds 2 folders; name one of them: jobs, tools"):
        discover(root)


def test_a_repository_without_a_package_offers_its_modules_to_choose(project: Project, toolchain: PythonToolchain):
    root = project({"prices.py": PRICES, "report.py": REPORT}, "shopkit")
    assert [choice.name for choice in toolchain.packages(root)] == ["shopkit"]


def test_its_modules_are_pinned_and_its_tests_are_looked_into(project: Project, run: Run):
    files = {
        "prices.py": PRICES,
        "report.py": REPORT,
        "test_report.py": A_TEST,
        "test_odd.py": A_TEST.replace("4", "5"),
    }
    root = project(files)
    report = run(root, "test_report.py", "test_odd.py", package_name="", measure=("report.py",))
    assert report.end is RunEnd.FAILED
    assert set(report.imported) == {"prices", "report"}
    assert report.coverage[0].percent == 100
    [failed] = [case.message for case in report.cases if case.message]
    assert failed.startswith("AssertionError: assert '4' == '5'")


def test_pytest_finds_them_from_beside_them(project: Project, discover: Discover, toolchain: PythonToolchain):
    root = project({"prices.py": PRICES, "report.py": REPORT})
    (root / "a script 2.0.py").write_text(PRICES)
    rehearsal = toolchain.rehearse(root, discover(root))
    assert rehearsal.is_fit
    assert not [note for note in rehearsal.notes if "does not find" in note]
