from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.ports.toolchains import Package

Project = Callable[..., Path]
Discover = Callable[..., Package]

CODE = "def double(x):\n    return 2 * x\n"
A_TEST = "def test_it(): pass\n"


def test_paths(package: Package) -> dict[str, str]:
    return {component.name: component.test_path for component in package.context.child_components}


test_paths.__test__ = False


@pytest.mark.parametrize(
    ("files", "target", "name", "import_root"),
    [
        ({"src/pkg/__init__.py": "", "src/pkg/a.py": CODE}, ".", "pkg", "src"),
        ({"src/pkg/__init__.py": "", "src/pkg/a.py": CODE}, "src", "pkg", "src"),
        ({"src/pkg/__init__.py": "", "src/pkg/a.py": CODE}, "src/pkg", "pkg", "src"),
        ({"src/pkg/__init__.py": "", "src/pkg/a.py": CODE}, "pkg", "pkg", "src"),
        ({"src/__init__.py": "", "src/pkg/__init__.py": "", "src/pkg/a.py": CODE}, "src/pkg", "pkg", "src"),
        (
            {"src/__init__.py": "", "src/a.py": CODE, "tests/test_a.py": "from src.a import double\n" + A_TEST},
            "src",
            "src",
            ".",
        ),
        ({"pkg/__init__.py": "", "pkg/a.py": CODE}, "pkg", "pkg", "."),
        ({"pkg/__init__.py": "", "pkg/a.py": CODE, "setup.py": "", "docs/conf.py": CODE}, ".", "pkg", "."),
        ({"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "pkg/sub/a.py": CODE}, "pkg.sub", "pkg.sub", "."),
        ({"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "pkg/sub/a.py": CODE}, "pkg/sub", "pkg.sub", "."),
        ({"src/ns/part/a.py": CODE, "pyproject.toml": ""}, ".", "ns.part", "src"),
        ({"src/ns/part/a.py": CODE, "pyproject.toml": ""}, "ns.part", "ns.part", "src"),
        ({"src/ns/part/__init__.py": "", "src/ns/part/a.py": CODE}, "src/ns/part", "ns.part", "src"),
        ({"ns/part/a.py": CODE}, "ns.part", "ns.part", "."),
        ({"ns/part/__init__.py": "", "ns/part/a.py": "import ns.part.b\n" + CODE}, "ns/part", "ns.part", "."),
        ({"code/pkg/__init__.py": "", "code/pkg/a.py": CODE}, "code/pkg", "pkg", "code"),
        ({"lib/pkg/__init__.py": "", "lib/pkg/a.py": CODE}, "pkg", "pkg", "lib"),
        ({"alone.py": CODE, "setup.py": ""}, ".", "alone", "."),
        ({"pkg/__init__.py": "", "pkg/a.py": CODE, "pkg/b.py": CODE}, "pkg.a", "pkg.a", "."),
        ({"pkg/__init__.py": "", "pkg/a.py": CODE, "pkg/b.py": CODE}, "pkg/a.py", "pkg.a", "."),
        (
            {
                "services/one/pyproject.toml": "",
                "services/one/src/pkg/__init__.py": "",
                "services/one/src/pkg/a.py": CODE,
            },
            "services/one",
            "pkg",
            "services/one/src",
        ),
        (
            {"pyproject.toml": '[tool.setuptools.package-dir]\n"" = "code"\n', "code/ns/part/a.py": CODE},
            "code/ns/part",
            "ns.part",
            "code",
        ),
        (
            {
                "pyproject.toml": '[tool.poetry]\npackages = [{include = "ns", from = "code"}]\n',
                "code/ns/part/a.py": CODE,
            },
            "code/ns/part",
            "ns.part",
            "code",
        ),
    ],
)
def test_a_package_is_found_in_every_layout(
    project: Project, discover: Discover, files: dict[str, str], target: str, name: str, import_root: str
):
    package = discover(project(files), target)
    assert (package.name, package.import_roots) == (name, (import_root,))
    assert len(package.context.child_components) == 1


def test_a_relative_target_may_be_told_from_the_current_folder(project: Project, discover: Discover, monkeypatch):
    root = project({"src/pkg/__init__.py": "", "src/pkg/a.py": CODE})
    monkeypatch.chdir(root / "src")
    assert discover(root, "./pkg").path == "src/pkg"


def test_of_several_packages_the_one_named_like_the_project_is_taken_and_said(project: Project, discover: Discover):
    root = project(
        {
            "pyproject.toml": "[project]\nname = 'my-pkg'\n",
            "my_pkg/__init__.py": "",
            "my_pkg/a.py": CODE,
            "extra/__init__.py": "",
            "extra/a.py": CODE,
        }
    )
    package = discover(root)
    assert package.name == "my_pkg"
    assert "it also has extra" in package.notes[0]


def test_every_module_with_something_to_call_is_a_component_and_the_rest_is_left_out_with_a_reason(
    project: Project, discover: Discover
):
    root = project(
        {
            "pkg/__init__.py": "from pkg.a import double\n__all__ = ['double']\n__version__ = '1'\n",
            "pkg/__main__.py": "from pkg.a import double\nprint(double(1))\n",
            "pkg/a.py": CODE,
            "pkg/constants.py": "LIMIT = 3\n",
            "pkg/protocols.py": "class Reader:\n    def read(self): ...\n",
            "pkg/broken.py": "x = 1\ndef (:\n",
            "pkg/things_pb2.py": CODE,
            "pkg/_version.py": CODE,
            "pkg/table.py": "# Generated by a tool. DO NOT EDIT.\n" + CODE,
            "pkg/generators.py": '"""Code that generates things."""\n' + CODE,
            "pkg/conftest.py": CODE,
            "pkg/stub.pyi": "def f() -> int: ...\n",
            "pkg/test_a.py": A_TEST,
            "pkg/tests/test_b.py": A_TEST,
            "pkg/_vendor/other/__init__.py": CODE,
            "pkg/sub/__init__.py": CODE,
            "pkg/sub/test/client.py": CODE,
            "pkg/sub/deep/b.py": CODE,
        }
    )
    package = discover(root, "pkg")
    names = {component.name for component in package.context.child_components}
    assert names == {"pkg.a", "pkg.generators", "pkg.sub", "pkg.sub.test.client", "pkg.sub.deep.b"}
    nothing = "nothing to call: only imports, constants or declarations"
    assert package.left_out == {
        "pkg/__init__.py": nothing,
        "pkg/__main__.py": "nothing to call: it does its work when it is started, and defines no function",
        "pkg/_vendor/": "vendored: somebody else's code",
        "pkg/_version.py": "generated: a version file",
        "pkg/broken.py": "syntax error at line 2: invalid syntax",
        "pkg/conftest.py": "pytest's own configuration",
        "pkg/constants.py": nothing,
        "pkg/protocols.py": nothing,
        "pkg/stub.pyi": "a stub: types only",
        "pkg/table.py": "generated: its first lines say so",
        "pkg/test_a.py": "a test: it holds tests itself",
        "pkg/tests/": "tests",
        "pkg/things_pb2.py": "generated from a protocol buffer",
    }


def test_environments_and_build_output_are_not_searched(project: Project, discover: Discover):
    root = project(
        {
            "pkg/__init__.py": "",
            "pkg/a.py": CODE,
            "build/lib/pkg/a.py": CODE,
            "own/pyvenv.cfg": "",
            "own/lib/pkg/a.py": CODE,
            ".hidden/pkg/a.py": CODE,
            "node_modules/pkg/a.py": CODE,
        }
    )
    assert discover(root, "pkg.a").path == "pkg/a.py"


def test_what_others_depend_on_goes_first(project: Project, discover: Discover):
    root = project(
        {
            "pkg/__init__.py": "from .base import double\n",
            "pkg/base.py": CODE,
            "pkg/middle.py": "from . import base\n" + CODE,
            "pkg/top.py": "from .middle import double\nfrom pkg import double as twice\n" + CODE,
            "pkg/large.py": CODE * 50,
        }
    )
    components = discover(root, "pkg").context.child_components
    assert [component.name for component in components] == ["pkg.base", "pkg.middle", "pkg.large", "pkg.top"]
    assert all(0 <= component.priority <= 1000 for component in components)


def test_a_person_can_set_priorities_leave_modules_out_and_add_specs(project: Project, discover: Discover):
    root = project({f"pkg/{name}.py": CODE for name in ("a", "b", "c_old", "d")} | {"pkg/__init__.py": ""})
    (root / "pkg/d.md").write_text("What d does.", "utf-8")
    package = discover(
        root,
        "pkg",
        priorities={"pkg.*": 5, "pkg.b": 2000},
        exclude=("*_old",),
        specs={"pkg.a": ("docs/a.md",)},
    )
    components = {component.name: component for component in package.context.child_components}
    assert {name: component.priority for name, component in components.items()} == {
        "pkg.b": 2000,
        "pkg.a": 5,
        "pkg.d": 5,
    }
    assert package.left_out["pkg/c_old.py"] == "excluded by *_old"
    assert components["pkg.a"].spec_paths == ("docs/a.md",)
    assert components["pkg.d"].spec_paths == ("pkg/d.md",)


def test_a_name_in_exclude_or_priorities_that_is_no_module_is_told_with_the_nearest(
    project: Project, discover: Discover
):
    root = project({f"pkg/{name}.py": CODE for name in ("money", "stock")} | {"pkg/__init__.py": ""})
    misspelt = {"exclude": ("pkg.mony", "stock"), "priorities": {"pkg.zzz.*": 5, "pkg/stock.py": 7}}
    told = [note for note in discover(root, "pkg", **misspelt).notes if "which is no module" in note]
    assert told == [
        "`exclude` has 'pkg.mony', which is no module of pkg; did you mean pkg.money?",
        "`exclude` has 'stock', which is no module of pkg; did you mean pkg.stock?",
        "`priorities` has 'pkg.zzz.*', which is no module of pkg",
        "`priorities` has 'pkg/stock.py', which is no module of pkg; did you mean pkg.stock?",
    ]
    meant = {"exclude": ("*_old", "elsewhere.*", "pkg/money.py"), "priorities": {"pkg.money": 5, "pkg.*": 7}}
    assert not [note for note in discover(root, "pkg", **meant).notes if "which is no module" in note]


def test_ids_are_the_same_in_every_clone(project: Project, discover: Discover):
    files = {"pkg/__init__.py": CODE, "pkg/a.py": CODE}
    one, two = (discover(project(files, name=name), "pkg").context for name in ("one", "two"))
    assert one.id == two.id
    assert [child.id for child in one.child_components] == [child.id for child in two.child_components]
    assert len({one.id, *(child.id for child in one.child_components)}) == 3
    assert {child.parent_id for child in one.child_components} == {one.id}


PKG = {"pkg/__init__.py": "", "pkg/a.py": CODE, "pkg/sub/__init__.py": "", "pkg/sub/b.py": CODE, "pkg/sub/c.py": CODE}


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ({}, ("tests/test_a.py", "tests/sub/test_b.py", "tests/sub/test_c.py")),
        ({"tests/test_b.py": A_TEST}, ("tests/test_a.py", "tests/test_b_behaviour.py", "tests/test_c.py")),
        ({"test/test_x.py": A_TEST}, ("test/test_a.py", "test/test_b.py", "test/test_c.py")),
        ({"tests/sub/test_b.py": A_TEST}, ("tests/test_a.py", "tests/sub/test_b_behaviour.py", "tests/sub/test_c.py")),
        (
            {"tests/unit/sub/test_b.py": A_TEST},
            ("tests/unit/test_a.py", "tests/unit/sub/test_b_behaviour.py", "tests/unit/sub/test_c.py"),
        ),
        (
            {"tests/unit/test_a.py": A_TEST},
            ("tests/unit/test_a_behaviour.py", "tests/unit/test_b.py", "tests/unit/test_c.py"),
        ),
        ({"pkg/sub/test_b.py": A_TEST}, ("pkg/test_a.py", "pkg/sub/test_b_behaviour.py", "pkg/sub/test_c.py")),
        (
            {"pkg/tests/test_a.py": A_TEST, "pkg/sub/tests/test_b.py": A_TEST},
            ("pkg/tests/test_a_behaviour.py", "pkg/sub/tests/test_b_behaviour.py", "pkg/sub/tests/test_c.py"),
        ),
        (
            {"pkg/tests/test_a.py": A_TEST},
            ("pkg/tests/test_a_behaviour.py", "pkg/tests/test_b.py", "pkg/tests/test_c.py"),
        ),
        ({"tests/a_test.py": A_TEST}, ("tests/a_behaviour_test.py", "tests/b_test.py", "tests/c_test.py")),
        (
            {"tests/test_sub_b.py": A_TEST, "tests/test_a.py": A_TEST},
            ("tests/test_a_behaviour.py", "tests/test_sub_b_behaviour.py", "tests/test_sub_c.py"),
        ),
        (
            {"pytest.ini": "[pytest]\npython_files = check_*.py\ntestpaths = checks\n", "checks/check_a.py": A_TEST},
            ("checks/check_a_behaviour.py", "checks/check_b.py", "checks/check_c.py"),
        ),
        (
            {"pkg/_tests/__init__.py": "", "pkg/_tests/test_a.py": A_TEST},
            ("pkg/_tests/test_a_behaviour.py", "pkg/_tests/test_b.py", "pkg/_tests/test_c.py"),
        ),
        ({"checks/test_x.py": A_TEST}, ("checks/test_a.py", "checks/test_b.py", "checks/test_c.py")),
        (
            {"pytest.ini": "[pytest]\ntestpaths = tests\n", "examples/test_x.py": A_TEST, "tests/test_y.py": A_TEST},
            ("tests/test_a.py", "tests/test_b.py", "tests/test_c.py"),
        ),
        ({"tests/sub/test_of_b.py": A_TEST}, ("tests/test_a.py", "tests/sub/test_b.py", "tests/sub/test_c.py")),
        (
            {"tests/sub/test_of_b.py": A_TEST, "tests/test_c.py": A_TEST},
            ("tests/test_a.py", "tests/test_b.py", "tests/test_c_behaviour.py"),
        ),
    ],
)
def test_new_tests_go_where_the_project_keeps_them(
    project: Project, discover: Discover, existing: dict[str, str], expected: tuple[str, ...]
):
    found = test_paths(discover(project(PKG | existing), "pkg"))
    assert (found["pkg.a"], found["pkg.sub.b"], found["pkg.sub.c"]) == expected


@pytest.mark.parametrize(
    ("existing", "target", "expected"),
    [
        ({"tests/other/test_d.py": A_TEST}, "pkg.sub", "tests/sub/test_b.py"),
        ({"tests/other/test_d.py": A_TEST}, "pkg.sub.b", "tests/sub/test_b.py"),
        ({"tests/test_a.py": A_TEST}, "pkg.sub.b", "tests/test_b.py"),
        ({"pkg/tests/test_a.py": A_TEST, "pkg/other/tests/test_d.py": A_TEST}, "pkg.sub.b", "pkg/sub/tests/test_b.py"),
        ({"pkg/test_a.py": A_TEST}, "pkg/sub/b.py", "pkg/sub/test_b.py"),
    ],
)
def test_a_part_of_a_package_follows_the_whole_packages_habit(
    project: Project, discover: Discover, existing: dict[str, str], target: str, expected: str
):
    package = discover(project(PKG | {"pkg/other/__init__.py": "", "pkg/other/d.py": CODE} | existing), target)
    assert test_paths(package)["pkg.sub.b"] == expected
    assert not package.test_root.endswith(".py")


def test_modules_of_one_name_get_tests_of_different_names(project: Project, discover: Discover):
    same = {"pkg/__init__.py": "", "pkg/utils.py": CODE, "pkg/_utils.py": CODE, "pkg/one/utils.py": CODE}
    flat = discover(project(same | {"tests/test_x.py": A_TEST}, name="flat"), "pkg")
    assert test_paths(flat) == {
        "pkg.utils": "tests/test_utils.py",
        "pkg._utils": "tests/test__utils.py",
        "pkg.one.utils": "tests/test_one_utils.py",
    }
    mirrored = discover(project(same, name="mirrored"), "pkg")
    assert test_paths(mirrored)["pkg.one.utils"] == "tests/one/test_one_utils.py"


def test_folders_that_are_packages_allow_the_same_file_name(project: Project, discover: Discover):
    root = project(
        {
            "pkg/__init__.py": "",
            "pkg/utils.py": CODE,
            "pkg/one/utils.py": CODE,
            "tests/__init__.py": "",
            "tests/one/__init__.py": "",
            "tests/one/test_x.py": A_TEST,
            "pkg/one/x.py": CODE,
        }
    )
    assert test_paths(discover(root, "pkg"))["pkg.one.utils"] == "tests/one/test_utils.py"


def test_a_tests_folder_that_a_person_names_is_used(project: Project, discover: Discover):
    package = discover(project(PKG), "pkg", tests_dir="checks")
    assert package.test_root == "checks"
    assert test_paths(package)["pkg.a"] == "checks/test_a.py"


def test_a_file_in_the_place_of_the_tests_folder_is_refused(project: Project, discover: Discover):
    with pytest.raises(ToolchainError, match=r"tests_dir is pkg/a\.py, which is a file; name a folder\."):
        discover(project(PKG), "pkg", tests_dir="pkg/a.py")


def test_the_nearest_existing_tests_are_named_first(project: Project, discover: Discover):
    root = project(
        PKG
        | {
            "tests/test_a.py": "from pkg.a import double\n" + A_TEST,
            "tests/test_other.py": "from pkg import sub\n" + A_TEST,
            "tests/test_far.py": "import json\n" + A_TEST,
            "tests/test_deep.py": "import pkg.sub.b\n" + A_TEST,
        }
    )
    similar = discover(root, "pkg").similar_tests
    assert similar["pkg.a"][0] == "tests/test_a.py"
    assert similar["pkg.sub.b"][0] == "tests/test_deep.py"
    assert all("tests/test_far.py" not in paths for paths in similar.values())


@pytest.mark.parametrize(("target", "name"), [("a", "pkg.a"), ("sub.b", "pkg.sub.b"), ("sub", "pkg.sub")])
def test_the_end_of_a_modules_name_names_it_as_its_package_imports_it(
    project: Project, discover: Discover, target: str, name: str
):
    package = discover(project(PKG), target)
    assert package.name == name
    assert all(module.startswith("pkg.") for module in test_paths(package))


def test_the_folder_above_is_that_of_the_one_in_which_the_user_stands(
    project: Project, discover: Discover, monkeypatch: pytest.MonkeyPatch
):
    root = project(PKG)
    monkeypatch.chdir(root / "pkg")
    assert discover(root, "..").name == "pkg"


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("pgk", r"pgk was not found in .*; did you mean pkg\b"),
        ("./nowhere", r"nowhere was not found"),
        ("docs", r"docs has no Python modules; name the folder of a Python package\."),
        ("..", r"\.\. lies outside the repository .*; name a folder inside it\."),
        ("tests", r"tests is a folder of tests; name the package they test, such as pkg\."),
        ("tests/test_a.py", r"tests/test_a\.py is a test; name the module that it tests\."),
        ("util", r"util is ambiguous; name the folder instead, one of: "),
        ("empty", r"empty has no module to test: all 1 were left out, such as empty/__init__\.py"),
    ],
)
def test_a_target_that_cannot_be_used_is_refused_in_one_sentence(
    project: Project, discover: Discover, target: str, sentence: str
):
    root = project(
        PKG
        | {
            "docs/index.md": "",
            "tests/test_a.py": A_TEST,
            "empty/__init__.py": "",
            "one/util/__init__.py": CODE,
            "two/util/__init__.py": CODE,
        }
    )
    with pytest.raises(ToolchainError, match=sentence) as caught:
        discover(root, target)
    assert "\n" not in str(caught.value)


