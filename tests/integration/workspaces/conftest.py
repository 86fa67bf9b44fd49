"""A person's repository, real and small, away from the home and configuration of whoever runs the tests."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.ports.workspaces import CommitPlan, Workspace
from ctxtui.core.workspaces.git_workspaces import GitWorkspaces

BRANCH = "test-context-testing-session-for-shop"
AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
SESSION = "0f" * 16
TEST_FILE = "tests/test_prices.py"
TEST_TEXT = "def test_total():\n    assert True\n"


def _git(folder: Path, *arguments: str, check: bool = True) -> str:
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="surrogateescape")
    if check and done.returncode:
        pytest.fail(f"{arguments}: {done.stderr}")
    return done.stdout.strip()


def _snapshot(folder: Path, leaving_out: tuple[str, ...] = ()) -> dict[str, str]:
    """Every file below the folder, with its mode and content."""
    found = {}
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if any(path == name or path.startswith(f"{name}/") for name in leaving_out):
            continue
        if file.is_symlink():
            found[path] = f"link {file.readlink()}"
        elif file.is_file():
            found[path] = f"{file.stat().st_mode:o} {hashlib.sha256(file.read_bytes()).hexdigest()}"
        else:
            found[path] = "folder"
    return found


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's repository, and where this program may keep its own files."""

    root: Path
    cache: Path
    data: Path

    @property
    def workspaces(self) -> GitWorkspaces:
        return GitWorkspaces(self.cache, self.data)

    @property
    def head(self) -> str:
        return _git(self.root, "rev-parse", "HEAD")

    def git(self, *arguments: str, check: bool = True) -> str:
        return _git(self.root, *arguments, check=check)

    def at(self, root: Path) -> Person:
        """The same person in another folder."""
        return Person(root, self.cache, self.data)

    def snapshot(self, *leaving_out: str) -> dict[str, str]:
        return _snapshot(self.root, leaving_out)

    def open(self, run_id: str = "run1", **options) -> Workspace:
        return self.workspaces.open(self.root, run_id, options.pop("base", self.head), **options)

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "-m", message)
        return self.head

    def accept(self, workspace: Workspace, path: str = TEST_FILE, text: str = TEST_TEXT) -> tuple[AcceptedFile, ...]:
        """A test file, written and accepted in a slot of its own."""
        worktree = workspace.checkout("writer")
        (worktree / path).parent.mkdir(parents=True, exist_ok=True)
        (worktree / path).write_text(text)
        return workspace.accept("writer", [path])

    def plan(self, files: tuple[AcceptedFile, ...], **options) -> CommitPlan:
        values = {"branch": BRANCH, "base": self.git("rev-parse", "main"), "message": "Add tests\n\nfor prices\n"}
        return CommitPlan(**{**values, "files": files, "at": AT, "session_id": SESSION, **options})


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("CTXTUI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CTXTUI_CACHE_DIR", str(tmp_path / "cache"))
    settings = "[user]\n name = Ada\n email = ada@example.org\n[init]\n defaultBranch = main\n"
    (home / ".gitconfig").write_text(settings)


@pytest.fixture(scope="session")
def _template(tmp_path_factory) -> Path:
    """The shop, committed once; every test works on a copy of it."""
    person = Person(tmp_path_factory.mktemp("template"), Path(), Path())
    person.git("init", "-q", "-b", "main", "--template=")
    person.write(".git/hooks/README", "Hooks go here.\n")
    person.write("shop/__init__.py", "")
    person.write("shop/prices.py", "def total(a, b):\n    return a + b\n")
    person.write("tests/conftest.py", "# shared\n")
    person.write(".gitignore", "*.so\n_version.py\n__pycache__/\nsecret/\n")
    person.git("add", "-A")
    person.git("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "Open the shop")
    return person.root


@pytest.fixture
def person(tmp_path, _template) -> Person:
    root = tmp_path / "shop project"
    shutil.copytree(_template, root, symlinks=True)
    return Person(root, tmp_path / "cache", tmp_path / "data")


@pytest.fixture
def workspace(person) -> Workspace:
    return person.open()
