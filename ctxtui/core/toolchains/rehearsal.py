"""A rehearsal in a worktree, before anything starts: whether tests run here as this project runs them.

An environment's fault is found once, named with what mends it, and never taken for the fault of an agent.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.ports.toolchains import Package, Rehearsal, RunEnd, TestOutcome, TestReport, TestRun, ToolchainCheck
from ctxtui.core.toolchains.coverage_source import can_borrow_coverage, has_own_coverage
from ctxtui.core.toolchains.interpreter import OLDEST, Interpreter, install_line, probe
from ctxtui.core.toolchains.pytest_command import PytestPlace, pytest_place
from ctxtui.core.toolchains.pytest_options import QUIET_PLUGINS, UNTOLD, choosing, told
from ctxtui.core.toolchains.pytest_run import missing_pytest, run_tests
from ctxtui.core.toolchains.remedies import NOT_BUILT, NOT_THERE, Mending
from ctxtui.core.toolchains.source_tree import join
from ctxtui.core.toolchains.test_host import HOSTS

NAME = "ctxtui_rehearsal"
REHEARSAL_SECONDS = 180.0
SAMPLE_SECONDS = 60.0
QUICK_SECONDS = 20.0
TRIED_FILES = 2
WHAT_HELPS = "Where all of them take minutes, raise `run_seconds`: new tests are run with them before they are kept."
MOST_OF_A_REASON = 160
MOST_NAMED = 3
EXTENSION_SOURCES = (".pyi", ".pyx", ".c", ".cpp", ".cc", ".rs")
"""What lies beside a module that a build makes: its source, or the stub that says what it offers."""
USES_DJANGO = re.compile(rb"^\s*(?:from|import)\s+django\b", re.MULTILINE)
BROKEN = frozenset({TestOutcome.FAILED, TestOutcome.ERROR})


def rehearse(tree: Path, package: Package) -> Rehearsal:
    """Tries the very runs that the ladder will make: an empty test, the planned imports, and tests that exist."""
    try:
        interpreter = probe(package.interpreter)
    except ToolchainError as error:
        return Rehearsal((ToolchainCheck("interpreter", is_good=False, finding=str(error)),))
    checks = [_interpreter(interpreter), _pytest(interpreter)]
    if not all(check.is_good for check in checks):
        return Rehearsal(tuple(checks))
    coverage = _coverage(interpreter)
    unmeasured = [f"{coverage.finding}, and *covers* and *kills* find nothing. {coverage.remedy}"]
    stage = _Stage(tree.resolve(), package, interpreter, unmeasured if coverage.remedy else [])
    return stage.rehearsal((*checks, coverage))


def _interpreter(interpreter: Interpreter) -> ToolchainCheck:
    version = ".".join(map(str, interpreter.version))
    is_good = interpreter.grammar >= OLDEST
    oldest = ".".join(map(str, OLDEST))
    remedy = "" if is_good else f"Use an environment with Python {oldest} or newer."
    return ToolchainCheck("interpreter", is_good, f"Python {version} at {interpreter.path}", remedy)


def _pytest(interpreter: Interpreter) -> ToolchainCheck:
    if interpreter.has_pytest:
        return ToolchainCheck("pytest", is_good=True, finding=f"pytest {interpreter.pytest}")
    remedy = f"Run `{install_line(interpreter.path, '--upgrade pytest')}`."
    return ToolchainCheck("pytest", is_good=False, finding=missing_pytest(interpreter).partition(";")[0], remedy=remedy)


def _coverage(interpreter: Interpreter) -> ToolchainCheck:
    if has_own_coverage(interpreter):
        return ToolchainCheck("coverage", is_good=True, finding=f"coverage.py {interpreter.coverage}")
    there = f"coverage.py {interpreter.coverage} there is too old" if interpreter.coverage else "no coverage.py there"
    if can_borrow_coverage(interpreter):
        return ToolchainCheck("coverage", is_good=True, finding=f"{there}; the one that comes with ctxtui measures")
    remedy = f"Run `{install_line(interpreter.path, 'coverage')}`."
    return ToolchainCheck("coverage", is_good=True, finding=f"{there}, so coverage is not measured", remedy=remedy)


@dataclass(slots=True)
class _Stage:
    tree: Path
    package: Package
    interpreter: Interpreter
    notes: list[str] = field(default_factory=list)
    runs_anywhere: bool = False

    def rehearsal(self, checks: tuple[ToolchainCheck, ...]) -> Rehearsal:
        place = pytest_place(self.tree, (self._test_path(),))
        self.notes += list(_switched_off(place, self.interpreter))
        if unseen := self._never_seen(place):
            return Rehearsal((*checks, unseen), notes=tuple(self.notes))
        empty = self._empty_test(place)
        if why_not := HOSTS.why_not(self.interpreter):
            self.notes.append(f"each test run is a process of its own, which takes longer: {why_not}")
        check = self._judged(empty, place)
        if not check.is_good:
            return Rehearsal((*checks, check), notes=tuple(self.notes))
        left_out = self._unimportable(empty)
        own = next((path for path, reason in left_out.items() if reason.startswith(UNCOMMITTED)), "")
        if own or (left_out and len(left_out) == len(self.package.context.child_components)):
            problem = self._not_importing(left_out, own, place)
            return Rehearsal((*checks, problem), notes=tuple(self.notes))
        self.notes += _of_left_out(left_out)
        foreign = (reason for _, reason in empty.unimportable if not self._own_file(_missing_module(reason)))
        if remedy := self._mending(place).remedy(*foreign):
            self.notes.append(f"to import what is left out for it: {remedy}")
        self.notes += self._not_found_plainly(empty, place)
        self.notes += self._without_django_settings(empty, place)
        tests = self._existing_tests(place)
        return Rehearsal(
            checks=(*checks, check),
            notes=tuple(self.notes),
            left_out=left_out,
            tolerated=tuple(dict.fromkeys(touch.path for touch in empty.touched)),
            tests=tests,
            runs_anywhere=self.runs_anywhere,
        )

    def _not_found_plainly(self, empty: TestReport, place: PytestPlace) -> Iterator[str]:
        mending, package = self._mending(place), self.package.name
        found_by: dict[tuple[str, str], list[str]] = {}
        for name in empty.not_found_plainly:
            root = self.tree / self.package.import_roots[0]
            is_of_package = f"{name}.".startswith(f"{package}.")
            by = mending.install_or_find(root) if is_of_package else mending.put_on_the_path(place.folder)
            # That looks in the current folder, too.
            is_deeper = is_of_package and root.resolve() != place.folder
            otherwise = "nor does `python -m pytest`" if is_deeper else "as `python -m pytest` may"
            found_by.setdefault((otherwise, by), []).append(name)
        for (otherwise, by), names in found_by.items():
            more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            listed = ", ".join(names[:MOST_NAMED]) + more
            yield f"plain `pytest` does not find {listed}, {otherwise}. {by}"

    def _without_django_settings(self, empty: TestReport, place: PytestPlace) -> Iterator[str]:
        """Much of Django can be imported without them, and hardly any of it be called."""
        if empty.lacks_django_settings and "django" in map(str.lower, self.interpreter.installed):
            sources = (child.source_path for child in self.package.context.child_components)
            user = next((path for path in sources if USES_DJANGO.search((self.tree / path).read_bytes())), "")
            if user:
                named_by = self._mending(place).name_django_settings()
                yield f"{user} uses Django, and tests run without its settings. {named_by}"

    def _run(self, **options: object) -> TestReport:
        template = TestRun(
            worktree=self.tree,
            files=(),
            package_name=self.package.prefix,
            import_roots=self.package.import_roots,
            interpreter=self.package.interpreter,
            timeout=REHEARSAL_SECONDS,
            test_timeout=REHEARSAL_SECONDS / 3,
            pytest_plugins=self.package.pytest_plugins,
            pass_env=self.package.pass_env,
        )
        return run_tests(replace(template, **options))  # type: ignore[arg-type] # fields by name

    # --- an empty test, and the imports ------------------------------------------------------------------------

    def _test_path(self) -> str:
        """Beside the tests that are planned, under a name as theirs."""
        planned = PurePosixPath(self.package.context.child_components[0].test_path)
        return join(str(planned.parent), self.package.test_pattern.replace("*", NAME))

    def _empty_test(self, place: PytestPlace) -> TestReport:
        path = self._test_path()
        file = self.tree / path
        missing = [folder for folder in reversed(file.parents) if not folder.exists()]
        file.parent.mkdir(parents=True, exist_ok=True)
        pattern = (place.settings.functions or ("test_*",))[0]
        name = pattern.replace("*", NAME) if "*" in pattern else f"{pattern}_{NAME}"
        file.write_text(f"def {name}():\n    pass\n", "utf-8")
        children = self.package.context.child_components
        package = () if self.package.is_module_folder else (self.package.name,)
        imports = (*package, *(child.name for child in children))
        try:
            report = self._run(files=(path,), measure=(children[0].source_path,), import_each=imports)
            if report.end is RunEnd.PASSED:
                broken = dict(report.unimportable)
                moved = self._run(
                    files=(path,), import_each=tuple(name for name in imports if name not in broken), elsewhere=True
                )
                self.runs_anywhere = moved.end is report.end and not moved.unimportable and not moved.touched
            return report
        finally:
            file.unlink(missing_ok=True)
            if missing:
                # With what an import wrote into it: it was made for this.
                shutil.rmtree(missing[0], ignore_errors=True)

    def _judged(self, empty: TestReport, place: PytestPlace) -> ToolchainCheck:
        if empty.end is RunEnd.PASSED:
            own = f" with the settings in {self._relative(place.settings.file)}" if place.settings.file else ""
            return ToolchainCheck("tests", is_good=True, finding=f"an empty test passes in a worktree{own}")
        if empty.deselected:
            return self._never_chosen(place)
        broken = next((case for case in empty.cases if case.outcome in BROKEN), None)
        message = broken.message if broken else empty.message
        where = f"; the project's own settings and conftest.py count ({self._files_at_work(place)})"
        finding = f"an empty test does not pass in a worktree: {_one_line(message)}"
        text = "\n".join((message, empty.message, broken.detail if broken else "", empty.output_tail))
        remedy = self._mending(place).remedy(text)
        return ToolchainCheck("tests", is_good=False, finding=finding + ("" if remedy else where), remedy=remedy)

    def _never_seen(self, place: PytestPlace) -> ToolchainCheck | None:
        """Where pytest has no name for a further file here; one that is named to it is run whatever it is called."""
        path = self.package.context.child_components[0].test_path
        if self.package.naming.takes_file(path):
            return None
        where, patterns = self._relative(place.settings.file), ", ".join(place.settings.python_files)
        finding = f"new tests would never be collected: `python_files` in {where} takes {patterns} and not {path}"
        return ToolchainCheck("tests", is_good=False, finding=finding, remedy="Add `test_*.py` to it.")

    def _never_chosen(self, place: PytestPlace) -> ToolchainCheck:
        """What the project's own pytest leaves out of every run would prove nothing there."""
        chosen = choosing(place.settings.options.kept)
        where = self._relative(place.settings.file)
        who = f"{chosen} in {where} chooses others" if chosen else f"hooks choose others ({self._files_at_work(place)})"
        remedy = "Let tests without a mark of their own run, as with -m 'not slow'." if chosen else ""
        finding = f"a new test would never run here: {who}"
        return ToolchainCheck("tests", is_good=False, finding=finding, remedy=remedy)

    def _files_at_work(self, place: PytestPlace) -> str:
        folders = [self.tree / folder for folder in (PurePosixPath(self._test_path()).parents)]
        conftests = [folder / "conftest.py" for folder in folders if (folder / "conftest.py").is_file()]
        files = [*([place.settings.file] if place.settings.file else []), *conftests]
        return ", ".join(self._relative(file) for file in files) or "there are none"

    def _relative(self, file: Path | None) -> str:
        return str(file.relative_to(self.tree)) if file and file.is_relative_to(self.tree) else str(file or "")

    def _mending(self, place: PytestPlace) -> Mending:
        return Mending(
            place.folder,
            self.package.project_name,
            self.package.interpreter,
            is_borrowed=self.package.is_borrowed,
            without_pytest=self.package.without_pytest,
            within=self._relative(place.folder).removeprefix("."),
            installed=self.interpreter.installed,
            settings=place.settings.file,
        )

    def _unimportable(self, empty: TestReport) -> Mapping[str, str]:
        """Why planned modules cannot be imported, by path."""
        reasons = dict(empty.unimportable)
        paths = {child.name: child.source_path for child in self.package.context.child_components}
        return {paths[name]: self._why(reason) for name, reason in reasons.items() if name in paths}

    def _why(self, reason: str) -> str:
        missing = _missing_module(reason)
        own = self._own_file(missing)
        if own and (self.package.checkout / own).is_file():
            return f"{UNCOMMITTED}{own}"
        if own and any((self.tree / own).with_suffix(suffix).is_file() for suffix in EXTENSION_SOURCES):
            return f"it cannot be imported: it imports {missing}, {NOT_BUILT}"
        if own:
            return f"it cannot be imported: it imports {missing}, {NOT_THERE}{own}"
        return f"it cannot be imported here: {_cut(_one_line(reason))}"

    def _own_file(self, module: str) -> str:
        """Where a module of the package should lie, when it is one of the package's own."""
        path = join(self.package.import_roots[0], module.replace(".", "/") + ".py")
        if self.package.is_module_folder:
            return path if module and (self.package.checkout / path).is_file() else ""
        return path if module.startswith(self.package.name + ".") else ""

    def _not_importing(self, left_out: Mapping[str, str], own: str, place: PytestPlace) -> ToolchainCheck:
        if own:
            file = left_out[own].removeprefix(UNCOMMITTED)
            finding = f"{own} imports {file}, which the last commit lacks"
            return ToolchainCheck("import", is_good=False, finding=finding, remedy=f"Commit {file}, or seed it.")
        path, reason = next(iter(left_out.items()))
        finding = f"{path} {reason.removeprefix('it ')}"
        if len(left_out) > 1:
            finding = f"none of {len(left_out)} modules can be imported: {finding}"
        return ToolchainCheck(
            "import", is_good=False, finding=finding, remedy=self._mending(place).remedy(*left_out.values())
        )

    # --- the tests that exist ----------------------------------------------------------------------------------

    def _existing_tests(self, place: PytestPlace) -> Mapping[str, int]:
        """How many tests each existing file has; what does not work of them is noted."""
        if not self.package.existing_tests:
            return {}
        collected = self._run(files=self.package.existing_tests, collect_only=True)
        broken = {case.file: case.message for case in collected.cases if case.outcome in BROKEN}
        tests: dict[str, int] = {}
        for case in collected.cases:
            if case.outcome not in BROKEN:
                tests[case.file] = tests.get(case.file, 0) + 1
        if broken:
            path, message = next(iter(broken.items()))
            remedy = self._mending(place).remedy(*broken.values())
            remedy = "" if any(remedy in note for note in self.notes) else remedy
            told_of = f"{len(broken)} of {len(self.package.existing_tests)} existing test files cannot be collected"
            self.notes.append(f"{told_of}: {path} ({_one_line(message)}). {remedy}".rstrip())
        sample = [path for path in self.package.existing_tests if path in tests][:TRIED_FILES]
        if sample:
            report = self._run(files=tuple(sample), timeout=SAMPLE_SECONDS, test_timeout=REHEARSAL_SECONDS)
            if report.end is RunEnd.TIMEOUT:
                waited = f"existing tests in {', '.join(sample)} take longer than {SAMPLE_SECONDS:g} s"
                self.notes.append(f"{waited}. {WHAT_HELPS}")
                self.runs_anywhere = False
                return tests
            failed = [case for case in report.cases if case.outcome in BROKEN]
            ran = f"{len(report.cases) - len(failed)} of {len(report.cases)} existing tests in {', '.join(sample)} pass"
            why = f", not {failed[0].id} ({_one_line(failed[0].message)})" if failed else ""
            self.notes.append(ran + why if report.cases else f"existing tests do not run: {report.message}")
            self._see_whether_they_need_their_folder(tuple(sample), report)
        return tests

    def _see_whether_they_need_their_folder(self, files: tuple[str, ...], report: TestReport) -> None:
        """Where tests that exist count on the project's folder, new ones may; what takes long is not tried again."""
        if self.runs_anywhere:
            is_quick = report.duration < QUICK_SECONDS
            self.runs_anywhere = is_quick and _outcomes(self._run(files=files, elsewhere=True)) == _outcomes(report)


