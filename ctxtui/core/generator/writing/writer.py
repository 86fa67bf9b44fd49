"""Writes tests for groups of cases: one test or table a group."""

from __future__ import annotations

import ast
import builtins
import contextlib
import keyword
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ctxtui.core.generator.protocol.case import Case, Origin
from ctxtui.core.generator.protocol.style import Style
from ctxtui.core.generator.writing.arranging import is_too_long
from ctxtui.core.generator.writing.assertions import as_statement, asserted, inlined, matching, uses_once, with_argument
from ctxtui.core.generator.writing.dialects import Columns, Dialect, Pytest, Unittest
from ctxtui.core.generator.writing.fixtures import (
    DEFINING,
    IN_EMPTY_FOLDER,
    fixture,
    fixtures_of,
    shared_setups,
)
from ctxtui.core.generator.writing.formatting import expression, flat, statement
from ctxtui.core.generator.writing.grouping import (
    CONSTANTS,
    Group,
    arranged_in,
    check_form,
    expected_of,
    filled,
    shape_of,
)
from ctxtui.core.generator.writing.naming import parameter_name, snake, subject_of, unique
from ctxtui.core.generator.writing.spelling import spelled
from ctxtui.core.generator.writing.suffixes import accepted, further_of, suffix_of, table_suffix_of

STEP = 4
_ALWAYS_TOLD = re.compile(r"accepts|rejects|raises|is_an?_|reverses|leaves")