def test_several_packages_without_a_hint_are_listed(project: Project, discover: Discover):
    root = project({f"{name}/__init__.py": CODE for name in ("one", "two")})
    with pytest.raises(ToolchainError, match=r"\. holds 2 packages; name one of them: one, two\."):
        discover(root)


def test_of_many_packages_it_is_said_how_many_are_not_listed(project: Project, discover: Discover):
    root = project({f"p{number}/__init__.py": CODE for number in range(10)})
    with pytest.raises(ToolchainError, match=r"holds 10 packages; name one of them: p0, .*p7, and 2 more"):
        discover(root)


@pytest.mark.parametrize("tests", [{"tests/test_a.py": A_TEST}, {"tests/__init__.py": ""}])
def test_a_folder_of_code_among_the_test_paths_gets_no_tests(
    project: Project, discover: Discover, tests: Mapping[str, str]
):
    settings = "[tool.pytest.ini_options]\ntestpaths = ['src/', 'tests/']\n"
    root = project({"pyproject.toml": settings, "src/pkg/__init__.py": "", "src/pkg/b.py": CODE, **tests})
    [module] = discover(root, "src/pkg").context.child_components
    assert module.test_path == "tests/test_b.py"


@pytest.mark.parametrize(
    "work",
    [
        "for x in range(3):\n    print(x)\n",
        "print('hello')\n",
        "import sys\nif __name__ == '__main__':\n    sys.exit()\n",
    ],
)
def test_a_script_without_a_function_is_told_as_such(project: Project, discover: Discover, work: str):
    root = project({"pkg/__init__.py": "", "pkg/a.py": CODE, "pkg/started.py": work})
    why = "nothing to call: it does its work when it is started, and defines no function"
    assert discover(root, "pkg").left_out["pkg/started.py"] == why


