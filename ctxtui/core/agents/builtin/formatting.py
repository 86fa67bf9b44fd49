"""Writes Python expressions and statements the way a formatter would, at a given width."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Sequence

WIDTH = 88
STEP = 4


def flat(node: ast.AST) -> str:
    """One line, with double quotes where they need no more escapes."""
    text = ast.unparse(node)
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


def _double_quoted(string: str) -> str:
    prefix = string[: len(string) - len(string.lstrip("rbfuRBFU"))]
    body = string[len(prefix) :]
    prefix = prefix.replace("u", "")
    if not body.startswith("'") or body.startswith("'''") or '"' in body:
        return prefix + body
    inner = body[1:-1].replace("\\'", "'") if "r" not in prefix.lower() else body[1:-1]
    return f'{prefix}"{inner}"'


def statement(source: str, indent: int) -> str:
    """A simple statement given as source, indented and wrapped."""
    node = ast.parse(source).body[0]
    pad = " " * indent
    if len(pad + flat(node)) <= WIDTH:
        return pad + flat(node)
    match node:
        case ast.Assign(targets=[target], value=value):
            return f"{pad}{flat(target)} = {expression(value, indent, len(flat(target)) + 3)}"
        case ast.Assert(test=test):
            return f"{pad}assert {_assertion(test, indent)}"
        case ast.Expr(value=value):
            return pad + expression(value, indent, 0)
        case _:
            return pad + flat(node)


def _assertion(test: ast.expr, indent: int) -> str:
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1):
        return expression(test, indent, len("assert "))
    left, right = test.left, test.comparators[0]
    operator = flat(ast.Compare(ast.Name("a"), test.ops, [ast.Name("b")]))[1:-1]
    if isinstance(left, ast.Compare | ast.BoolOp | ast.IfExp | ast.Lambda):  # flat() writes them without parentheses
        return flat(test)
    head = f"{flat(left)}{operator}"
    if _is_bracketed(right) and indent + len("assert ") + len(head) + 1 <= WIDTH:
        return head + expression(right, indent, len("assert ") + len(head))
    if _is_bracketed(left) and len(operator) + len(flat(right)) < WIDTH // 2:
        return expression(left, indent, len("assert "), force=True) + operator + flat(right)
    pad = " " * (indent + STEP)
    return (
        f"(\n{pad}{expression(left, indent + STEP, 0)}\n"
        f"{pad}{operator.lstrip()}{expression(right, indent + STEP, len(operator))}\n{' ' * indent})"
    )


def _is_bracketed(node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.Set | ast.Call)


def expression(node: ast.expr, indent: int, used: int, suffix: int = 0, *, force: bool = False) -> str:  # noqa: PLR0911 - one return a kind of expression
    """An expression starting `used` columns after `indent`; broken at its outermost bracket when too long."""
    text = flat(node)
    if not force and indent + used + len(text) + suffix <= WIDTH:
        return text
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
        case ast.Call(func=ast.Attribute(value=ast.Call() as inner, attr=name), args=[], keywords=[]):
            return f"{expression(inner, indent, used, len(name) + 3, force=True)}.{name}()"
        case ast.Call(func=func, args=args, keywords=keywords) if args or keywords:
            return _call(func, args, keywords, indent)
        case ast.BinOp(left=left, op=operation, right=right) if _is_bracketed(left) or _is_bracketed(right):
            operator = flat(ast.BinOp(ast.Name("a"), operation, ast.Name("b")))[1:-1]
            first = expression(left, indent, used, len(operator) + 2)
            return f"{first}{operator}{expression(right, indent, len(first.splitlines()[-1]) + len(operator), suffix)}"
        case ast.Constant(value=str() | bytes() as value) if _is_long_text(node):
            return _long_text(value, indent)
        case _:
            return text


def _call(func: ast.expr, args: Sequence[ast.expr], keywords: Sequence[ast.keyword], indent: int) -> str:
    if len(args) == 1 and not keywords and isinstance(args[0], ast.List | ast.Dict | ast.Set):
        return f"{flat(func)}({expression(args[0], indent, len(flat(func)) + 1, 1, force=True)})"
    if len(args) == 1 and not keywords and _is_long_text(args[0]):
        return f"{flat(func)}{expression(args[0], indent, WIDTH)}"
    parts = [_item(argument, indent) for argument in args]
    parts += [
        f"{keyword.arg}={_item(keyword.value, indent, len(keyword.arg) + 1)}" if keyword.arg else flat(keyword)
        for keyword in keywords
    ]
    together = ", ".join(parts)
    if "\n" not in together and indent + STEP + len(together) <= WIDTH:
        return f"{flat(func)}(\n{' ' * (indent + STEP)}{together}\n{' ' * indent})"
    return _bracketed(f"{flat(func)}(", parts, ")", indent)


def _is_long_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and len(node.value) > WIDTH * 3 // 4


def _item(node: ast.expr, indent: int, used: int = 0) -> str:
    return expression(node, indent + STEP, used, 1)


def _pair(key: ast.expr, value: ast.expr, indent: int) -> str:
    head = f"{flat(key)}: "
    return head + expression(value, indent + STEP, len(head), 1)


def _bracketed(opening: str, parts: Sequence[str], closing: str, indent: int) -> str:
    pad = " " * (indent + STEP)
    return opening + "\n" + "".join(f"{pad}{part},\n" for part in parts) + " " * indent + closing


def _long_text(value: str | bytes, indent: int) -> str:
    size = max(WIDTH - indent - STEP - 12, 30)
    chunks: list[str | bytes] = []
    rest = value
    while rest:
        cut = size
        while cut > size // 3 and len(repr(rest[:cut])) > size + 4:
            cut -= 4
        if isinstance(rest, str) and len(rest) > cut and " " in rest[cut // 2 : cut]:
            cut = rest.rindex(" ", 0, cut) + 1
        chunks.append(rest[:cut])
        rest = rest[cut:]
    pad = " " * (indent + STEP)
    return "(\n" + "".join(f"{pad}{flat(ast.Constant(chunk))}\n" for chunk in chunks) + " " * indent + ")"
