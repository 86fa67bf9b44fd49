"""What is true on this machine alone: how its user, that one's group and the machine itself are called."""

from __future__ import annotations

import ast
import contextlib
import getpass
import grp
import os
import platform
from collections.abc import Collection, Iterator

from ctxtui.core.generator.protocol.case import Case


def names_here() -> frozenset[str]:
    return frozenset(name for name in _names() if name)


def is_local(case: Case, names: Collection[str]) -> bool:
    """Whether one of these names comes out that did not go in."""
    given = set(_texts(case.act)).union(*map(_texts, case.setup))
    told = {text for check in (*case.checks, *case.changes) for text in _texts(check)}
    return not (told - given).isdisjoint(names)


def _names() -> Iterator[str]:
    yield platform.node()
    with contextlib.suppress(KeyError, OSError):
        yield getpass.getuser()
    with contextlib.suppress(KeyError):
        yield grp.getgrgid(os.getgid()).gr_name


def _texts(source: str) -> Iterator[str]:
    return (
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