def test_the_projects_of_a_monorepo_are_listed(project: Project, discover: Discover):
    build = "[build-system]\nrequires = []\n"
    files = {f"packages/{name}/pyproject.toml": build for name in ("a", "b", "c")}
    code = {
        "packages/a/core/__init__.py": CODE,
        "packages/b/core/__init__.py": CODE,
        "packages/c/src/extra/__init__.py": CODE,
    }
    other = {"tests/whole/pyproject.toml": build, "tests/whole/generated/x.py": "import tests.whole\n" + CODE}
    root = project({**files, **code, **other})
    listed = r"holds 3 packages; name one of them: extra, packages/a/core, packages/b/core\."
    for target in (".", "packages"):
        with pytest.raises(ToolchainError, match=listed):
            discover(root, target)


FLAT_NAMESPACE = {
    "libs/store/pyproject.toml": "[project]\nname = 'corp-store'\n",
    "libs/store/corp/disk/__init__.py": "",
    "libs/store/corp/disk/a.py": CODE,
    "libs/store/corp/cache/__init__.py": "from corp.disk.a import double\n" + CODE,
    "libs/store/scripts/tool.py": CODE,
    "libs/store/tests/test_a.py": "from corp.disk.a import double\n\ndef test_it():\n    assert double(1) == 2\n",
    "libs/other/pyproject.toml": "[project]\nname = 'corp-other'\n",
    "libs/other/corp/other/__init__.py": CODE,
}


