"""How a test says things: as pytest's functions have it, or as `unittest.TestCase` does."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Protocol

from ctxtui.core.generator.writing.formatting import STEP, flat, parametrized, row_lines

Columns = Sequence[tuple[str, Sequence[ast.expr]]]


class Dialect(Protocol):
    """Statements as source text, to be laid out by the writer."""

    table_depth: int
    """How much deeper than its test's other lines the body of a table stands."""
    capture: str
    """The context that a call prints in, empty where none is needed."""
    printed: str
    caught: str
    """The attribute that has the error of a context that expects one."""

    def check(self, source: str) -> str: ...

    def raises(self, kind: str, pattern: str) -> str: ...

    def warns(self, kind: str) -> str: ...

    def empty_folder(self) -> list[str]: ...

    def arranged(self, source: str) -> list[str]: ...

    def table(self, indent: int, columns: Columns, head: str, body: Sequence[str]) -> list[str]: ...


class Pytest:
    table_depth = 0
    capture = ""
    printed = "capsys.readouterr().out"
    caught = "value"

    def check(self, source: str) -> str:
        return source

    def raises(self, kind: str, pattern: str) -> str:
        return f"pytest.raises({kind}, match={pattern})" if pattern else f"pytest.raises({kind})"

    def warns(self, kind: str) -> str:
        return f"pytest.warns({kind})"

    def empty_folder(self) -> list[str]:
        return ["monkeypatch.chdir(tmp_path)"]

    def arranged(self, source: str) -> list[str]:
        return [source]

    def table(self, indent: int, columns: Columns, head: str, body: Sequence[str]) -> list[str]:
        return [parametrized(indent, columns), head, *body]


class Unittest:
    table_depth = 2 * STEP
    capture = "contextlib.redirect_stdout(io.StringIO()) as printed"
    printed = "printed.getvalue()"
    caught = "exception"

    def check(self, source: str) -> str:
        match ast.parse(source).body[0]:
            case ast.Assert(test=test):
                return _method_for(test)
            case _:
                return source

    def raises(self, kind: str, pattern: str) -> str:
        return f"self.assertRaisesRegex({kind}, {pattern})" if pattern else f"self.assertRaises({kind})"

    def warns(self, kind: str) -> str:
        return f"self.assertWarns({kind})"

    def empty_folder(self) -> list[str]:
        return [
            "folder = tempfile.TemporaryDirectory()",
            "self.addCleanup(folder.cleanup)",
            "self.addCleanup(os.chdir, os.getcwd())",
            "os.chdir(folder.name)",
        ]

    def arranged(self, source: str) -> list[str]:
        """`unittest.mock` for what pytest's fixture replaces."""
        match ast.parse(source).body[0]:
            case ast.Expr(ast.Call(func=ast.Attribute(ast.Name("monkeypatch"), method), args=arguments)):
                values = [flat(argument) for argument in arguments]
                return _patched(method, *values)
            case _:
                return [source]

    def table(self, indent: int, columns: Columns, head: str, body: Sequence[str]) -> list[str]:
        names = ", ".join(name for name, _ in columns)
        told = ", ".join(f"{name}={name}" for name, _ in columns if name not in {"expected", "message"})
        pad = " " * (indent + STEP)
        rows = "".join(row_lines(indent + 2 * STEP, columns))
        loop = f"{pad}for {names} in [\n{rows}{pad}]:"
        return [head, loop, f"{pad}    with self.subTest({told}):", *body]


def _patched(method: str, name: str, value: str = "") -> list[str]:
    made = {
        "setattr": f"mock.patch({name}, {value})",
        "setenv": f"mock.patch.dict(os.environ, {{{name}: {value}}})",
        "delenv": "mock.patch.dict(os.environ)",
    }[method]
    removed = [f"os.environ.pop({name}, None)"] if method == "delenv" else []
    return [f"patch = {made}", "patch.start()", "self.addCleanup(patch.stop)", *removed]


_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "assertEqual",
    ast.NotEq: "assertNotEqual",
    ast.Is: "assertIs",
    ast.IsNot: "assertIsNot",
    ast.In: "assertIn",
    ast.NotIn: "assertNotIn",
    ast.Lt: "assertLess",
    ast.LtE: "assertLessEqual",
    ast.Gt: "assertGreater",
    ast.GtE: "assertGreaterEqual",
}


def _method_for(test: ast.expr) -> str:
    """`self.assertEqual(a, b)` for `assert a == b`."""
    match test:
        case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return f"self.assertIsNone({flat(left)})"
        case ast.Compare(
            left=left, ops=[ast.Eq()], comparators=[ast.Call(func=function, args=[value], keywords=[])]
        ) if flat(function) == "pytest.approx" and isinstance(value, ast.Constant | ast.UnaryOp):
            return f"self.assertAlmostEqual({flat(left)}, {flat(value)})"
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return f"self.{_COMPARISONS[type(operator)]}({flat(left)}, {flat(right)})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return f"self.assertFalse({flat(operand)})"
        case ast.Call(func=ast.Name(id="isinstance"), args=[value, kind]):
            return f"self.assertIsInstance({flat(value)}, {flat(kind)})"
        case _:
            return f"self.assertTrue({flat(test)})"
