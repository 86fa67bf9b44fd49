"""Writes Python expressions and statements the way a formatter would, at a given width."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar

from ctxtui.core.generator.protocol.style import WIDTH
from ctxtui.core.generator.writing.spelling import spelled, with_names_spelled

STEP = 4
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
"""Statements that a formatter puts an empty line after."""
_WIDTH: ContextVar[int] = ContextVar("width", default=WIDTH)
_IS_SINGLE_QUOTED: ContextVar[bool] = ContextVar("is_single_quoted", default=False)


@contextlib.contextmanager
def written_at(
    width: int, *, is_single_quoted: bool = False, spelling: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Inside, lines are at most this long, texts are in these quotes, and names are spelled as they are told."""
    token, quotes = _WIDTH.set(width), _IS_SINGLE_QUOTED.set(is_single_quoted)
    try:
        with with_names_spelled(spelling or {}):
            yield
    finally:
        _WIDTH.reset(token)
        _IS_SINGLE_QUOTED.reset(quotes)


def flat(node: ast.AST) -> str:
    """One line, with the project's quotes where they need no more escapes."""
    text = ast.unparse(node)
    if _IS_SINGLE_QUOTED.get():
        return text
    pieces: list[str] = []
    end = 0
    offsets = [0]
    for line in text.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.STRING:
            start = offsets[token.start[0] - 1] + token.start[1]
            pieces += [text[end:start], _double_quoted(token.string)]
            end = offsets[token.end[0] - 1] + token.end[1]
    return "".join([*pieces, text[end:]])


def quoted(value: str) -> str:
    """A text in the project's quotes."""
    return flat(ast.Constant(value))


def _double_quoted(string: str) -> str:
    prefix = string[: len(string) - len(string.lstrip("rbfuRBFU"))]
    body = string[len(prefix) :]
    prefix = prefix.replace("u", "")
    if not body.startswith("'") or body.startswith("'''") or '"' in body:
        return prefix + body
    inner = body[1:-1].replace("\\'", "'") if "r" not in prefix.lower() else body[1:-1]
    return f'{prefix}"{inner}"'


_AFTER_HEAD = re.compile(r"^((?:.*\n)?class [^\n]*:)\n\n")
"""The blank line that `ast.unparse` leaves between a class's first line and its first method."""


def statement(source: str, indent: int) -> str:
    """A simple statement given as source, indented and wrapped."""
    node = spelled(ast.parse(source).body[0])
    pad = " " * indent
    if len(pad + flat(node)) <= _WIDTH.get() and "\n" not in flat(node):
        return pad + flat(node)
    match node:
        case ast.Assign(targets=[target], value=value):
            return f"{pad}{flat(target)} = {expression(value, indent, len(flat(target)) + 3)}"
        case ast.Assert(test=test):
            return f"{pad}assert {_assertion(test, indent)}"
        case ast.Expr(value=value):
            return pad + expression(value, indent, 0)
        case ast.Return(value=ast.expr() as value):
            return f"{pad}return {expression(value, indent, len('return '))}"
        case _:
            whole = _AFTER_HEAD.sub(r"\1\n", flat(node))
            text = "\n".join(pad + line if line else line for line in whole.split("\n"))
            return text + "\n" if isinstance(node, _DEFINITIONS) else text


def _assertion(test: ast.expr, indent: int) -> str:
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1):
        return expression(test, indent, len("assert "))
    left, right = test.left, test.comparators[0]
    operator = _sign(test.ops[0])
    if isinstance(left, ast.Compare | ast.BoolOp | ast.IfExp | ast.Lambda):  # flat() writes them without parentheses
        return flat(test)
    head = f"{flat(left)}{operator}"
    is_headed = indent + len("assert ") + len(head) + 1 <= _WIDTH.get()
    if is_headed and _is_long_text(right) and isinstance(right, ast.Constant) and isinstance(right.value, str | bytes):
        return head + _long_text(right.value, indent)
    if _is_bracketed(right) and is_headed:
        return head + expression(right, indent, len("assert ") + len(head))
    return _compared(left, test.ops[0], right, indent)


