"""The settings file of a run's hub: the person's own settings, then what the hub depends on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

OWN_SETTINGS = """
[core]
    bare = true
    hooksPath = /dev/null
    fsmonitor = false
    untrackedCache = false
    splitIndex = false
    sparseCheckout = false
    ignoreStat = false
    trustctime = true
    checkStat = default
    logAllRefUpdates = false
    fsync = committed
[index]
    sparse = false
[worktree]
    useRelativePaths = false
[gc]
    auto = 0
[maintenance]
    auto = false
[push]
    default = nothing
[commit]
    gpgSign = false
"""


def hub_settings(common: Path, settings: Mapping[str, str], initial: str) -> bytes:
    """The person's settings come first, so that line ends and the like are theirs. `initial` is what git wrote."""
    text = f"[include]\n    path = {quoted(common / 'config')}\n{initial}{OWN_SETTINGS}"
    text += f"[lfs]\n    storage = {quoted(common / 'lfs')}\n"
    # Filters may need the person's git folder or checkout; their files are laid as seeds instead.
    for driver in sorted(drivers_in(settings)):
        text += f"[filter {quoted(Path(driver))}]\n    clean =\n    smudge =\n    process =\n    required = false\n"
    if promisor := settings.get("extensions.partialclone"):
        text += f"[core]\n    repositoryformatversion = 1\n[extensions]\n    partialClone = {promisor}\n"
    return text.encode("utf-8", "surrogateescape")


def drivers_in(settings: Mapping[str, str]) -> frozenset[str]:
    """The filter drivers that are configured."""
    return frozenset(map(driver_of, settings)) - {""}


def driver_of(key: str) -> str:
    """The name of the filter driver that a setting like `filter.NAME.smudge` belongs to, else nothing."""
    section, _, rest = key.partition(".")
    name, _, last = rest.rpartition(".")
    return name if section == "filter" and last in {"clean", "smudge", "process", "required"} else ""


def quoted(path: Path) -> str:
    """As git's configuration and alternates files both read it."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{text}"'
