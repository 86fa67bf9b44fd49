"""Which modules of a package get tests, and why the others do not."""

from __future__ import annotations

import fnmatch
import json
import keyword
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ctxtui.core.domain.control_marks import on_one_line
from ctxtui.core.domain.syntax import ONE_AT_A_TIME
from ctxtui.core.domain.test_naming import TestNaming
from ctxtui.core.toolchains import module_survey
from ctxtui.core.toolchains.interpreter import Interpreter
from ctxtui.core.toolchains.module_survey import ModuleSurvey, survey
from ctxtui.core.toolchains.package_location import BUILD_SCRIPTS, Location
from ctxtui.core.toolchains.source_tree import INIT, VENDOR_FOLDERS, SourceTree, is_test_file, join

SURVEY_LIMIT = 60.0
TEST_TOOLS = frozenset({"pytest", "unittest", "nose", "testtools", "hypothesis"})
NAME_REASONS = (
    ("conftest.py", "pytest's own configuration"),
    ("setup.py", "a build script"),
    ("_version.py", "generated: a version file"),
    ("versioneer.py", "generated: a version file"),
    ("*_pb2.py", "generated from a protocol buffer"),
    ("*_pb2_grpc.py", "generated from a protocol buffer"),
    ("*.pyi", "a stub: types only"),
    ("*.pyx", "compiled: not a Python module"),
)
TEST_FOLDER = "tests"
HOLDS_TESTS = "a test: it holds tests itself"
NOTHING_TO_TEST = "nothing to call: only imports, constants or declarations"
A_SCRIPT = "nothing to call: it does its work when it is started, and defines no function"


@dataclass(frozen=True, slots=True)
class Module:
    """`name` is dotted; `is_init` for a package's own `__init__.py`."""

    name: str
    path: str
    survey: ModuleSurvey

    @property
    def is_init(self) -> bool:
        return PurePosixPath(self.path).name == INIT


@dataclass(frozen=True, slots=True)
class Selection:
    """`modules` get tests; `all_modules` are every module that parses, for the sake of their imports."""

    modules: tuple[Module, ...]
    all_modules: tuple[Module, ...]
    left_out: Mapping[str, str]


def select_modules(tree: SourceTree, location: Location, interpreter: Interpreter, exclude: Iterable[str]) -> Selection:
    paths = [location.path] if location.is_module else sorted(tree.below(location.path))
    left_out: dict[str, str] = {}
    read: list[str] = []
    if location.is_module_folder:
        paths, left_out = _of_module_folder(tree, location)
    for path in paths:
        place, reason = _reason_by_place(tree, location, path)
        if reason:
            left_out[place] = reason
        elif path.endswith(".py"):
            read.append(path)
    surveys = _surveys(tree.root, read, interpreter)
    modules = [Module(dotted_name(path, location), path, surveys[path]) for path in read]
    chosen: list[Module] = []
    patterns = tuple(exclude)
    # A pattern that takes every file says nothing about one.
    named = TestNaming(files=tuple(one for one in location.settings.pytest.python_files if one != "*.py"))
    for module in modules:
        reason = _hidden(module, location) or _reason_by_content(module, patterns, named)
        if reason:
            left_out[module.path] = reason
        else:
            chosen.append(module)
    parsed = tuple(module for module in modules if not module.survey.error)
    named_out = {on_one_line(path): reason for path, reason in sorted(left_out.items())}
    return Selection(tuple(chosen), parsed, named_out)


def dotted_name(path: str, location: Location) -> str:
    inside = PurePosixPath(path).relative_to(location.import_root)
    parts = inside.parts[:-1] if inside.name == INIT else inside.with_suffix("").parts
    return ".".join(parts)


def _of_module_folder(tree: SourceTree, location: Location) -> tuple[list[str], dict[str, str]]:
    """The files right in the folder, and those of packages in it; why other folders with code are not looked at."""
    paths = [join(location.path, name) for name in tree.files(location.path)]
    left_out: dict[str, str] = {}
    for folder in tree.children(location.path):
        if tree.is_regular_package(folder) or tree.is_within_tests(folder):
            paths += tree.below(folder)
        elif tree.has_python(folder):
            left_out[f"{folder}/"] = "a folder of its own: name it to have it tested"
    return sorted(paths), left_out