@pytest.mark.parametrize("target", ["libs/store", "libs/store/corp"])
def test_a_namespace_of_several_packages_right_in_a_project_is_found(project: Project, discover: Discover, target: str):
    package = discover(project(FLAT_NAMESPACE), target)
    assert (package.name, package.import_roots) == ("corp", ("libs/store",))
    assert sorted(child.name for child in package.context.child_components) == ["corp.cache", "corp.disk.a"]


@pytest.mark.parametrize("target", ["components/corp/disk", "corp.disk"])
def test_a_namespace_in_several_folders_of_a_project_is_imported_by_its_own_name(project: Project, discover, target):
    """As in a workspace whose parts lie in folders that a build puts on the path: the code tells from where."""
    code = {
        "components/corp/disk/__init__.py": "",
        "components/corp/disk/a.py": CODE,
        "components/corp/log/__init__.py": CODE,
        "bases/corp/api/__init__.py": "from corp.disk import a\n" + CODE,
        "test/components/corp/disk/__init__.py": "",
        "test/components/corp/disk/test_a.py": "from corp.disk import a\n\ndef test_it(): assert a.double(1) == 2\n",
    }
    package = discover(project({"pyproject.toml": "[project]\nname = 'corp-all'\n", **code}), target)
    assert (package.name, package.import_roots) == ("corp.disk", ("components",))


