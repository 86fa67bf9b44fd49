"""Projects of many kinds: each is planned whole, and its tests run as its own pytest runs them."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import pytest

from ctxtui.core.ports.toolchains import DiscoveryOptions, Rehearsal
from ctxtui.core.toolchains.python_pytest import PythonToolchain

DOUBLE = "def double(x):\n    return 2 * x\n"
PASSES = "from pkg.a import double\ndef test_double(): assert double(2) == 4\n"
CONFTEST = "tests/conftest.py"


@dataclass(frozen=True)
class Kind:
    """`files` come on top of a package `pkg` with the module `a`; `modules` is what is planned of `target`."""

    files: dict[str, str] = field(default_factory=dict)
    modules: tuple[str, ...] = ("pkg.a",)
    target: str = "pkg"
    base: bool = True
    existing: int = 0
    oldest: tuple[int, int] = (3, 11)


FLAT = {"pkg/__init__.py": "", "pkg/a.py": DOUBLE}
KINDS = {
    "a hook of xdist in conftest, and its option in addopts": Kind(
        {
            CONFTEST: "def pytest_configure_node(node): pass\n",
            "pytest.ini": "[pytest]\naddopts = -n 2 --dist loadfile\n",
        }
    ),
    "a fixture of a plugin that only conftest asks for": Kind(
        {
            CONFTEST: "import pytest\n@pytest.fixture(autouse=True)\ndef _worker(worker_id): assert worker_id\n",
            "tests/test_old.py": PASSES,
        },
        existing=1,
    ),
    "an option of conftest that is required and given": Kind(
        {
            "conftest.py": """
                def pytest_addoption(parser):
                    parser.addoption("--env", required=True)
                def pytest_configure(config):
                    assert config.getoption("--env") == "test"
                """,
            "pytest.ini": "[pytest]\naddopts = --env=test -q -q --strict-markers\n",
        }
    ),
    "hooks that collect and choose tests": Kind(
        {
            CONFTEST: """
                def pytest_collection_modifyitems(config, items):
                    items[:] = [item for item in items if "slow" not in item.name]
                def pytest_generate_tests(metafunc):
                    if "size" in metafunc.fixturenames:
                        metafunc.parametrize("size", [1, 2])
                """,
            "tests/test_old.py": "def test_size(size): assert size\ndef test_slow(): assert 0\n",
        },
        existing=2,
    ),
    "a conftest that reads the root of a sub-project": Kind(
        {
            "packages/b/pyproject.toml": "[project]\nname = 'b'\n[tool.pytest.ini_options]\ntestpaths = ['tests']\n",
            "packages/b/data/a.txt": "1",
            "packages/b/bee/__init__.py": "",
            "packages/b/bee/a.py": DOUBLE,
            "packages/b/tests/conftest.py": """
                import pytest
                @pytest.fixture(autouse=True)
                def _data(pytestconfig):
                    assert (pytestconfig.rootpath / "data" / "a.txt").read_text() == "1"
                """,
            "packages/b/tests/test_old.py": "from bee.a import double\ndef test_b(): assert double(1) == 2\n",
            "packages/c/pyproject.toml": "[project]\nname = 'c'\n",
            "packages/c/tests/test_a.py": "def test_c(): pass\n",
        },
        ("bee.a",),
        "packages/b",
        existing=1,
    ),
    "warnings that are errors, and code that warns and leaves files open": Kind(
        {
            "pyproject.toml": "[tool.pytest.ini_options]\nfilterwarnings = ['error']\n",
            "pkg/w.py": """
                import warnings
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    warnings.warn("old", DeprecationWarning)
                def text(): return open(__file__).read()
                """,
        },
        ("pkg.a", "pkg.w"),
    ),
    "modules that do things when they are imported": Kind(
        {
            "pkg/busy.py": """
                import logging, os, signal, subprocess, threading
                os.environ.setdefault("PKG_MODE", "test")
                try:
                    subprocess.run(["no-such-program"], check=False)
                except OSError:
                    pass
                signal.getsignal(signal.SIGTERM)
                threading.Thread(target=int, daemon=True).start()
                os.makedirs("out", exist_ok=True)
                logging.getLogger("pkg").addHandler(logging.FileHandler("app.log"))
                def mode(): return os.environ["PKG_MODE"]
                """,
        },
        ("pkg.a", "pkg.busy"),
    ),
    "data that is read by a relative path": Kind(
        {"data/words.txt": "one two", "pkg/words.py": "WORDS = open('data/words.txt').read().split()\n" + DOUBLE},
        ("pkg.a", "pkg.words"),
    ),
    "circles for types, metaclasses and lazy loading": Kind(
        {
            "pkg/__init__.py": """
                import importlib
                def __getattr__(name):
                    if name == "a":
                        return importlib.import_module("pkg.a")
                    raise AttributeError(name)
                """,
            "pkg/left.py": """
                from __future__ import annotations
                from typing import TYPE_CHECKING
                if TYPE_CHECKING:
                    from pkg.right import Right
                def of(right: Right) -> int: return right.size
                """,
            "pkg/right.py": """
                from pkg.left import of
                class Meta(type):
                    def __call__(cls, *args): return super().__call__(*args)
                class Right(metaclass=Meta):
                    def __init__(self, size): self.size = size
                    def again(self): return of(self)
                """,
        },
        ("pkg.a", "pkg.left", "pkg.right"),
    ),
    "the syntax of a newer Python": Kind(
        {"pkg/new.py": "type Pair[T] = tuple[T, T]\ndef first[T](pair: Pair[T]) -> T:\n    return pair[0]\n"},
        ("pkg.a", "pkg.new"),
        oldest=(3, 12),
    ),
    "doctests beside tests": Kind(
        {
            "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--doctest-modules --doctest-glob=*.rst'\n",
            "pkg/d.py": 'def two():\n    """\n    >>> two()\n    2\n    """\n    return 2\n',
            "tests/test_old.py": PASSES,
        },
        ("pkg.a", "pkg.d"),
        existing=1,
    ),
    "a suite in the style of unittest": Kind(
        {
            "tests/__init__.py": "",
            "tests/test_old.py": """
                import unittest
                from pkg.a import double
                def setUpModule(): pass
                class Old(unittest.TestCase):
                    def setUp(self): self.two = 2
                    def test_double(self): self.assertEqual(double(self.two), 4)
                    def test_parts(self):
                        for n in range(2):
                            with self.subTest(n=n):
                                self.assertEqual(double(n), 2 * n)
                """,
        },
        existing=2,
    ),
    "tests beside the code": Kind(
        {"pkg/a_test.py": PASSES, "pkg/sub/__init__.py": "", "pkg/sub/b.py": DOUBLE}, ("pkg.a", "pkg.sub.b"), existing=1
    ),
    "tests beside the code under names of their own": Kind(
        {
            "pytest.ini": "[pytest]\npython_files = *_checks.py\npython_functions = should_*\n",
            "pkg/a_checks.py": PASSES.replace("test_", "should_"),
        },
        existing=1,
    ),
    "tests inside the package": Kind({"pkg/tests/__init__.py": "", "pkg/tests/test_a.py": PASSES}, existing=1),
    "sources in src, imported by importlib": Kind(
        {
            "pytest.ini": "[pytest]\naddopts = --import-mode=importlib\npythonpath = src\n",
            "src/pkg/__init__.py": "",
            "src/pkg/a.py": DOUBLE,
            "tests/x/test_old.py": PASSES,
            "tests/y/test_old.py": PASSES,
        },
        base=False,
        target="src/pkg",
        existing=2,
    ),
    "a namespace package of two levels": Kind(
        {
            "pyproject.toml": "[project]\nname='t'\n",
            "src/corp/tools/text/__init__.py": "",
            "src/corp/tools/text/a.py": DOUBLE,
        },
        ("corp.tools.text.a",),
        "src/corp/tools/text",
        base=False,
    ),
    "names of tests of its own": Kind(
        {
            "pytest.ini": """
                [pytest]
                python_files = check_*.py
                python_functions = should_*
                python_classes = Describe*
                """,
            "tests/check_old.py": """
                from pkg.a import double
                class DescribeDouble:
                    def should_double(self): assert double(1) == 2
                """,
        },
        existing=1,
    ),
}


@pytest.fixture
def rehearsed(project, toolchain: PythonToolchain):
    def of(kind: Kind) -> tuple[tuple[str, ...], Rehearsal]:
        root = project({**(FLAT if kind.base else {}), **kind.files})
        package = toolchain.discover(root, kind.target, DiscoveryOptions())
        rehearsal = toolchain.rehearse(root, package)
        names = tuple(sorted(child.name for child in package.context.child_components))
        return names, rehearsal

    return of


@pytest.mark.parametrize("name", KINDS)
def test_a_project_of_this_kind_is_planned_and_its_tests_run(rehearsed, name: str):
    kind = KINDS[name]
    if sys.version_info < kind.oldest:
        pytest.skip("this Python does not know that syntax")
    names, rehearsal = rehearsed(kind)
    assert [check.sentence for check in rehearsal.checks if not check.is_good] == []
    assert rehearsal.left_out == {}
    assert names == tuple(sorted(kind.modules))
    assert sum(rehearsal.tests.values()) == kind.existing
    told = "\n".join(rehearsal.notes)
    assert "cannot be collected" not in told
    assert f"{kind.existing} of {kind.existing} existing tests" in told or not kind.existing