def _hidden(module: Module, location: Location) -> str:
    """Why tests would get another module of that name: whatever stands alone may be called as one of Python's own."""
    stands_alone = location.is_module_folder or (location.is_module and "." not in module.name)
    top = module.name.partition(".")[0]
    if stands_alone and PurePosixPath(module.path).name in BUILD_SCRIPTS:
        return "a build script"
    is_hidden = stands_alone and top in sys.stdlib_module_names
    return f"Python's own {top} is imported by that name: give it another" if is_hidden else ""


def _reason_by_place(tree: SourceTree, location: Location, path: str) -> tuple[str, str]:
    """What to leave out, the file or a whole folder around it, and why; the reason is empty for a file to read."""
    file = PurePosixPath(path)
    folders = [] if location.is_module else [f for f in file.parents if f.is_relative_to(location.path)][:-1]
    for folder in reversed(folders):
        if folder.name in VENDOR_FOLDERS:
            return f"{folder}/", "vendored: somebody else's code"
        if str(folder) in tree.test_folders:
            return f"{folder}/", TEST_FOLDER
        if folder.name == "migrations":
            return f"{folder}/", "database migrations"
    return path, next((reason for pattern, reason in NAME_REASONS if fnmatch.fnmatchcase(file.name, pattern)), "")


def _reason_by_content(module: Module, exclude: tuple[str, ...], named: TestNaming) -> str:
    found = module.survey
    odd = next((part for part in module.name.split(".") if not part.isidentifier() or keyword.iskeyword(part)), "")
    if odd:
        what = "a keyword" if keyword.iskeyword(odd) else "no identifier"
        return f"no import statement can name it: {on_one_line(odd)} is {what}"
    for pattern in exclude:
        if fnmatch.fnmatchcase(module.name, pattern) or fnmatch.fnmatchcase(module.path, pattern):
            return f"excluded by {pattern}"
    if found.error:
        return found.error
    is_named_so = is_test_file(PurePosixPath(module.path).name) and found.has_tests and _is_a_test(module)
    if is_named_so or (named.files and named.takes_file(module.path)):
        return HOLDS_TESTS
    if found.is_generated:
        return "generated: its first lines say so"
    return "" if found.has_behaviour else _nothing_to_call(found)


def _nothing_to_call(found: ModuleSurvey) -> str:
    return A_SCRIPT if found.does_its_work and not found.defined else NOTHING_TO_TEST


def _is_a_test(module: Module) -> bool:
    """A `tests.py` may be production code that offers tests, as a template language does: then it checks nothing."""
    name = PurePosixPath(module.path).name
    if name not in {"tests.py", "test.py"}:
        return True
    tools = {source.partition(".")[0] for level, source, _ in module.survey.imports if not level}
    return module.survey.has_assertions or not tools.isdisjoint(TEST_TOOLS)


def _surveys(root: Path, paths: list[str], interpreter: Interpreter) -> dict[str, ModuleSurvey]:
    """Read with this Python; what it cannot parse, a newer interpreter of the project may."""
    ours = (sys.version_info.major, sys.version_info.minor)
    version = min(ours, interpreter.grammar)
    found = {path: _surveyed((root / path).read_bytes(), version) for path in paths}
    doubtful = [path for path, result in found.items() if result.error]
    if doubtful and interpreter.grammar != ours:
        found |= _surveys_elsewhere(root, doubtful, interpreter)
    return found


def _surveyed(source: bytes, version: tuple[int, int]) -> ModuleSurvey:
    with ONE_AT_A_TIME:
        return survey(source, version)


def _surveys_elsewhere(root: Path, paths: list[str], interpreter: Interpreter) -> dict[str, ModuleSurvey]:
    done = subprocess.run(
        [str(interpreter.path), "-I", "-B", module_survey.__file__],
        cwd=root,
        input=json.dumps(paths).encode(),
        capture_output=True,
        check=False,
        timeout=SURVEY_LIMIT,
    )
    if done.returncode != 0:
        return {}
    return {path: ModuleSurvey(*facts) for path, facts in json.loads(done.stdout).items()}
