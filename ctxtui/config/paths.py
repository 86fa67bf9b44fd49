"""Where the program keeps and finds things on this machine; nothing is created by asking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import platformdirs

from ctxtui.core.domain.errors import CtxtuiError

_PROGRAM = "ctxtui"


def _folder(environ: Mapping[str, str], variable: str, usual: Callable[..., Path]) -> Path:
    if chosen := environ.get(variable):
        return Path(chosen).expanduser().absolute()
    return usual(_PROGRAM, appauthor=False)


def data_dir(environ: Mapping[str, str]) -> Path:
    """Where the database, logs and private repositories are: `CTXTUI_DATA_DIR`, or the platform's place."""
    return _folder(environ, "CTXTUI_DATA_DIR", platformdirs.user_data_path)


def cache_dir(environ: Mapping[str, str]) -> Path:
    """Where things are that can be made again: `CTXTUI_CACHE_DIR`, or the platform's place."""
    return _folder(environ, "CTXTUI_CACHE_DIR", platformdirs.user_cache_path)


def config_dir(environ: Mapping[str, str]) -> Path:
    """Where the person's own `config.toml` is looked for: `CTXTUI_CONFIG_DIR`, or the platform's place."""
    return _folder(environ, "CTXTUI_CONFIG_DIR", platformdirs.user_config_path)


def assets_dir() -> Path:
    """The files shipped beside the code: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_assets", package.parent / "assets"):
        if folder.is_dir():
            return folder
    raise CtxtuiError(f"The files shipped with ctxtui are missing beside {package}: install it again.")
