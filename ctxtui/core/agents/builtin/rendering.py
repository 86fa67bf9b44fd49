"""Writes the test file: imports, one test or table a group of cases, classes where the module has them."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ctxtui.core.agents.builtin.cases import Case, Origin
from ctxtui.core.agents.builtin.formatting import WIDTH, expression, flat, statement
from ctxtui.core.agents.builtin.grouping import Group, check_form, expected_of, filled, grouped, shape_of
from ctxtui.core.agents.builtin.naming import class_name as class_name_for
from ctxtui.core.agents.builtin.naming import parameter_name, snake, subject_of, unique
from ctxtui.core.agents.builtin.suffixes import further_of, suffix_of, table_suffix_of

STEP = 4
_ALWAYS_TOLD = re.compile(r"rejects|raises|is_an?_")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The file's text, and which cases each test stands for (by `Class::test` or `test`)."""

    text: str
    tests: dict[str, tuple[int, ...]]


def render(module: str, cases: Sequence[Case]) -> Rendered:
    names: dict[str, Origin] = {name: origin for case in cases for name, origin in case.names.items()}
    by_owner: dict[str, list[Group]] = defaultdict(list)
    for group in grouped(cases):
        by_owner[group.owner].append(group)
    blocks: list[str] = []
    tests: dict[str, tuple[int, ...]] = {}
    taken: set[str] = set()
    for owner, groups in by_owner.items():
        if owner:
            class_name = unique(class_name_for(owner), taken, ())
            writer = _Writer(names, indent=STEP, siblings=groups)
            bodies = [writer.write(group) for group in groups]
            blocks.append(f"class {class_name}:\n" + "\n\n".join(bodies))
            tests.update({f"{class_name}::{name}": ids for name, ids in writer.tests.items()})
        else:
            writer = _Writer(names, indent=0, siblings=groups, taken=taken)
            blocks += [writer.write(group) for group in groups]
            tests.update(writer.tests)
    body = "\n\n\n".join(blocks)
    head = (
        f'"""Tests for {module}.\n\n'
        "They record how the module behaves today: a failure means that behaviour has changed.\n"
        '"""\n\n'
    )
    return Rendered(head + _imports(module, names, body) + "\n\n\n" + body + "\n", tests)


def _imports(module: str, names: dict[str, Origin], body: str) -> str:
    tree = ast.parse(body)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    plain: set[str] = {"re"} & used
    grouped_names: dict[str, set[str]] = defaultdict(set)
    for name in used & set(names):
        origin = names[name]
        if origin[1]:
            grouped_names[origin[0]].add(name if origin[1] == name else f"{origin[1]} as {name}")
        else:
            plain.add(origin[0] if origin[0] == name else f"{origin[0]} as {name}")
    lines = [(home, f"import {home}") for home in plain]
    lines += [(home, _from(home, sorted(members, key=_by_kind))) for home, members in grouped_names.items()]
    lines.sort(key=lambda line: (line[1].startswith("from "), line[1]))
    standard = [text for home, text in lines if _is_standard(home)]
    own = [text for home, text in lines if not _is_standard(home)]
    if not own:
        own = [f"import {module}  # noqa: F401"]
    third = ["import pytest"] if "pytest" in used else []
    return "\n\n".join("\n".join(block) for block in (standard, third, own) if block)


