"""A project and a person's settings folder, both empty and both temporary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ctxtui.config import LoadedSettings, load_settings


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def user_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "user"
    folder.mkdir()
    return folder


@pytest.fixture
def environ(user_folder: Path) -> dict[str, str]:
    return {"CTXTUI_CONFIG_DIR": str(user_folder)}


@pytest.fixture
def load(project: Path, environ: dict[str, str]) -> Callable[..., LoadedSettings]:
    def load_from(
        start: Path = project,
        overrides: Mapping[str, object] | None = None,
        root: Path | None = project,
        **variables: str,
    ) -> LoadedSettings:
        return load_settings(start, root, overrides or {}, environ | variables)

    return load_from
