from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from ctxtui.core.ports.toolchains import DiscoveryOptions, Package, TestReport, TestRun
from ctxtui.core.toolchains.python_pytest import PythonToolchain

FUNCTION = "def double(x):\n    return 2 * x\n"


@pytest.fixture(autouse=True)
def run_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs make their throwaway folders; empty again after every test."""
    folders = tmp_path / "throwaway"
    folders.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folders))
    return folders


@pytest.fixture
def toolchain() -> PythonToolchain:
    return PythonToolchain(environ={})


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """Writes a project: paths to texts, indented as the test is."""

    def write(files: Mapping[str, str], name: str = "project") -> Path:
        root = tmp_path / name
        for path, text in files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(dedent(text).lstrip("\n"), "utf-8")
        return root

    return write


@pytest.fixture
def discover(toolchain: PythonToolchain) -> Callable[..., Package]:
    def find(root: Path, target: str = ".", **options: Any) -> Package:
        return toolchain.discover(root, target, DiscoveryOptions(**options))

    return find


@pytest.fixture
def run(toolchain: PythonToolchain) -> Callable[..., TestReport]:
    def start(root: Path, *files: str, **options: Any) -> TestReport:
        defaults: dict[str, Any] = {
            "package_name": "pkg",
            "import_roots": ("src",) if (root / "src").exists() else (".",),
            "interpreter": Path(sys.executable),
            "timeout": 30.0,
            "test_timeout": 10.0,
        }
        return toolchain.run(TestRun(worktree=root, files=files or ("tests/test_a.py",), **{**defaults, **options}))

    return start
