"""The imports of a test file, and how cases name what an import statement or pytest would get wrong."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ctxtui.core.generator.protocol.case import INNER_BREAK, Case, Origin
from ctxtui.core.generator.protocol.style import Style

_OWN_USE = {"contextlib", "io", "os", "re", "tempfile", "unittest"}
"""Modules that the tests themselves may need."""


def addressed(cases: Sequence[Case], style: Style) -> list[Case]:
    """Cases that name as an attribute of its module what looks like a test, hides a built-in, or has no plain name.

    So they name what is in a standard module that others import as a whole: one file spells it one way.
    """
    names = {name: origin for case in cases for name, origin in case.names.items()}
    whole = {home: name for name, (home, attribute) in names.items() if not attribute and _is_standard(home)}
    return [_addressed(case, style, whole) for case in cases]


def by_module(module: str, cases: Sequence[Case]) -> tuple[list[Case], Mapping[str, str]]:
    """The cases with their module among the names, and how its own names are spelled then: `shop.Basket`."""
    names = {name: origin for case in cases for name, origin in case.names.items()}
    origin = _module_origin(module)
    alias = origin[1] or origin[0]
    taken = [name for name, found in names.items() if found != origin]
    if not is_importable(module) or alias != _alias(module, taken):
        return list(cases), {}
    spelling = {
        name: f"{alias}.{attribute}" for name, (home, attribute) in names.items() if home == module and attribute
    }
    return [replace(case, names={**case.names, alias: origin}) for case in cases], spelling


def import_lines(module: str, names: Mapping[str, Origin], body: str, width: int) -> str:
    """The imports that a body needs, in the order that import sorters have; what has no name of its own comes last."""
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    plain: set[str] = _OWN_USE & used
    members: dict[str, set[str]] = defaultdict(set)
    assigned: list[str] = []
    for name in sorted(used & set(names)):
        home, attribute = names[name]
        if not is_importable(home) or (attribute and not is_importable(f"{home}.{attribute}")):
            assigned.append(f'{name} = importlib.import_module("{home}{"." if attribute else ""}{attribute}")')
        elif attribute:
            members[home].add(name if attribute == name else f"{attribute} as {name}")
        else:
            plain.add(home if home == name else f"{home} as {name}")
    if assigned:
        plain.add("importlib")
    if "mock" in used - set(names):
        members["unittest"].add("mock")
    lines = [(home, f"import {home}") for home in plain]
    lines += [(home, _from(home, sorted(found, key=_by_kind), width)) for home, found in members.items()]
    lines.sort(key=lambda line: (line[1].startswith("from "), line[1]))
    standard = [text for home, text in lines if _is_standard(home)]
    own = [text for home, text in lines if not _is_standard(home)]
    if not own and not assigned:
        own = [f"import {module}  # noqa: F401"]
    third = ["import pytest"] if "pytest" in used else []
    return "\n\n".join("\n".join(block) for block in (standard, third, own, assigned) if block)


def is_importable(dotted: str) -> bool:
    """Whether a statement can name it."""
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in dotted.split("."))


def _addressed(case: Case, style: Style, whole: Mapping[str, str]) -> Case:
    """`whole` are modules that are imported as such, each with its name."""
    moved = {
        name: origin
        for name, origin in case.names.items()
        if _is_moved(origin, style) or (origin[1] and origin[0] in whole)
    }
    if not moved:
        return case
    taken = set(case.names) - set(moved)
    aliases = {home: whole.get(home) or _alias(home, taken) for home, _ in moved.values()}
    rewriting = _Rewriting({name: (aliases[home], attribute) for name, (home, attribute) in moved.items()})
    rewrite = rewriting.source
    kept = {name: origin for name, origin in case.names.items() if name not in moved}
    return replace(
        case,
        setup=tuple(map(rewrite, case.setup)),
        act=rewrite(case.act),
        arguments={name: rewriting.value(text) for name, text in case.arguments.items()},
        checks=tuple(map(rewrite, case.checks)),
        changes=tuple(map(rewrite, case.changes)),
        raises=(rewrite(case.raises[0]), case.raises[1]) if case.raises else None,
        warns=rewrite(case.warns) if case.warns else "",
        names=kept | {alias: _module_origin(home) for home, alias in aliases.items()},
    )


def _is_moved(origin: Origin, style: Style) -> bool:
    home, attribute = origin
    is_hiding = hasattr(builtins, attribute) and attribute.islower()
    return bool(attribute) and (style.is_collected(attribute) or is_hiding or not is_importable(home))


def _module_origin(home: str) -> Origin:
    parent, _, name = home.rpartition(".")
    return (parent, name) if parent and is_importable(home) else (home, "")


def _alias(home: str, taken: Iterable[str]) -> str:
    name = re.sub(r"\W+", "_", home.rpartition(".")[2])
    if (
        not name.isidentifier()
        or keyword.iskeyword(name)
        or hasattr(builtins, name)
        or name in taken
        or name == "result"
    ):
        name = f"{name}_module" if name[:1].isalpha() else f"module_{name}"
    return name


class _Rewriting(ast.NodeTransformer):
    """Puts `module.name` for names."""

    def __init__(self, places: Mapping[str, tuple[str, str]]) -> None:
        self._places = places

    def visit_Name(self, node: ast.Name) -> ast.expr:
        place = self._places.get(node.id)
        return ast.Attribute(ast.Name(place[0], ast.Load()), place[1], node.ctx) if place else node

    def source(self, text: str) -> str:
        return ast.unparse(self.visit(ast.parse(text)))

    def value(self, text: str) -> str:
        """What is passed: the statements that it needs, one a line, and then itself."""
        if INNER_BREAK not in text:
            return self.source(text)
        lines = (line.replace(INNER_BREAK, "\n") for line in text.split("\n"))
        return "\n".join(self.source(line).replace("\n", INNER_BREAK) for line in lines)


def _by_kind(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions, as import sorters have it."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def _is_standard(home: str) -> bool:
    return home.partition(" ")[0].partition(".")[0] in sys.stdlib_module_names


def _from(home: str, members: Sequence[str], width: int) -> str:
    line = f"from {home} import {', '.join(members)}"
    if len(line) <= width:
        return line
    return f"from {home} import (\n" + "".join(f"    {member},\n" for member in members) + ")"
