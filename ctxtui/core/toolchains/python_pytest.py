"""Python with pytest: discovers a package's modules, checks its interpreter, and runs tests in a worktree."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from ctxtui.core.domain.component import Component, in_order
from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.domain.test_naming import PYTEST_NAMING, TestNaming
from ctxtui.core.ports.toolchains import (
    DiscoveryOptions,
    Package,
    PackageChoice,
    Rehearsal,
    TestReport,
    TestRun,
)
from ctxtui.core.processes.strays import end_strays
from ctxtui.core.toolchains.clean_environment import passed_on
from ctxtui.core.toolchains.existing_tests import ExistingTest, find_existing_tests
from ctxtui.core.toolchains.interpreter import Interpreter
from ctxtui.core.toolchains.interpreter_choice import choose_interpreter
from ctxtui.core.toolchains.layout_note import layout_note, unnamed_tests
from ctxtui.core.toolchains.module_priority import priorities
from ctxtui.core.toolchains.module_selection import Module, Selection, select_modules
from ctxtui.core.toolchains.names_in_settings import without_effect
from ctxtui.core.toolchains.own_tests import own_tests
from ctxtui.core.toolchains.package_choices import package_choices
from ctxtui.core.toolchains.package_location import Location, locate_package
from ctxtui.core.toolchains.pytest_plugins import missing_plugins
from ctxtui.core.toolchains.pytest_run import run_tests
from ctxtui.core.toolchains.rehearsal import rehearse
from ctxtui.core.toolchains.run_folder import SETTINGS_VARIABLE
from ctxtui.core.toolchains.similar_tests import SimilarTests
from ctxtui.core.toolchains.source_tree import SourceTree, join, read_tree
from ctxtui.core.toolchains.test_file_names import Naming
from ctxtui.core.toolchains.test_layout import Layout, find_layout

NAMESPACE = uuid.UUID("6f0b3d2e-54b7-5d0c-9a3f-1f6f6a0a7c11")
SPEC_SUFFIXES = (".md", ".spec.md", ".rst", ".feature")
SPEC_FOLDERS = ("specs", "docs/specs")


class PythonToolchain:
    """`environ` tells the active virtual environment; it defaults to this process's own."""

    name = "python"

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ

    def packages(self, root: Path) -> tuple[PackageChoice, ...]:
        return package_choices(root)

    def discover(self, root: Path, target: str, options: DiscoveryOptions) -> Package:
        """Finds a package by folder, file or dotted name. Raises ToolchainError in one sentence."""
        tree = read_tree(root.resolve())
        location = locate_package(tree, target)
        choice = choose_interpreter(tree.root, location, options.interpreter, self._environ)
        selection = select_modules(tree, location, choice.interpreter, options.exclude)
        if not selection.modules:
            raise ToolchainError(_nothing_to_do(location, selection))
        tests_dir = _tests_dir(tree.root, options)
        tests = find_existing_tests(tree, location, tests_dir)
        layout = find_layout(tree, location, tests, tests_dir)
        missing = tuple(
            f"the project's settings use {name}, which is not installed there"
            for name in missing_plugins(location.settings.pytest, choice.interpreter.plugins)
        )
        similar = _similar(selection, tests, location)
        nearest = [path for paths in similar.values() for path in paths]
        return Package(
            name=location.name,
            path=location.path,
            context=_context(tree, location, selection, options, Naming(tree, layout, tests), layout),
            import_roots=(location.import_root,),
            test_root=layout.root,
            interpreter=choice.interpreter.path,
            left_out=selection.left_out,
            pytest_plugins=options.pytest_plugins,
            pass_env=options.pass_env,
            similar_tests=similar,
            notes=(
                *(
                    *location.notes,
                    *choice.notes,
                    *missing,
                    *_unset(options),
                    *without_effect(selection, location, options),
                ),
                layout_note(layout, tests, unnamed_tests(tree, location, selection)),
            ),
            project_name=location.settings.name,
            test_pattern=layout.pattern,
            existing_tests=tuple(dict.fromkeys([*nearest, *(test.path for test in tests)])),
            own_tests=own_tests(tree, location, selection, tests),
            is_module_folder=location.is_module_folder,
            sizes={module.name: module.survey.lines for module in selection.modules},
            naming=_naming(location),
            checkout=root,
            is_borrowed=choice.is_borrowed,
            without_pytest=choice.without_pytest,
            environment=_identity(choice.interpreter, options),
        )

    def rehearse(self, tree: Path, package: Package) -> Rehearsal:
        return rehearse(tree, package)

    def run(self, test_run: TestRun) -> TestReport:
        """Raises ToolchainError when the interpreter cannot run tests at all."""
        return run_tests(test_run)

    def end_strays(self, worktree: Path) -> int:
        return end_strays(worktree, SETTINGS_VARIABLE)