def test_a_link_out_of_the_repository_is_outside(project: Project, discover: Discover):
    root = project(PKG)
    away = project({"away/__init__.py": CODE}, name="elsewhere")
    (root / "linked").symlink_to(away / "away")
    with pytest.raises(ToolchainError, match="outside the repository"):
        discover(root, "./linked")


def test_a_link_that_leads_to_itself_is_passed_by(project: Project, discover: Discover):
    root = project(PKG)
    for place in ("pkg/round.py", "round.toml"):
        (root / place).symlink_to(root / place)
    discover(root, "pkg")


def test_plugins_that_the_settings_need_and_a_person_names_are_said(project: Project, discover: Discover):
    settings = "[pytest]\ntimeout = 5\nasyncio_mode = auto\naddopts = -p own_plugin --cov\n"
    root = project(PKG | {"pytest.ini": settings, "tests/test_a.py": A_TEST})
    package = discover(root, "pkg", pytest_plugins=("extra",))
    assert package.pytest_plugins == ("extra",)
    assert "the project's settings use pytest-asyncio, which is not installed there" in package.notes


@pytest.mark.slow
def test_two_thousand_modules_are_discovered_at_once(project: Project, discover: Discover):
    body = "import os\nfrom pkg.m0.x0 import double\n\n" + "".join(
        f"def f{n}(x):\n    return x + {n}\n\n\n" for n in range(15)
    )
    files = {f"pkg/m{n // 50}/x{n}.py": body for n in range(2000)}
    root = project(
        files | {"pkg/__init__.py": "", "pkg/m0/__init__.py": ""} | {f"tests/test_x{n}.py": A_TEST for n in range(500)}
    )
    package = discover(root, "pkg")
    assert len(package.context.child_components) == 2000


