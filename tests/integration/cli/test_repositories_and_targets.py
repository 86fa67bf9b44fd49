"""Repositories, packages and modules that cannot be tested: one sentence that says which, why and what to do."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from tests.integration.cli.conftest import git

USAGE = 2


def everything_in(folder):
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def test_a_plan_shows_modules_and_changes_nothing(person):
    (person.root / "shop" / "money.py").write_text("def add(a, b):\n    return b + a\n")
    (person.root / "shop" / "fresh.py").write_text("def new():\n    return 1\n")
    before = everything_in(person.root)
    told = person.types("plan", "shop")
    assert told.code == 0
    assert re.search(r"shop\.money +\d+ lines +no tests +→ tests/test_money\.py", told.out)
    assert "shop/fresh.py: not committed yet" in told.out
    assert "note: uncommitted changes are not seen by the run" in told.err
    assert "shop/money.py" in told.err
    assert everything_in(person.root) == before
    kept = [place for place in (person.folder / "cache").rglob("*") if place.is_file()]
    assert [place.parent.name for place in kept] == ["rehearsals"]
    assert person.types("ls", "--json").lines == [[]]


def test_quiet_silences_notes(person):
    told = person.types("plan", "shop", "-q")
    assert (told.code, told.err) == (0, "")
    assert "shop.money" in told.out


def test_a_detached_head_is_planned_on_its_commit(person):
    git(person.root, "checkout", "-q", "--detach")
    told = person.types("plan", "shop")
    assert told.code == 0
    assert git(person.root, "rev-parse", "--short=12", "HEAD") in told.out


def test_a_module_of_a_package_is_planned_alone(person):
    for target in ("shop.money", "shop/money.py"):
        told = person.types("plan", target, "--json")
        assert [item["name"] for item in told.lines[0]["components"]] == ["shop.money"]


@pytest.mark.parametrize("command", ["plan", "run"])
def test_a_folder_outside_git_is_refused(person, command):
    (person.folder / "loose" / "pkg").mkdir(parents=True)
    (person.folder / "loose" / "pkg" / "__init__.py").touch()
    told = person.types(command, "pkg", at=person.folder / "loose")
    assert told.code == USAGE
    assert "is not in a git repository: run `git init` there and commit" in told.sentence
    assert not told.out


def test_a_repository_without_commits_is_refused(person):
    subprocess.run(["git", "init", "-q", person.folder / "new"], check=True)
    told = person.types("plan", ".", at=person.folder / "new")
    assert (told.code, told.sentence) == (
        USAGE,
        f"{person.folder / 'new'} has no commit yet: commit the code first, then run again.",
    )


def test_a_bare_repository_is_refused(person):
    subprocess.run(["git", "clone", "-q", "--bare", person.root, person.folder / "bare.git"], check=True)
    for words, at in ((["shop"], person.folder / "bare.git"), ([str(person.folder / "bare.git"), "shop"], None)):
        told = person.types("plan", *words, at=at)
        assert told.code == USAGE
        assert "is a bare repository, without files to test" in told.sentence


REFUSED = {
    "shp": "shp was not found in {root}; did you mean shop?",
    "./nowhere": "./nowhere was not found in {root}",
    "tests": "tests is a folder of tests; name the package they test, such as shop.",
    "tests/test_nothing.py": "tests/test_nothing.py is a test; name the module that it tests.",
    "pyproject.toml": "pyproject.toml is no Python module",
    "..": "{folder} is not in a git repository",
    "": "The target is empty: name a package",
}


@pytest.mark.parametrize("target", REFUSED)
def test_a_target_that_is_no_package_is_refused(person, target):
    told = person.types("plan", target)
    assert told.code == USAGE
    assert told.sentence.startswith(REFUSED[target].format(root=person.root, folder=person.folder))


def test_two_targets_are_refused_and_neither_is_taken_silently(person):
    shutil.copytree(person.root / "shop", person.root / "other")
    told = person.types("plan", "shop", "other")
    assert told.code == USAGE
    assert "shop is not the top folder of a git repository: name one, or one target at a time." in told.sentence
    assert "one target at a time" in person.types("plan", "shop.money", "shop.stock").sentence
    assert "One target at a time: there are 3 words, a, b, c." in person.types("plan", "a", "b", "c").sentence


def test_a_repository_may_stand_before_the_target(person):
    told = person.types("plan", str(person.root), "shop", "--json", at=person.folder)
    assert told.lines[0]["repository"] == str(person.root)


def test_a_repository_address_that_leads_nowhere_is_refused(person):
    told = person.types("plan", f"file://{person.folder}/nowhere.git", "shop")
    assert told.code == USAGE
    assert "Cannot clone" in told.sentence
    assert ".." not in told.sentence


ONLY = {
    ("mony",): "--only mony names no module of shop; did you mean money?",
    ("money", "zzz*"): "--only zzz* names no module of shop; `ctxtui plan shop` lists them.",
    ("__init__",): "--only __init__: shop/__init__.py gets no tests, nothing to call",
    ("__in*",): "--only __in*: shop/__init__.py gets no tests, nothing to call",
    ("shop",): "--only shop: shop/__init__.py gets no tests, nothing to call",
    ("fresh",): "Nothing of shop to test is committed yet: commit shop/fresh.py first",
}


@pytest.mark.parametrize("patterns", ONLY)
def test_only_that_names_nothing_is_refused(person, patterns):
    (person.root / "shop" / "fresh.py").write_text("def new():\n    return 1\n")
    told = person.types("plan", "shop", *(word for pattern in patterns for word in ("--only", pattern)))
    assert told.code == USAGE
    assert told.sentence.startswith(ONLY[patterns])


def test_a_module_to_skip_that_is_none_is_refused_and_one_without_tests_is_not(person):
    told = person.types("plan", "shop", "--skip", "mony")
    assert (told.code, told.sentence) == (USAGE, "--skip mony names no module of shop; did you mean money?")
    assert person.types("plan", "shop", "--skip", "__init__").code == 0


def test_only_and_skip_that_leave_nothing_are_refused(person):
    told = person.types("plan", "shop", "--only", "money", "--skip", "mon*")
    assert told.sentence == "No module of shop is left by --only and --skip; `ctxtui plan shop` lists them."


def test_an_interpreter_that_does_not_exist_is_refused(person):
    for named in ("/nowhere/python", "python9"):
        told = person.types("run", "shop", "--interpreter", named)
        assert told.code == USAGE
        assert told.sentence == f"The interpreter {named} was not found; name a path such as .venv/bin/python."


def test_an_interpreter_without_pytest_is_a_problem_that_says_how_to_mend_it(person):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", person.folder / "bare"], check=True)
    python = person.folder / "bare" / "bin" / "python"
    planned = person.types("plan", "shop", "--interpreter", str(python))
    assert planned.code == USAGE
    sentence = f"{python} has no pytest. Run `{python} -m pip install --upgrade pytest`."
    assert f"problem: {sentence}\n" in planned.err
    started = person.types("run", "shop", "-q", "--interpreter", str(python))
    assert (started.code, started.sentence) == (USAGE, sentence)
    assert person.types("ls", "--json").lines == [[]]


def test_a_package_that_does_not_import_is_a_problem_that_names_what_is_missing(person):
    (person.root / "shop" / "__init__.py").write_text("import nosuchlibrary\n")
    git(person.root, "commit", "-q", "-a", "-m", "import")
    told = person.types("run", "shop", "-q", "--json")
    assert told.code == USAGE
    assert "cannot be imported here: ModuleNotFoundError: No module named 'nosuchlibrary'." in told.sentence
    assert told.sentence.endswith("-m pip install pytest -e . nosuchlibrary`.")
    assert not told.out


def test_an_unknown_agent_is_a_wrong_word_and_one_that_is_not_installed_ends_with_its_own_code(person):
    for command in ("plan", "run"):
        unknown = person.types(command, "shop", "-q", "--agent", "nope")
        assert (unknown.code, "There is no agent `nope`: known are" in unknown.sentence) == (USAGE, True)
    only_git = person.folder / "only-git"
    only_git.mkdir()
    (only_git / "git").symlink_to(shutil.which("git"))
    for command in ("plan", "run"):
        told = person.types(command, "shop", "--agent", "codex", PATH=str(only_git))
        assert told.code == 4
        assert "The program `codex` of agent `codex` is not on the PATH." in told.err
    assert person.types("ls", "--json").lines == [[]]
