from __future__ import annotations

import ast
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import iniconfig
import pytest

from ctxtui.core.domain.errors import ToolchainError, UsageError
from ctxtui.core.ports.toolchains import DiscoveryOptions, RunEnd, ToolchainCheck
from ctxtui.core.toolchains import guest, module_survey, rehearsal
from ctxtui.core.toolchains.interpreter import probe
from ctxtui.core.toolchains.python_pytest import PythonToolchain
from ctxtui.core.toolchains.registry import toolchain_of
from ctxtui.core.toolchains.test_host import HOSTS

FINDER = """
import sys
from importlib.machinery import PathFinder
class Editable:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] != "pkg":
            return None
        return PathFinder.find_spec(name, [{place!r} + "/" + "/".join(name.split(".")[:-1])])
sys.meta_path.insert(0, Editable)
"""
CODE = "def origin():\n    return __file__\n"


@pytest.fixture
def environment(tmp_path: Path) -> Callable[..., Path]:
    """Makes a virtual environment; it sees this one's packages unless told otherwise. Answers its interpreter."""

    def make(place: Path | None = None, *, installed_from: Path | None = None, is_bare: bool = False) -> Path:
        folder = place or tmp_path / "environment"
        venv.create(folder, symlinks=True, with_pip=False)
        site = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
        if not is_bare:
            (site / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
        if installed_from is not None:
            (site / "editable_finder.py").write_text(FINDER.format(place=str(installed_from)))
            (site / "editable.pth").write_text("import editable_finder\n")
        return folder / "bin" / "python"

    return make


def finding(checks: tuple[ToolchainCheck, ...], name: str) -> ToolchainCheck:
    return next(check for check in checks if check.name == name)


def test_an_editable_install_of_another_tree_does_not_win(project, environment, run):
    other = project({"pkg/__init__.py": "", "pkg/a.py": "raise RuntimeError('the wrong tree')\n"}, name="other")
    here = "import pkg.a\ndef test_a(): assert '/project/' in pkg.a.origin()\n"
    root = project({"src/pkg/__init__.py": "", "src/pkg/a.py": CODE, "tests/test_a.py": here})
    report = run(root, interpreter=environment(installed_from=other))
    assert (report.end, report.message) == (RunEnd.PASSED, "")


def test_a_module_that_only_another_tree_has_is_a_foreign_import(project, environment, run):
    other = project({"pkg/__init__.py": "", "pkg/gone.py": CODE}, name="other")
    root = project(
        {"pkg/__init__.py": "", "pkg/a.py": CODE, "tests/test_a.py": "import pkg.gone\ndef test_a(): pass\n"}
    )
    report = run(root, interpreter=environment(installed_from=other))
    assert report.end is RunEnd.FOREIGN_IMPORT
    assert report.message.startswith(f"pkg.gone was loaded from {other}/pkg/gone.py")


def test_a_foreign_import_inside_a_test_is_found_too(project, environment, run):
    other = project({"pkg/__init__.py": "", "pkg/gone.py": CODE}, name="other")
    root = project({"pkg/__init__.py": "", "tests/test_a.py": "def test_a(): import pkg.gone\n"})
    assert run(root, interpreter=environment(installed_from=other)).end is RunEnd.FOREIGN_IMPORT


def test_a_namespace_package_is_pinned_beside_an_installed_portion(project, environment, run):
    installed = project({"ns/other/__init__.py": CODE, "ns/part/__init__.py": "raise RuntimeError\n"}, name="other")
    python = environment()
    site = next((python.parent.parent / "lib").glob("python*/site-packages"))
    (site / "portion.pth").write_text(f"{installed}\n")
    text = "import ns.other, ns.part.a\ndef test_a(): assert '/project/' in ns.part.a.origin()\n"
    root = project({"src/ns/part/__init__.py": "", "src/ns/part/a.py": CODE, "tests/test_a.py": text})
    report = run(root, package_name="ns.part", interpreter=python)
    assert (report.end, report.imported) == (RunEnd.PASSED, ("ns.part", "ns.part.a"))


PLUGIN = {
    "ns_plugin.py": "import ns.other\n",
    "ns_plugin-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: ns-plugin\nVersion: 1\n",
    "ns_plugin-1.dist-info/entry_points.txt": "[pytest11]\nns = ns_plugin\n",
}


@pytest.mark.parametrize(("package", "why_not"), [("ns.part", ""), ("ns.other", "a plugin imports ns.other")])
def test_a_plugin_that_loads_another_portion_of_a_namespace_is_in_nobodys_way(
    project, environment, run, package: str, why_not: str
):
    python = environment()
    site = next((python.parent.parent / "lib").glob("python*/site-packages"))
    for name, text in {**PLUGIN, "ns/other/__init__.py": CODE}.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    place = f"src/{package.replace('.', '/')}"
    text = f"import ns.other, {package}.a\ndef test_a(): assert '/project/' in {package}.a.origin()\n"
    root = project({f"{place}/__init__.py": "", f"{place}/a.py": CODE, "tests/test_a.py": text})
    report = run(root, package_name=package, interpreter=python)
    assert (report.end, report.message) == (RunEnd.PASSED, "")
    assert HOSTS.why_not(probe(python)) == why_not


def test_a_namespace_that_python_loads_at_its_start_keeps_no_run_from_being_a_fork(project, environment, run):
    made = "import sys, types; ns = sys.modules.setdefault('ns', types.ModuleType('ns'))"
    python = environment()
    root = project({"src/ns/__init__.py": "", "src/ns/part/__init__.py": "", "src/ns/part/a.py": CODE})
    site = next((python.parent.parent / "lib").glob("python*/site-packages"))
    set_up = f"ns.__path__, ns.__file__ = ['{root}/src/ns'], '{root}/src/ns/__init__.py'"
    (site / "ns.part-nspkg.pth").write_text(f"{made}; {set_up}\n")
    project({"tests/test_a.py": "import ns.part.a\ndef test_a(): assert '/project/' in ns.part.a.origin()\n"})
    assert run(root, package_name="ns.part", interpreter=python).end is RunEnd.PASSED
    assert HOSTS.why_not(probe(python)) == ""


def test_a_package_that_pytest_itself_uses_is_pinned(project, run):
    installed = Path(iniconfig.__file__).parent
    copied = {f"src/iniconfig/{file.name}": file.read_text("utf-8") for file in installed.glob("*.py")}
    copied["src/iniconfig/__init__.py"] += "\nMINE = True\n"
    root = project(copied | {"tests/test_a.py": "import iniconfig\ndef test_a(): assert iniconfig.MINE\n"})
    assert run(root, package_name="iniconfig").end is RunEnd.PASSED


def test_what_runs_under_the_projects_interpreter_is_valid_for_old_ones():
    for file in (Path(module_survey.__file__), *Path(guest.__file__).parent.glob("*.py")):
        source = file.read_text("utf-8")
        tree = ast.parse(source, feature_version=(3, 8))
        imported = {node.names[0].name for node in ast.walk(tree) if isinstance(node, ast.Import)}
        imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any(name.startswith("ctxtui") for name in imported)


@pytest.fixture
def toolchain_here() -> PythonToolchain:
    return PythonToolchain(environ={})


def test_a_configured_interpreter_without_pytest_is_an_error_with_the_command_to_mend_it(
    project, environment, toolchain_here
):
    root = project({"pkg/__init__.py": "", "pkg/a.py": CODE})
    python = environment(is_bare=True)
    package = toolchain_here.discover(root, "pkg", DiscoveryOptions(interpreter=str(python)))
    check = finding(toolchain_here.rehearse(root, package).checks, "pytest")
    assert not check.is_good
    assert check.remedy == f"Run `{python} -m pip install --upgrade pytest`."


def test_an_environment_without_pytest_gives_way_when_ours_imports_the_package(project, environment, toolchain_here):
    root = project({"pkg/__init__.py": "", "pkg/a.py": CODE})
    python = environment(root / ".venv", is_bare=True)
    package = toolchain_here.discover(root, "pkg", DiscoveryOptions())
    assert package.interpreter == Path(sys.executable)
    assert (package.is_borrowed, package.without_pytest) == (True, python)
    told = f"the environment in .venv has no usable pytest; to use it, run `{python} -m pip install --upgrade pytest`"
    assert told in package.notes


def test_what_an_environment_without_pytest_lacks_is_said_once(project, environment):
    root = project({"pkg/__init__.py": "import nothing_of_ours\n", "pkg/a.py": CODE})
    python = environment(root / ".venv", is_bare=True)
    toolchain = PythonToolchain(environ={})
    package = toolchain.discover(root, "pkg", DiscoveryOptions())
    assert package.interpreter == python
    assert not any("has no usable pytest" in note for note in package.notes)
    assert "install --upgrade pytest" in finding(toolchain.rehearse(root, package).checks, "pytest").remedy


def test_without_an_environment_of_the_project_ours_is_lent_and_that_is_said(project, toolchain_here):
    root = project({"pkg/__init__.py": "", "pkg/a.py": CODE})
    package = toolchain_here.discover(root, "pkg", DiscoveryOptions())
    assert (package.interpreter, package.is_borrowed) == (Path(sys.executable), True)
    assert any("the project has no environment of its own" in note for note in package.notes)


def test_an_environment_with_pytest_goes_before_one_without(project, environment):
    root = project({"pkg/__init__.py": "", "pkg/a.py": CODE})
    active = environment(is_bare=True)
    own = environment(root / ".venv")
    package = PythonToolchain({"VIRTUAL_ENV": str(active.parent.parent)}).discover(root, "pkg", DiscoveryOptions())
    assert package.interpreter == own


@pytest.fixture
def with_pytest_alone(environment) -> Path:
    """An environment that has pytest, and no coverage.py."""
    python = environment(is_bare=True)
    site = next((python.parent.parent / "lib").glob("python*/site-packages"))
    for name in ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments"):
        found = next(Path(entry) / name for entry in sys.path if (Path(entry) / name / "__init__.py").exists())
        (site / name).symlink_to(found)
    (site / "py.py").symlink_to(Path(sysconfig.get_paths()["purelib"]) / "py.py")
    metadata_of_pytest = next(Path(sysconfig.get_paths()["purelib"]).glob("pytest-*.dist-info"))
    (site / metadata_of_pytest.name).symlink_to(metadata_of_pytest)
    return python


def test_an_interpreter_without_coverage_borrows_ours(project, with_pytest_alone, run, toolchain_here):
    python = with_pytest_alone
    root = project({"pkg/__init__.py": "", "pkg/a.py": CODE, "tests/test_a.py": "import pkg.a\ndef test_a(): pass\n"})
    report = run(root, interpreter=python, measure=("pkg/a.py",))
    assert report.end is RunEnd.PASSED
    assert report.coverage[0].missing == (2,)
    package = toolchain_here.discover(root, "pkg", DiscoveryOptions(interpreter=str(python)))
    assert (
        "the one that comes with ctxtui" in finding(toolchain_here.rehearse(root, package).checks, "coverage").finding
    )


def test_where_nothing_can_measure_the_plan_says_what_is_not_checked(
    project, with_pytest_alone, toolchain_here, monkeypatch
):
    monkeypatch.setattr(rehearsal, "can_borrow_coverage", lambda _: False)
    root = project({"pkg/__init__.py": "", "pkg/a.py": CODE})
    package = toolchain_here.discover(root, "pkg", DiscoveryOptions(interpreter=str(with_pytest_alone)))
    notes = toolchain_here.rehearse(root, package).notes
    lacking = "no coverage.py there, so coverage is not measured, and *covers* and *kills* find nothing. "
    assert notes[0] == f"{lacking}Run `{with_pytest_alone} -m pip install coverage`."


def test_the_environment_beside_the_code_is_taken(project, environment, toolchain_here):
    root = project({"pkg/__init__.py": "", "pkg/a.py": CODE})
    python = environment(root / "venv")
    package = toolchain_here.discover(root, "pkg", DiscoveryOptions())
    assert package.interpreter == python
    assert f"interpreter: {python}, the environment in venv" in package.notes


def test_the_active_environment_goes_first_when_it_can_import_the_package(project, environment):
    root = project({"pkg/__init__.py": "", "pkg/a.py": CODE})
    environment(root / ".venv")
    active = environment()
    package = PythonToolchain({"VIRTUAL_ENV": str(active.parent.parent)}).discover(root, "pkg", DiscoveryOptions())
    assert package.interpreter == active


@pytest.mark.parametrize("has_own", [True, False])
def test_our_own_environment_is_active_for_a_project_that_has_none(project, environment, has_own):
    root = project({"pkg/__init__.py": "", "pkg/a.py": CODE})
    own = environment(root / ".venv") if has_own else Path(sys.executable)
    package = PythonToolchain({"VIRTUAL_ENV": sys.prefix}).discover(root, "pkg", DiscoveryOptions())
    assert package.interpreter.resolve() == own.resolve()
    assert package.interpreter.parent == own.parent


def test_condas_base_is_active_for_nobody_in_particular(project, environment):
    root = project({"pkg/__init__.py": "", "pkg/a.py": CODE})
    own = environment(root / ".venv")
    base = str(environment().parent.parent)
    for name, taken in (("base", root / ".venv"), ("shop", Path(base))):
        toolchain = PythonToolchain({"CONDA_PREFIX": base, "CONDA_DEFAULT_ENV": name})
        assert toolchain.discover(root, "pkg", DiscoveryOptions()).interpreter == taken / "bin" / own.name


def test_an_active_environment_of_something_else_is_passed_over(project, environment):
    root = project({"pkg/__init__.py": "import pkg.needs\n", "pkg/needs.py": "import not_installed_anywhere\n" + CODE})
    active = environment(is_bare=True)
    own = environment(root / ".venv")
    package = PythonToolchain({"VIRTUAL_ENV": str(active.parent.parent)}).discover(root, "pkg", DiscoveryOptions())
    assert package.interpreter == own


def test_an_unknown_interpreter_is_refused(project, toolchain_here):
    root = project({"pkg/__init__.py": CODE})
    with pytest.raises(ToolchainError, match=r"The interpreter python-of-tomorrow was not found"):
        toolchain_here.discover(root, "pkg", DiscoveryOptions(interpreter="python-of-tomorrow"))


def test_toolchains_are_known_by_name():
    assert toolchain_of("python").name == "python"
    with pytest.raises(UsageError, match=r"There is no language 'cobol' here: set `language` to one of python\."):
        toolchain_of("cobol")
