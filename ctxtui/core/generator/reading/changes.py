"""The small changes to a module that cases are tried on: the same kinds that the `kills` rung knows."""

from __future__ import annotations

import ast
import hashlib
import io
import random
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ctxtui.core.mutations import Edit, Source, edits

MOST = 600


def changes_of(source: Path) -> dict[str, list[Any]]:
    """Each function at the top or in a class, with its text, and edits of its body.

    They are mixed but always in one order, the fine ones last. Where this program's own Python cannot read the source
    there are none.
    """
    content = source.read_bytes()
    try:
        text = content.decode(tokenize.detect_encoding(io.BytesIO(content).readline)[0]).removeprefix("\ufeff")
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {"functions": [], "edits": []}
    data = Source(text.encode())
    functions = list(_functions(tree))
    found = list(edits(tree, data))
    random.Random(hashlib.sha256(content).digest()).shuffle(found)  # noqa: S311 - a sample that can be repeated
    found.sort(key=lambda edit: edit.is_fine)
    listed = [
        [
            index,
            edit.start - data.start(function),
            edit.end - data.start(function),
            edit.new.decode(),
            edit.line,
            edit.statement,
        ]
        for edit in found
        if (index := _holder(edit, functions, data)) is not None
        for function in (functions[index][0],)
    ]
    return {
        "functions": [_told(function, owner, data) for function, owner in functions],
        "edits": listed[:MOST],
    }


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(tree: ast.Module) -> Iterator[tuple[_Function, str]]:
    for node in tree.body:
        if isinstance(node, _Function):
            yield node, ""
        elif isinstance(node, ast.ClassDef):
            yield from ((member, node.name) for member in node.body if isinstance(member, _Function))


def _holder(edit: Edit, functions: list[tuple[_Function, str]], data: Source) -> int | None:
    """The function whose body an edit is in; defaults are tried in another way."""
    for index, (function, _) in enumerate(functions):
        if data.start(function.body[0]) <= edit.start and edit.end <= data.end(function):
            return index
    return None


def _told(function: _Function, owner: str, data: Source) -> dict[str, Any]:
    first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
    return {
        "name": function.name,
        "owner": owner,
        "first": first,
        "line": function.lineno,
        "column": function.col_offset,
        "text": data.text(function).decode(),
    }