@pytest.mark.parametrize(
    ("existing", "path"),
    [
        ({"tests/utils/__init__.py": "", "tests/utils/test_deep.py": A_TEST, "tests/test_utils/x.txt": ""}, "tests"),
        ({"test_utils.py": A_TEST}, "tests"),
        ({"tests/test_x.py": A_TEST, "tests/test_y.py": A_TEST, "other/tests/test_utils.py": A_TEST}, "tests"),
    ],
)
def test_a_new_test_never_clashes_with_a_name_anywhere_in_the_repository(project, discover, existing, path):
    root = project({"pkg/__init__.py": "", "pkg/utils.py": CODE, **existing})
    found = test_paths(discover(root, "pkg"))["pkg.utils"]
    assert found.startswith(path)
    assert not found.endswith("/test_utils.py")


def test_one_test_that_shares_a_word_does_not_move_the_others(project: Project, discover: Discover):
    tests = {f"tests/area{n}/test_x{n}.py": A_TEST for n in range(8)} | {"tests/area0/test_a.py": A_TEST}
    root = project({"ns/trace/__init__.py": CODE, "ns/trace/a.py": CODE, "tests/trace/test_y.py": A_TEST, **tests})
    assert test_paths(discover(root, "ns.trace"))["ns.trace.a"].startswith("tests/trace/")