def _identity(interpreter: Interpreter, options: DiscoveryOptions) -> str:
    """Another one with other values of the variables that tests are given, which it does not show."""
    passed = passed_on(options.pass_env)
    told = hashlib.sha256(json.dumps(passed, sort_keys=True).encode()).hexdigest() if passed else ""
    return f"{interpreter.identity} {told}".rstrip() if interpreter.identity else ""


def _unset(options: DiscoveryOptions) -> Iterator[str]:
    unset = [name for name in options.pass_env if name not in os.environ]
    if unset:
        yield f"`pass_env` names {', '.join(unset)}, not set in this shell"


def _naming(location: Location) -> TestNaming:
    pytest, default = location.settings.pytest, PYTEST_NAMING
    return TestNaming(
        pytest.python_files or default.files, pytest.functions or default.functions, pytest.classes or default.classes
    )


def _tests_dir(root: Path, options: DiscoveryOptions) -> str:
    place = PurePosixPath(options.tests_dir.strip()) if options.tests_dir.strip() else None
    if place is None:
        return ""
    if place.is_absolute() or ".." in place.parts:
        raise ToolchainError(f"tests_dir is {place}, which lies outside the repository; name a folder inside it.")
    if (root / place).exists() and not (root / place).is_dir():
        raise ToolchainError(f"tests_dir is {place}, which is a file; name a folder.")
    return str(place)


def _nothing_to_do(location: Location, selection: Selection) -> str:
    if not selection.left_out:
        return f"{location.path} has no Python modules; name the folder of a Python package."
    path, reason = next(iter(selection.left_out.items()))
    count = len(selection.left_out)
    return f"{location.name} has no module to test: all {count} were left out, such as {path} ({reason})."


def _context(
    tree: SourceTree,
    location: Location,
    selection: Selection,
    options: DiscoveryOptions,
    naming: Naming,
    layout: Layout,
) -> Component:
    context_id = _id("context", location, location.path if location.is_module_folder else location.name)
    ranks = priorities(selection, options.priorities)
    paths = {module.path: naming.path_for(module) for module in _public_first(selection)}
    children = tuple(
        Component(
            id=_id("module", location, module.name),
            name=module.name,
            source_path=module.path,
            test_path=paths[module.path],
            priority=ranks[module.path],
            parent_id=context_id,
            spec_paths=tuple(_specs(tree, location, module, options)),
        )
        for module in selection.modules
    )
    return Component(
        id=context_id,
        name=location.name,
        source_path=location.path,
        test_path=layout.root,
        child_components=in_order(children),
    )


def _id(kind: str, location: Location, name: str) -> str:
    """The same for every clone of a project: nothing in it depends on where or when."""
    return uuid.uuid5(NAMESPACE, f"{kind}:{location.path}:{name}").hex


def _public_first(selection: Selection) -> list[Module]:
    """Who gets the short name when two modules want it: the one higher up, then the public one, then by name."""
    return sorted(
        selection.modules,
        key=lambda module: (module.name.count("."), module.name.rpartition(".")[2].startswith("_"), module.name),
    )


def _specs(tree: SourceTree, location: Location, module: Module, options: DiscoveryOptions) -> Iterator[str]:
    """What a person named for the module, then a text of its name beside it or in the project's `specs` folder."""
    patterns = [pattern for pattern in options.specs if fnmatch.fnmatchcase(module.name, pattern)]
    named = [path for pattern in patterns for path in options.specs[pattern]]
    last = module.name.rpartition(".")[2]
    beside = [module.path.removesuffix(".py") + suffix for suffix in SPEC_SUFFIXES]
    folders = [folder for folder in SPEC_FOLDERS if (tree.root / location.project / folder).is_dir()]
    kept = [
        join(location.project, f"{folder}/{name}{suffix}")
        for folder in folders
        for name in (module.name, last)
        for suffix in SPEC_SUFFIXES
    ]
    yield from dict.fromkeys([*named, *(path for path in (*beside, *kept) if (tree.root / path).is_file())])


def _similar(selection: Selection, tests: tuple[ExistingTest, ...], location: Location) -> dict[str, tuple[str, ...]]:
    nearness = SimilarTests(tests, location.name)
    found = {module.name: nearness.of(module) for module in selection.modules}
    return {name: paths for name, paths in found.items() if paths}