class Writer:
    """Writes the tests of one class, or the file's functions."""

    def __init__(
        self,
        names: dict[str, Origin],
        style: Style,
        siblings: Sequence[Group],
        *,
        is_folder_shared: bool,
        indent: int = 0,
        taken: set[str] | None = None,
    ) -> None:
        self._names = names
        self._style = style
        self._indent = indent
        self._taken = set() if taken is None else taken
        self._count: dict[str, int] = defaultdict(int)
        for group in siblings:
            self._count[group.target] += 1
        giving = {group.target for group in siblings for case in group.cases if not (case.raises or case.is_weak)}
        refusing = {group.target for group in siblings if group.cases[0].raises}
        self._only_refusing = refusing - giving
        self._is_folder_shared = is_folder_shared
        self._shared = shared_setups(siblings, names) if indent and not style.is_unittest else {}
        self._dialect: Dialect = Unittest() if style.is_unittest else Pytest()
        self._depth = 0
        self.tests: dict[str, tuple[int, ...]] = {}

    def fixtures(self) -> list[str]:
        return [fixture(source, name) for source, name in self._shared.items()]

    def write(self, group: Group) -> str:
        if group.target == CONSTANTS:
            write = self._constants
        elif group.is_hierarchy:
            write = self._hierarchy
        elif len(group.cases) > 1 and group.cases[0].shows.startswith("reverses"):
            write = self._reversals
        else:
            write = self._table if group.is_table else self._pair if len(group.cases) > 1 else self._single
        text, name = write(group)
        self.tests[name] = tuple(case.id for case in group.cases)
        return text

    def _name(self, group: Group, suffix: str, more: Iterable[str]) -> str:
        first = group.cases[0]
        suffix = first.shows or (accepted(first, suffix) if group.target in self._only_refusing else suffix)
        base = subject_of(group.target, group.owner, first.act)
        suffix = suffix if self._count[group.target] > 1 or _ALWAYS_TOLD.match(suffix) else ""
        if suffix.startswith("by_") and base not in self._taken:
            suffix = ""
        words = unique(f"{base}_{suffix}" if suffix else base, self._taken, more)
        return self._style.function_name(words)

    def _line(self, source: str, deeper: int = 0) -> str:
        return statement(self._dialect.check(source), self._indent + STEP + self._depth + deeper)

    def _head(self, name: str, parameters: Sequence[str]) -> str:
        given = [*(["self"] if self._indent else []), *(() if self._style.is_unittest else parameters)]
        return f"{' ' * self._indent}def {name}({', '.join(given)}):"

    # --- one case ---------------------------------------------------------------------------------------------

    def _single(self, group: Group) -> tuple[str, str]:
        case = group.cases[0]
        name = self._name(group, suffix_of(case), further_of(case))
        fixtures = fixtures_of(case, self._shared, is_folder_shared=self._is_folder_shared)
        lines = [self._head(name, fixtures)]
        if case.uses_files and self._is_folder_shared:
            lines.insert(0, " " * self._indent + IN_EMPTY_FOLDER)
        elif case.uses_files:
            lines += [self._line(source) for source in self._dialect.empty_folder()]
        own = case.setup[1:] if case.setup and case.setup[0] in self._shared else case.setup
        for number, source in enumerate(own):
            is_apart = not lines[-1].endswith("\n")
            lines += [""] if number and is_apart and source.startswith(DEFINING) else []
            lines += [self._line(text) for text in self._dialect.arranged(as_statement(source))]
        if case.raises:
            lines += self._refused(case.act, *case.raises)
        else:
            lines += self._acts(case)
        return "\n".join(lines), name

    def _constants(self, group: Group) -> tuple[str, str]:
        name = self._name(group, "", ())
        lines = [self._line(f"assert {asserted(case.checks[0], case.act)}") for case in group.cases]
        return "\n".join([self._head(name, []), *lines]), name

    def _hierarchy(self, group: Group) -> tuple[str, str]:
        """Classes that are all derived from one: a row each."""
        calls = [node for case in group.cases for node in ast.walk(ast.parse(case.act)) if isinstance(node, ast.Call)]
        parent = flat(calls[0].args[1])
        words = unique(f"subclasses_of_{snake(parent.rpartition('.')[2])}", self._taken, ())
        name = self._style.function_name(words)
        column = parameter_name("subclass", {node for case in group.cases for node in case.names} | {"self"})
        with self._inside_rows():
            body = [self._line(f"assert issubclass({column}, {parent})")]
        return self._rows(name, [(column, [call.args[0] for call in calls])], body), name

    def _reversals(self, group: Group) -> tuple[str, str]:
        """One value a row, that comes back as it went in."""
        first = group.cases[0]
        ((parameter, value),) = first.arguments.items()
        variable = parameter_name(parameter, {node for case in group.cases for node in case.names} | {"self"})
        column = [ast.parse(text, mode="eval").body for case in group.cases for text in case.arguments.values()]
        name = self._name(group, "", ())
        act = with_argument(first.act, value, variable)
        with self._inside_rows():
            body = [self._line(f"assert {act} == {variable}")]
        return self._rows(name, [(variable, column)], body), name

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
        lines += [self._line(f"assert {asserted(case.checks[0], case.act)}") for case in (first, second)]
        return "\n".join(lines), name

    def _acts(self, case: Case) -> list[str]:
        lines: list[str] = []
        deeper = 0
        checks = list(case.checks) if not case.is_weak or not (case.changes or case.prints) else []
        if case.warns:
            kind = flat(spelled(ast.parse(case.warns, mode="eval").body))
            lines.append(self._with(self._dialect.warns(kind)))
            deeper += STEP
        if case.prints and self._dialect.capture:
            lines.append(" " * deeper + self._with(self._dialect.capture))
            deeper += STEP
        if checks == ["result is None"] and (case.prints or case.warns or case.changes):
            checks = []
        is_inline = len(checks) == 1 and uses_once(checks[0]) and not case.warns
        is_inline = is_inline and not is_too_long(checks[0], case.act, self._indent + STEP)
        if not checks:
            lines.append(self._line(as_statement(case.act), deeper))
        elif is_inline:
            lines.append(self._line(f"assert {asserted(checks[0], case.act)}", deeper))
        else:
            name = case.act if case.act.isidentifier() else self._result_name(case)
            if name != case.act or case.warns:
                lines.append(self._line(f"{name} = {case.act}", deeper))
            lines += [self._line(f"assert {inlined(check, name)}") for check in checks]
        if case.prints:
            lines.append(self._line(f"assert {self._dialect.printed} == {case.prints!r}"))
        return lines + [self._line(f"assert {check}") for check in case.changes]

    def _result_name(self, case: Case) -> str:
        """An instance is called after its class, anything else `result`."""
        name = snake(case.owner)
        is_taken = name in self._names or hasattr(builtins, name) or not name.isidentifier() or keyword.iskeyword(name)
        return name if case.owner and case.target == case.owner and not is_taken else "result"

    def _refused(self, act: str, kind: str, message: str) -> list[str]:
        if kind != "SystemExit" or not message.isdecimal():
            return [self._raises((kind, message)), self._line(as_statement(act), STEP)]
        head = self._with(f"{self._dialect.raises(kind, '')} as stopped")
        code = f"assert stopped.{self._dialect.caught}.code == {message}"
        return [head, self._line(as_statement(act), STEP), self._line(code)]

    def _raises(self, raises: tuple[str, str], pattern: str = "") -> str:
        kind, message = raises
        source = self._dialect.raises(kind, pattern or (matching(message) if message else ""))
        indent = self._indent + STEP + self._depth
        return f"{' ' * indent}with {expression(spelled(ast.parse(source, mode='eval').body), indent, 5, 1)}:"

    def _with(self, context: str) -> str:
        return f"{' ' * (self._indent + STEP)}with {context}:"

    @contextlib.contextmanager
    def _inside_rows(self) -> Iterator[None]:
        self._depth = self._dialect.table_depth
        yield
        self._depth = 0

    def _rows(self, name: str, columns: Columns, body: Sequence[str]) -> str:
        """A test that is run once a row."""
        head = self._head(name, [column for column, _ in columns])
        return "\n".join(self._dialect.table(self._indent, columns, head, body))

    # --- several cases of one shape ---------------------------------------------------------------------------

    def _table(self, group: Group) -> tuple[str, str]:
        shapes = [shape_of(case) for case in group.cases]
        first = group.cases[0]
        columns: list[tuple[str, Sequence[ast.expr]]] = []
        given = self._given(group)
        taken = {node for case in group.cases for node in case.names} | {"result", "self", *dict(given)}
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
        with self._inside_rows():
            body, outcomes = self._table_body(group, act, taken)
        columns = [*given, *columns, *outcomes]
        names = [column[0] for column in columns]
        name = self._name(group, table_suffix_of(first, names), [f"by_{names[0]}", *further_of(first)] if names else ())
        return self._rows(name, columns, body), name

    @staticmethod
    def _given(group: Group) -> Columns:
        """What each row's call changes, under the name that the call has for it."""
        values = [value for case in group.cases if (value := arranged_in(case)) is not None]
        return [(group.cases[0].setup[0].partition(" = ")[0], values)] if values else []

    def _table_body(
        self, group: Group, act: str, taken: set[str]
    ) -> tuple[list[str], list[tuple[str, list[ast.expr]]]]:
        first = group.cases[0]
        if first.raises:
            messages = [ast.parse(matching(case.raises[1]), mode="eval").body for case in group.cases if case.raises]
            if len({flat(message) for message in messages}) == 1:
                return [self._raises(first.raises), self._line(as_statement(act), STEP)], []
            name = parameter_name("message", taken)
            return [self._raises(first.raises, name), self._line(as_statement(act), STEP)], [(name, messages)]
        told = [(case.changes or case.checks)[0] for case in group.cases]
        expected = [node for check in told if (node := expected_of(check)) is not None]
        before = [self._line(as_statement(act))] if first.changes else []
        if len(expected) != len(group.cases) or len({flat(node) for node in expected}) == 1:
            return [*before, self._line(f"assert {asserted(told[0], act)}")], []
        name = parameter_name("expected", taken)
        left, _, operator = check_form(told[0]).rpartition(" ")
        written = {"Eq": "==", "Is": "is"}[operator]
        return [*before, self._line(f"assert {inlined(f'{left} {written} {name}', act)}")], [(name, expected)]