UNCOMMITTED = "it needs a file that is not committed: "


def _of_left_out(left_out: Mapping[str, str]) -> Iterator[str]:
    """Who starts a run sees no plan: that a module is missing has to be said, too."""
    if left_out:
        path, reason = next(iter(left_out.items()))
        more = f"; and {len(left_out) - 1} more, which `ctxtui plan` lists" if len(left_out) > 1 else ""
        yield f"left out: {path}: {reason}{more}"


def _switched_off(place: PytestPlace, interpreter: Interpreter) -> Iterator[str]:
    acting = {name: why for name, why in QUIET_PLUGINS.items() if name in interpreter.plugins and why not in UNTOLD}
    off = [*told(place.settings.options.switched_off), *told(acting)]
    if off:
        yield f"switched off for proofs: {', '.join(off)}"


def _outcomes(report: TestReport) -> Mapping[str, TestOutcome]:
    return {case.id: case.outcome for case in report.cases}


def _missing_module(reason: str) -> str:
    _, found, rest = reason.partition("No module named '")
    return rest.partition("'")[0] if found else ""


def _cut(text: str) -> str:
    """As far as it is worth reading for every module: a long message up to the end of a sentence."""
    if len(text) <= MOST_OF_A_REASON:
        return text
    sentence = text[:MOST_OF_A_REASON].rpartition(". ")[0]
    return f"{sentence}." if sentence else text[:MOST_OF_A_REASON] + "…"


def _one_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "it does not say why")
