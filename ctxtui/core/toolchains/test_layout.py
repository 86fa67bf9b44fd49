"""Where new tests go: as the project does it already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath

from ctxtui.core.toolchains.existing_tests import ExistingTest, patterns_of, subject_of
from ctxtui.core.toolchains.module_selection import Module
from ctxtui.core.toolchains.package_location import Location, top_of
from ctxtui.core.toolchains.source_tree import INIT, SourceTree, join

UNIT_FOLDERS = ("unit", "units", "unit_tests", "unittests")


class Style(Enum):
    """How test files lie in relation to the code."""

    FLAT = "flat"
    MIRRORED = "mirrored"
    INNER_FOLDERS = "inner folders"
    """`package/sub/tests/test_x.py`: a folder of tests in each package."""
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Layout:
    """`root` is the folder new tests go under, `top` the package that they mirror; `*` in `pattern` is a module."""

    style: Style
    root: str
    pattern: str
    top: str
    inner: str = "tests"

    def folder_for(self, module: Module) -> str:
        folder = str(PurePosixPath(module.path).parent)
        match self.style:
            case Style.FLAT:
                return self.root
            case Style.MIRRORED:
                return _joined(self.root, sub_folders(module.path, self.top))
            case Style.INNER_FOLDERS:
                return join(folder, self.inner)
            case Style.BESIDE:
                return folder


def sub_folders(path: str, top: str) -> tuple[str, ...]:
    """The folders between the top package and a module; `__init__.py` counts as a module of the folder around it."""
    inside = PurePosixPath(path).relative_to(top).parts[:-1]
    return inside[:-1] if path.endswith("/" + INIT) else inside


def _joined(folder: str, parts: Iterable[str]) -> str:
    for part in parts:
        folder = join(folder, part)
    return folder


def find_layout(tree: SourceTree, location: Location, tests: tuple[ExistingTest, ...], tests_dir: str) -> Layout:
    pattern = _pattern(location, tests)
    top = top_of(tree, location)
    if not tests and not tests_dir and _is_found_from_beside(tree, location):
        return Layout(Style.BESIDE, location.folder, pattern, top)
    own = [test for test in tests if _is_below(test.path, top)]
    if own and len(own) * 2 >= len(tests) and not tests_dir:
        return _inside_layout(tree, location, own, pattern, top)
    root = tests_dir or _outside_root(tree, location, top, [test for test in tests if test not in own])
    outside = [test for test in tests if test not in own and _is_below(test.path, root)]
    style, prefix = _outside_style(tree, root, top, outside)
    return Layout(style, join(root, prefix) if prefix else root, pattern, top)


def _is_found_from_beside(tree: SourceTree, location: Location) -> bool:
    """Modules that stand alone and that nobody installs: pytest finds them from tests that lie in their folder."""
    stands_alone = location.is_module_folder or (location.is_module and location.folder == location.import_root)
    has_a_folder_for_tests = any(PurePosixPath(path).parent.name == "" for path in tree.test_folders)
    return stands_alone and not location.settings.is_installable and not has_a_folder_for_tests


def _is_below(path: str, folder: str) -> bool:
    return folder == "." or path.startswith(folder + "/")


def _pattern(location: Location, tests: tuple[ExistingTest, ...]) -> str:
    patterns = patterns_of(location)
    votes = Counter(
        pattern for test in tests for pattern in patterns if subject_of(PurePosixPath(test.path).name, (pattern,))
    )
    return votes.most_common(1)[0][0] if votes else patterns[0]


def _inside_layout(tree: SourceTree, location: Location, own: list[ExistingTest], pattern: str, top: str) -> Layout:
    in_folders = [test for test in own if tree.is_within_tests(test.folder)]
    if len(in_folders) * 2 < len(own):
        return Layout(Style.BESIDE, location.folder, pattern, top)
    homes = Counter(_test_folder(tree, test.folder) for test in in_folders)
    if len(homes) == 1:
        home = next(iter(homes))
        nested = any(test.folder != home for test in in_folders)
        return Layout(Style.MIRRORED if nested else Style.FLAT, home, pattern, top)
    names = Counter(PurePosixPath(home).name for home in homes.elements())
    return Layout(Style.INNER_FOLDERS, location.folder, pattern, top, names.most_common(1)[0][0])


def _test_folder(tree: SourceTree, folder: str) -> str:
    """The outermost folder of tests around a test."""
    place = PurePosixPath(folder)
    return str([path for path in (place, *place.parents) if str(path) in tree.test_folders][-1])


def _outside_root(tree: SourceTree, location: Location, top: str, tests: list[ExistingTest]) -> str:
    places = [
        path
        for path in location.settings.pytest.test_places(tree.root)
        if path != location.project and not _is_below(path + "/", top)
    ]
    if places:
        # One that holds the code, too, is looked at for its doctests.
        holding = Counter(place for test in tests for place in places if _is_below(test.path, place))
        return max(places, key=lambda place: (holding[place], not _is_below(top, place)))
    project = location.project
    named = Counter(_test_folder(tree, test.folder) for test in tests if tree.is_within_tests(test.folder))
    inside = (test.folder for test in tests if test.folder != project and _is_below(test.folder, project))
    homes = named or Counter(inside)
    if homes:
        return homes.most_common(1)[0][0]
    beside = [path for path in sorted(tree.test_folders) if str(PurePosixPath(path).parent) == project]
    return beside[-1] if beside else join(project, "tests")


def _outside_style(tree: SourceTree, root: str, top: str, tests: list[ExistingTest]) -> tuple[Style, str]:
    """The style, and the folder under `root` that the package's tests share, from the files that name a module.

    Where none in a folder of modules is named, a folder of tests that is called so says enough.
    """
    by_name: dict[str, set[tuple[str, ...]]] = {}
    for path in tree.below(top):
        if path.endswith(".py") and not tree.is_within_tests(str(PurePosixPath(path).parent)):
            by_name.setdefault(name_in_tests(path), set()).add(sub_folders(path, top))
    inner = {wanted for places in by_name.values() for wanted in places if wanted}
    votes: Counter[tuple[Style, str]] = Counter()
    by_folder: Counter[tuple[Style, str]] = Counter()
    is_flat = False
    for test in tests:
        parts = PurePosixPath(test.folder).relative_to(root).parts if test.folder != root else ()
        about = by_name.get(test.subject.strip("_"), set())
        votes.update({_vote(parts, wanted) for wanted in about})
        by_folder.update({_vote(parts, wanted) for wanted in inner - about})
        is_flat |= any(wanted and _vote(parts, wanted)[0] is Style.FLAT for wanted in about)
    mirrored = _mirroring(votes) or (Counter() if is_flat else _mirroring(by_folder))
    if mirrored:
        return mirrored.most_common(1)[0][0]
    named = _named_after(tree, root, top)
    if named:
        return Style.FLAT, named
    has_sub_packages = any(wanted for places in by_name.values() for wanted in places)
    prefix = _agreed(votes, len(tests)) or _unit_folder(root, tests)
    return (Style.MIRRORED if has_sub_packages and not tests else Style.FLAT), prefix


def _named_after(tree: SourceTree, root: str, top: str) -> str:
    """The folder of tests below `root` that is called as the package is, with the folders around it where they are."""
    parts = PurePosixPath(top).parts
    for count in range(len(parts), 0, -1):
        inside = "/".join(parts[-count:])
        if join(root, inside) in tree.folders:
            return inside
    return ""


def _agreed(votes: Counter[tuple[Style, str]], tests: int) -> str:
    """The folder that most tests of the package's modules lie in; a file or two that share a word are no majority."""
    if not votes:
        return ""
    (_, prefix), count = votes.most_common(1)[0]
    return prefix if 2 * count > votes.total() and 4 * count >= tests else ""


def _unit_folder(root: str, tests: list[ExistingTest]) -> str:
    """The folder below `root` for unit tests, where a project parts its tests by kind."""
    kinds = {PurePosixPath(test.folder).relative_to(root).parts[:1] for test in tests}
    return next((name for name in UNIT_FOLDERS if (name,) in kinds), "")


def name_in_tests(path: str) -> str:
    file = PurePosixPath(path)
    return (file.parent.name if file.name == INIT else file.stem).strip("_")


def _mirroring(votes: Counter[tuple[Style, str]]) -> Counter[tuple[Style, str]]:
    return Counter({vote: count for vote, count in votes.items() if vote[0] is Style.MIRRORED})


def _vote(parts: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[Style, str]:
    """What a test in `parts` says about its module in `wanted`; a module at the top cannot tell the two apart."""
    if wanted and parts[-len(wanted) :] == wanted:
        return Style.MIRRORED, "/".join(parts[: -len(wanted)])
    return Style.FLAT, "/".join(parts)