def _compared(left: ast.expr, operation: ast.cmpop, right: ast.expr, indent: int) -> str:
    pad = " " * (indent + STEP)
    whole = flat(ast.Compare(left, [operation], [right]))
    if indent + STEP + len(whole) <= _WIDTH.get():
        return f"(\n{pad}{whole}\n{' ' * indent})"
    operator = _sign(operation)
    return (
        f"(\n{pad}{expression(left, indent + STEP, 0)}\n"
        f"{pad}{operator.lstrip()}{expression(right, indent + STEP, len(operator))}\n{' ' * indent})"
    )


def _sign(operation: ast.cmpop) -> str:
    return flat(ast.Compare(ast.Name("a"), [operation], [ast.Name("b")]))[1:-1]


def _is_bracketed(node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.Set | ast.Call)


def expression(node: ast.expr, indent: int, used: int, suffix: int = 0, *, force: bool = False) -> str:
    """An expression starting `used` columns after `indent`; broken at its outermost bracket when too long."""
    text = flat(node)
    if not force and indent + used + len(text) + suffix <= _WIDTH.get():
        return text
    return _collection(node, indent) or _broken(node, indent, used, suffix) or text


def _collection(node: ast.expr, indent: int) -> str:
    """A list, set, tuple or dict with a line for each item; empty for anything else."""
    match node:
        case ast.List(elts=items) if items:
            return _bracketed("[", [_item(item, indent) for item in items], "]", indent)
        case ast.Set(elts=items):
            return _bracketed("{", [_item(item, indent) for item in items], "}", indent)
        case ast.Tuple(elts=items) if items:
            return _bracketed("(", [_item(item, indent) for item in items], ")", indent)
        case ast.Dict(keys=keys, values=values) if keys and all(keys):
            pairs = [_pair(key, value, indent) for key, value in zip(keys, values, strict=True) if key]
            return _bracketed("{", pairs, "}", indent)
        case _:
            return ""