def test_modules_that_no_import_can_name_are_left_out(project: Project, discover: Discover):
    odd = {"pkg/lambda.py": CODE, "pkg/my-tool.py": CODE, "pkg/2to3.py": CODE, "pkg/l\udcff.py": CODE}
    left_out = discover(project({"pkg/__init__.py": "", "pkg/a.py": CODE, **odd}), "pkg").left_out
    assert {path: reason for path, reason in left_out.items() if path != "pkg/__init__.py"} == {
        "pkg/lambda.py": "no import statement can name it: lambda is a keyword",
        "pkg/my-tool.py": "no import statement can name it: my-tool is no identifier",
        "pkg/2to3.py": "no import statement can name it: 2to3 is no identifier",
        r"pkg/l\xff.py": r"no import statement can name it: l\xff is no identifier",
    }


def test_a_module_called_tests_that_checks_nothing_is_production_code(project: Project, discover: Discover):
    template_tests = "def test_odd(value):\n    return value % 2 == 1\n"
    root = project({"pkg/__init__.py": "", "pkg/tests.py": template_tests})
    assert list(test_paths(discover(root, "pkg"))) == ["pkg.tests"]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "the project has no test files yet"),
        (
            {"pkg/tests.py": "import unittest\n\nclass TestA(unittest.TestCase):\n    def test_it(self): assert 1\n"},
            "pytest finds no tests of the project: it has no name for pkg/tests.py",
        ),
        *(
            (
                {
                    path: "import pytest\n\ndef test_it():\n    assert 1\n",
                    "setup.py": "from setuptools import setup\nsetup()\n",
                },
                f"pytest finds no tests of the project: it has no name for {path}",
            )
            for path in ("test.py", "tests/words.py")
        ),
    ],
)
def test_tests_that_only_another_runner_finds_are_not_said_to_be_missing(project: Project, discover, files, told):
    package = discover(project({"pkg/__init__.py": "", "pkg/a.py": CODE, **files}), "pkg")
    assert package.notes[-1] == f"tests: flat in tests, named test_*.py ({told})"


@pytest.mark.parametrize(
    "body", ["self.assertEqual(1, 1)", "with self.assertRaises(KeyError):\n            raise KeyError"]
)
def test_the_tests_that_a_web_framework_lays_beside_an_apps_code_are_known(project: Project, discover: Discover, body):
    tests = f"from django.test import TestCase\n\nclass ItemTest(TestCase):\n    def test_it(self):\n        {body}\n"
    package = discover(project(PKG | {"pkg/tests.py": tests}), "pkg")
    assert package.left_out["pkg/tests.py"] == "a test: it holds tests itself"
    assert "pkg.tests" not in test_paths(package)


def test_another_value_of_a_variable_that_tests_are_given_is_another_environment(
    project: Project, discover: Discover, monkeypatch: pytest.MonkeyPatch
):
    root = project(PKG)
    seen = set()
    for value in ("first-value", "second-value"):
        monkeypatch.setenv("SHOP_TOKEN", value)
        package = discover(root, "pkg", pass_env=("SHOP_TOKEN",))
        assert value not in package.environment
        assert not any("SHOP_TOKEN" in note for note in package.notes)
        seen.add(package.environment)
    assert len(seen) == 2
    monkeypatch.delenv("SHOP_TOKEN")
    notes = discover(root, "pkg", pass_env=("SHOP_TOKEN",)).notes
    assert "`pass_env` names SHOP_TOKEN, not set in this shell" in notes


A_UNITTEST = (
    "import unittest\nclass WordsTest(unittest.TestCase):\n    def test_count(self):\n        self.assertTrue(1)\n"
)
A_BASE_FOR_TESTS = "import unittest\nclass ShopCase(unittest.TestCase):\n    def open_shop(self):\n        return 1\n"


def test_a_folder_of_tests_is_known_by_what_they_are_written_as(project: Project, discover: Discover):
    inner = {"pkg/tests/__init__.py": "", "pkg/tests/words.py": A_UNITTEST, "pkg/tests/helpers.py": CODE}
    package = discover(project(PKG | inner), "pkg")
    assert package.left_out["pkg/tests/"] == "tests"
    assert not any(".tests." in child.name for child in package.context.child_components)
    assert any("pytest finds no tests of the project: it has no name for pkg/tests/" in note for note in package.notes)


def test_a_test_folder_that_a_package_offers_is_code(project: Project, discover: Discover):
    package = discover(project(PKG | {"pkg/test/__init__.py": "", "pkg/test/cases.py": A_BASE_FOR_TESTS}), "pkg")
    assert "pkg.test.cases" in [child.name for child in package.context.child_components]