def _by_kind(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions, as import sorters have it."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def _is_standard(home: str) -> bool:
    return home.partition(" ")[0].partition(".")[0] in sys.stdlib_module_names


def _from(home: str, members: Sequence[str]) -> str:
    line = f"from {home} import {', '.join(members)}"
    if len(line) <= WIDTH:
        return line
    return f"from {home} import (\n" + "".join(f"    {member},\n" for member in members) + ")"


class _Writer:
    """Writes the tests of one class, or the file's functions."""

    def __init__(
        self, names: dict[str, Origin], indent: int, siblings: Iterable[Group], taken: set[str] | None = None
    ) -> None:
        self._names = names
        self._indent = indent
        self._taken = set() if taken is None else taken
        self._count: dict[str, int] = defaultdict(int)
        for group in siblings:
            self._count[group.target] += 1
        self.tests: dict[str, tuple[int, ...]] = {}

    def write(self, group: Group) -> str:
        write = self._table if group.is_table else self._pair if len(group.cases) > 1 else self._single
        text, name = write(group)
        self.tests[name] = tuple(case.id for case in group.cases)
        return text

    def _name(self, group: Group, suffix: str, more: Iterable[str]) -> str:
        base = f"test_{subject_of(group.target, group.owner)}"
        suffix = suffix if self._count[group.target] > 1 or _ALWAYS_TOLD.match(suffix) else ""
        return unique(f"{base}_{suffix}" if suffix else base, self._taken, more)

    def _line(self, source: str, deeper: int = 0) -> str:
        return statement(source, self._indent + STEP + deeper)

    def _head(self, name: str, parameters: Sequence[str]) -> str:
        given = [*(["self"] if self._indent else []), *parameters]
        return f"{' ' * self._indent}def {name}({', '.join(given)}):"

    # --- one case ---------------------------------------------------------------------------------------------

    def _single(self, group: Group) -> tuple[str, str]:
        case = group.cases[0]
        name = self._name(group, suffix_of(case), further_of(case))
        lines = [self._head(name, ["capsys"] if case.prints else [])]
        lines += [self._line(_as_statement(source)) for source in case.setup]
        if case.raises:
            lines += [self._raises(case.raises), self._line(_as_statement(case.act), STEP)]
        else:
            lines += self._acts(case)
        return "\n".join(lines), name

    def _pair(self, group: Group) -> tuple[str, str]:
        """Two plain cases of one shape: two assertions in one test."""
        first, second = group.cases
        shapes = [shape_of(case) for case in group.cases]
        differing = [
            slot.name
            for slot, other in zip(shapes[0].slots, shapes[1].slots, strict=True)
            if flat(slot.value) != flat(other.value)
        ]
        name = self._name(group, table_suffix_of(first, differing), further_of(first))
        lines = [self._head(name, [])]
        lines += [self._line(f"assert {_asserted(case.checks[0], case.act)}") for case in (first, second)]
        return "\n".join(lines), name

    def _acts(self, case: Case) -> list[str]:
        lines: list[str] = []
        deeper = 0
        checks = case.checks if not case.is_weak or not (case.changes or case.prints) else ()
        if case.warns:
            lines.append(f"{' ' * (self._indent + STEP)}with pytest.warns({case.warns}):")
            deeper = STEP
        if checks == ("result is None",) and (case.prints or case.warns or case.changes):
            checks = ()
        is_inline = len(checks) == 1 and _uses_once(checks[0]) and not case.warns
        if not checks:
            lines.append(self._line(_as_statement(case.act), deeper))
        elif is_inline:
            lines.append(self._line(f"assert {_asserted(checks[0], case.act)}"))
        else:
            name = self._result_name(case)
            lines.append(self._line(f"{name} = {case.act}", deeper))
            lines += [self._line(f"assert {_inlined(check, name)}") for check in checks]
        if case.prints:
            lines.append(self._line(f"assert capsys.readouterr().out == {case.prints!r}"))
        return lines + [self._line(f"assert {check}") for check in case.changes]

    def _result_name(self, case: Case) -> str:
        """An instance is called after its class, anything else `result`."""
        name = snake(case.owner)
        is_taken = name in self._names or hasattr(builtins, name) or not name.isidentifier() or keyword.iskeyword(name)
        return name if case.owner and case.target == case.owner and not is_taken else "result"

    def _raises(self, raises: tuple[str, str], pattern: str = "") -> str:
        kind, message = raises
        if not message and not pattern:
            return f"{' ' * (self._indent + STEP)}with pytest.raises({kind}):"
        source = f"pytest.raises({kind}, match={pattern or matching(message)})"
        node = ast.parse(source, mode="eval").body
        return f"{' ' * (self._indent + STEP)}with {expression(node, self._indent + STEP, 5, 1)}:"

    # --- several cases of one shape ---------------------------------------------------------------------------

    def _table(self, group: Group) -> tuple[str, str]:
        shapes = [shape_of(case) for case in group.cases]
        first = group.cases[0]
        columns: list[tuple[str, list[ast.expr]]] = []
        taken = {node for case in group.cases for node in case.names} | {"result", "self"}
        values: list[ast.expr] = []
        for index, slot in enumerate(shapes[0].slots):
            column = [shape.slots[index].value for shape in shapes]
            if len({flat(value) for value in column}) == 1:
                values.append(slot.value)
            else:
                name = parameter_name(slot.name, taken)
                columns.append((name, column))
                values.append(ast.Name(name, ast.Load()))
        act = flat(filled(shapes[0], values))
        body, outcomes = self._table_body(group, act, taken)
        columns += outcomes
        name = self._name(group, table_suffix_of(first, [column[0] for column in columns]), ())
        lines = [self._parametrize(columns), self._head(name, [column[0] for column in columns]), *body]
        return "\n".join(lines), name

    def _table_body(
        self, group: Group, act: str, taken: set[str]
    ) -> tuple[list[str], list[tuple[str, list[ast.expr]]]]:
        first = group.cases[0]
        if first.raises:
            messages = [ast.parse(matching(case.raises[1]), mode="eval").body for case in group.cases if case.raises]
            if len({flat(message) for message in messages}) == 1:
                return [self._raises(first.raises), self._line(_as_statement(act), STEP)], []
            name = parameter_name("message", taken)
            return [self._raises(first.raises, name), self._line(_as_statement(act), STEP)], [(name, messages)]
        expected = [node for case in group.cases if (node := expected_of(case.checks[0])) is not None]
        if len(expected) != len(group.cases) or len({flat(node) for node in expected}) == 1:
            return [self._line(f"assert {_asserted(first.checks[0], act)}")], []
        name = parameter_name("expected", taken)
        left, _, operator = check_form(first.checks[0]).rpartition(" ")
        written = {"Eq": "==", "Is": "is"}[operator]
        return [self._line(f"assert {_inlined(f'{left} {written} {name}', act)}")], [(name, expected)]

    def _parametrize(self, columns: list[tuple[str, list[ast.expr]]]) -> str:
        pad = " " * self._indent
        inner = self._indent + STEP * 2
        if len(columns) == 1:
            names = f'"{columns[0][0]}"'
            rows = [expression(value, inner, 0, 1) for value in columns[0][1]]
        else:
            names = "(" + ", ".join(f'"{name}"' for name, _ in columns) + ")"
            rows = [
                expression(ast.Tuple(list(row), ast.Load()), inner, 0, 1)
                for row in zip(*(column for _, column in columns), strict=True)
            ]
        listed = "".join(f"{' ' * inner}{row},\n" for row in rows)
        return f"{pad}@pytest.mark.parametrize(\n{pad}    {names},\n{pad}    [\n{listed}{pad}    ],\n{pad})"


def matching(message: str) -> str:
    """A pattern for `pytest.raises(match=...)`, as source text."""
    return f"re.escape({message!r})" if re.search(r"[.^$*+?{}\[\]\\|()]", message) else repr(message)


def _uses_once(check: str) -> bool:
    return len(re.findall(r"\bresult\b", check)) == 1


class _Replacement(ast.NodeTransformer):
    def __init__(self, act: ast.expr) -> None:
        self._act = act

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._act if node.id == "result" else node


def _inlined(check: str, act: str) -> str:
    replaced = _Replacement(ast.parse(act, mode="eval").body).visit(ast.parse(check, mode="eval").body)
    return ast.unparse(replaced)


def _asserted(check: str, act: str) -> str:
    """A comparison that holds is asserted as it stands, one that does not as its negation."""
    is_comparison = isinstance(ast.parse(act, mode="eval").body, ast.Compare) or act.startswith("issubclass(")
    if is_comparison and check == "result is True":
        return act
    if is_comparison and check == "result is False":
        return f"not ({act})"
    return _inlined(check, act)


def _as_statement(act: str) -> str:
    """`x.__setitem__(k, v)` as a person writes it."""
    match getattr(ast.parse(act).body[0], "value", None):
        case ast.Call(func=ast.Attribute(value=owner, attr="__setitem__"), args=[key, value], keywords=[]):
            return f"{ast.unparse(owner)}[{ast.unparse(key)}] = {ast.unparse(value)}"
        case ast.Call(func=ast.Attribute(value=owner, attr="__delitem__"), args=[key], keywords=[]):
            return f"del {ast.unparse(owner)}[{ast.unparse(key)}]"
        case _:
            return act