def _broken(node: ast.expr, indent: int, used: int, suffix: int) -> str:  # noqa: PLR0911 - one return a kind of expression
    """Any other expression, broken inside its brackets or in brackets of its own; empty where that cannot be."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call() | ast.Subscript() as inner, attr=name), args=[], keywords=[]):
            return f"{expression(inner, indent, used, len(name) + 3, force=True)}.{name}()"
        case ast.Attribute(value=ast.Call() as inner, attr=name):
            return f"{expression(inner, indent, used, len(name) + 1, force=True)}.{name}"
        case ast.Subscript(value=ast.Call() as inner, slice=ast.Constant() as key):
            return f"{expression(inner, indent, used, len(flat(key)) + 2, force=True)}[{flat(key)}]"
        case ast.Subscript(value=value, slice=key) if not isinstance(key, ast.Slice):
            pad = " " * (indent + STEP)
            return f"{flat(value)}[\n{pad}{expression(key, indent + STEP, 0)}\n{' ' * indent}]"
        case ast.Compare(left=left, ops=[operation], comparators=[right]):
            return _compared(left, operation, right, indent)
        case ast.Call(func=func, args=args, keywords=keywords) if args or keywords:
            return _call(func, args, keywords, indent)
        case ast.Lambda(body=ast.Call() as body):
            head = flat(node).removesuffix(flat(body))
            return head + expression(body, indent, used + len(head), suffix)
        case ast.BinOp(left=left, op=operation, right=right) if _is_bracketed(left) or _is_bracketed(right):
            operator = flat(ast.BinOp(ast.Name("a"), operation, ast.Name("b")))[1:-1]
            first = expression(left, indent, used, len(operator) + 2)
            return f"{first}{operator}{expression(right, indent, len(first.splitlines()[-1]) + len(operator), suffix)}"
        case ast.Constant(value=str() | bytes() as value) if _is_long_text(node):
            return _long_text(value, indent)
        case _:
            return ""


def _call(func: ast.expr, args: Sequence[ast.expr], keywords: Sequence[ast.keyword], indent: int) -> str:
    if len(args) == 1 and not keywords and _is_long_text(args[0]):
        return f"{flat(func)}{expression(args[0], indent, _WIDTH.get())}"
    parts = [_item(argument, indent) for argument in args]
    parts += [
        f"{keyword.arg}={_item(keyword.value, indent, len(keyword.arg) + 1)}" if keyword.arg else flat(keyword)
        for keyword in keywords
    ]
    together = ", ".join(parts)
    is_one_line = "\n" not in together and indent + STEP + len(together) <= _WIDTH.get()
    if is_one_line or (len(parts) == 1 and args):
        return f"{flat(func)}(\n{' ' * (indent + STEP)}{together}\n{' ' * indent})"
    return _bracketed(f"{flat(func)}(", parts, ")", indent)


def _is_long_text(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str | bytes)
        and len(node.value) > _WIDTH.get() * 3 // 4
    )


def _item(node: ast.expr, indent: int, used: int = 0) -> str:
    return expression(node, indent + STEP, used, 1)


def _pair(key: ast.expr, value: ast.expr, indent: int) -> str:
    head = f"{flat(key)}: "
    return head + expression(value, indent + STEP, len(head), 1)


def _bracketed(opening: str, parts: Sequence[str], closing: str, indent: int) -> str:
    pad = " " * (indent + STEP)
    return opening + "\n" + "".join(f"{pad}{part},\n" for part in parts) + " " * indent + closing


def _long_text(value: str | bytes, indent: int) -> str:
    """A text in pieces: its lines where it has some."""
    pad = " " * (indent + STEP)
    if len(pad + flat(ast.Constant(value))) <= _WIDTH.get():
        return f"(\n{pad}{flat(ast.Constant(value))}\n{' ' * indent})"
    size = max(_WIDTH.get() - indent - STEP - 6, 30)
    lines: list[str] | list[bytes] = (
        re.findall(r"\n*[^\n]+\n*|\n+", value) if isinstance(value, str) else value.splitlines(keepends=True)
    )
    chunks = [chunk for line in lines for chunk in _chunks(line, size)]
    return "(\n" + "".join(f"{pad}{flat(ast.Constant(chunk))}\n" for chunk in chunks) + " " * indent + ")"


def _chunks(line: str | bytes, size: int) -> list[str | bytes]:
    """A line of a text in pieces of that size, broken between words."""
    chunks: list[str | bytes] = []
    rest = line
    while rest:
        cut = size
        while cut > size // 3 and len(repr(rest[:cut])) > size + 4:
            cut -= 4
        if isinstance(rest, str) and len(rest) > cut and " " in rest[cut // 2 : cut]:
            cut = rest.rindex(" ", 0, cut) + 1
        chunks.append(rest[:cut])
        rest = rest[cut:]
    return chunks


def parametrized(indent: int, columns: Sequence[tuple[str, Sequence[ast.expr]]]) -> str:
    """The decorator of a test that is run once a row."""
    pad = " " * indent
    names = ", ".join(quoted(name) for name, _ in columns)
    names = names if len(columns) == 1 else f"({names})"
    listed = "".join(row_lines(indent + STEP * 2, columns))
    return f"{pad}@pytest.mark.parametrize(\n{pad}    {names},\n{pad}    [\n{listed}{pad}    ],\n{pad})"


def row_lines(indent: int, columns: Sequence[tuple[str, Sequence[ast.expr]]]) -> list[str]:
    """The rows of a table, where there is one column its values."""
    rows = zip(*(column for _, column in columns), strict=True)
    nodes = [row[0] if len(row) == 1 else ast.Tuple(list(row), ast.Load()) for row in rows]
    return [f"{' ' * indent}{expression(spelled(node), indent, 0, 1)},\n" for node in nodes]