def test_a_module_called_as_the_project_comes_before_a_package_beside_it(project: Project, discover: Discover):
    files = {"pyproject.toml": "[project]\nname = 'words'\n", "words.py": CODE, "testing/__init__.py": ""}
    package = discover(project(files | {"testing/support.py": CODE}))
    assert package.name == "words"
    assert "words was chosen as the project's package; it also has testing" in package.notes


def test_a_name_that_is_taken_elsewhere_is_told_apart_in_words_before_numbers(project: Project, discover: Discover):
    package = discover(project({"words.py": CODE, "test_words.py": A_TEST}), "words.py")
    assert [child.test_path for child in package.context.child_components] == ["tests/test_words_behaviour.py"]


def test_tests_that_lie_elsewhere_are_not_said_to_be_followed(project: Project, discover: Discover):
    package = discover(project(PKG | {"test_pkg.py": A_TEST, "test_a.py": A_TEST}), "pkg")
    assert package.notes[-1].endswith("(the 2 existing test files lie elsewhere, as test_a.py does)")
    assert "tests/test_pkg_a.py" in {child.test_path for child in package.context.child_components}


@pytest.mark.parametrize(
    ("existing", "folder", "told"),
    [
        (["tests/unit/test_words.py"], "tests/unit", "as the one existing test file does"),
        (["tests/unit/test_words.py", "tests/integration/test_all.py"], "tests/unit", "as 1 of the 2 existing"),
        (["tests/integration/test_all.py"], "tests", "the one existing test file lies elsewhere"),
        (["tests/test_words.py", "tests/core/test_texts.py"], "tests", "as 1 of the 2 existing"),
    ],
)
def test_new_tests_join_the_unit_tests_of_a_project_that_parts_them_by_kind(
    project: Project, discover: Discover, existing: list[str], folder: str, told: str
):
    package = discover(project({"pkg/__init__.py": "", "pkg/a.py": CODE, **dict.fromkeys(existing, A_TEST)}), "pkg")
    assert [child.test_path for child in package.context.child_components] == [f"{folder}/test_a.py"]
    assert told in package.notes[-1]


def test_tests_of_a_neighbour_of_the_same_name_are_not_a_modules_own(project: Project, discover: Discover):
    """As where each part of a project has its `core`, and tests that are called after it."""
    parts = {f"{part}/{file}": CODE for part in ("pkg/a", "pkg/b", "other") for file in ("__init__.py", "core.py")}
    about = {"a": "from pkg.a import core", "b": "from pkg.b import core", "c": "import other.core as core", "d": ""}
    tests = {f"tests/{part}/test_core.py": f"{line}\n\ndef test_it():\n    assert 1\n" for part, line in about.items()}
    package = discover(project({"pkg/__init__.py": "", **parts, **tests}), "pkg")
    assert package.own_tests["pkg.a.core"] == ("tests/a/test_core.py", "tests/d/test_core.py")


@pytest.mark.parametrize("taken", ["from .inner.core import join_words", "from pkg.inner import *"])
def test_tests_of_what_a_package_passes_on_are_those_of_its_origin(project: Project, discover: Discover, taken: str):
    files = {
        "pkg/__init__.py": taken,
        "pkg/inner/__init__.py": "from .core import join_words\ndef other():\n    return 1\n",
        "pkg/inner/core.py": "def join_words(*words):\n    return ' '.join(words)\n",
        "tests/test_all.py": "from pkg import join_words\ndef test_it():\n    assert join_words() == ''\n",
    }
    assert discover(project(files), "pkg").own_tests["pkg.inner.core"] == ("tests/test_all.py",)


def test_a_name_means_the_package_where_a_folder_of_that_name_holds_no_code(
    project: Project, discover: Discover, monkeypatch: pytest.MonkeyPatch
):
    files = {"shop/pyproject.toml": "[project]\nname = 'shop'\n", "core/pyproject.toml": "[project]\nname = 'core'\n"}
    root = project(files | {"core/src/shop/__init__.py": CODE, "web/src/shop/__init__.py": CODE})
    monkeypatch.chdir(root / "core")
    package = discover(root, "shop")
    assert (package.name, package.path) == ("shop", "core/src/shop")


@pytest.mark.parametrize("option", ["--ignore=tests/slow", "--ignore tests/slow", "--ignore-glob=tests/*/test_b.py"])
def test_files_that_the_project_tells_pytest_to_pass_by_are_no_tests_of_it(
    project: Project, discover: Discover, option: str
):
    files = {"pytest.ini": f"[pytest]\naddopts = {option}\n", "tests/test_a.py": A_TEST, "tests/slow/test_b.py": A_TEST}
    assert discover(project(PKG | files), "pkg").existing_tests == ("tests/test_a.py",)
