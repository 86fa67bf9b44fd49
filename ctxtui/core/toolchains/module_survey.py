"""What one Python source file holds, read from its syntax tree; also runs by itself under an older or newer Python.

Files that this program's own Python cannot parse are surveyed by the project's interpreter, which runs this very
file: so it needs nothing but the standard library, and no newer syntax than Python 3.8 has.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import warnings
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple  # noqa: UP035 - runs under Python 3.8


class ModuleSurvey(NamedTuple):
    """Facts about one file. `imports` are (level, module, names); `error` is a syntax error with its line.

    `defined` are the functions and classes at its top; `does_its_work` when statements at its top do more than define.
    """

    lines: int = 0
    has_behaviour: bool = False
    has_tests: bool = False
    is_generated: bool = False
    has_assertions: bool = False
    imports: Tuple[Tuple[int, str, Tuple[str, ...]], ...] = ()  # noqa: UP006 - evaluated under Python 3.8
    error: str = ""
    defined: Tuple[str, ...] = ()  # noqa: UP006 - evaluated under Python 3.8
    does_its_work: bool = False


GENERATED = re.compile(r"@generated|\bgenerated (?:by|with|from)\b|\bauto-?generated\b|\bdo not edit\b", re.IGNORECASE)
HEAD_LINES = 12
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
ONLY_TYPES = frozenset({"runtime_checkable", "final", "type_check_only"})
"""Decorators of classes that add nothing to call."""
FACTORIES = frozenset({"namedtuple", "NamedTuple", "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "make_dataclass"})


def survey(source: bytes, version: Optional[Tuple[int, int]] = None) -> ModuleSurvey:  # noqa: UP006, UP045 - as above
    """Surveys a file's bytes; `version` is the oldest grammar that has to accept it."""
    try:
        with warnings.catch_warnings():  # what a compiler thinks of the project's text is not for this terminal
            warnings.simplefilter("ignore")
            tree = ast.parse(source, feature_version=version)
    except SyntaxError as error:
        return ModuleSurvey(error=f"syntax error at line {error.lineno or 1}: {error.msg}")
    except (ValueError, RecursionError, MemoryError) as error:
        return ModuleSurvey(error=f"it cannot be parsed: {error}")
    statements = list(_statements(tree.body))
    return ModuleSurvey(
        lines=source.count(b"\n") + 1,
        has_behaviour=any(_behaves(node) for node in statements),
        has_tests=any(_is_test(node) for node in tree.body),
        is_generated=_says_it_is_generated(source),
        has_assertions=any(_asserts(node) for node in statements),
        imports=tuple(_imports(statements)),
        defined=tuple(node.name for node in tree.body if isinstance(node, (*FUNCTIONS, ast.ClassDef))),
        does_its_work=any(_is_work(node) for node in tree.body),
    )


def _statements(body: List[ast.stmt]) -> Iterator[ast.stmt]:  # noqa: UP006 - runs under Python 3.8
    """Every statement, at any depth; expressions are not entered, which keeps large packages fast."""
    stack = list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            for child in getattr(node, field, ()):
                if isinstance(child, ast.stmt):
                    stack.append(child)
                else:
                    stack.extend(getattr(child, "body", ()))


def _behaves(node: ast.stmt) -> bool:
    """Whether this is something a test can call."""
    if isinstance(node, FUNCTIONS):
        return not (_is_hook(node) or _is_overload(node) or all(_is_placeholder(child) for child in node.body))
    if isinstance(node, ast.ClassDef):
        makes_code = any(_last_name(decorator) not in ONLY_TYPES for decorator in node.decorator_list)
        return makes_code or any(_last_name(base) in FACTORIES for base in node.bases)
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Lambda) or (
            isinstance(node.value, ast.Call) and _last_name(node.value.func) in FACTORIES
        )
    return False


def _is_work(node: ast.stmt) -> bool:
    """A loop at the top, what is printed there, or a part for those who start the file."""
    if isinstance(node, (ast.For, ast.While)):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return _last_name(node.value.func) in {"print", "main"}
    return isinstance(node, ast.If) and any(
        isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(node.test)
    )


def _is_hook(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A module's own `__dir__` or `__getattr__`, not a class's: it says what the module shows, nobody calls it."""
    return len(node.args.args) == {"__dir__": 0, "__getattr__": 1}.get(node.name)


def _is_overload(node: ast.stmt) -> bool:
    return any(_last_name(decorator) == "overload" for decorator in getattr(node, "decorator_list", ()))


def _is_placeholder(node: ast.stmt) -> bool:
    """A docstring, an ellipsis, a pass, or what says that a subclass has to do it."""
    if isinstance(node, ast.Raise):
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return raised is not None and _last_name(raised) == "NotImplementedError"
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_test(node: ast.stmt) -> bool:
    if isinstance(node, FUNCTIONS):
        return node.name.startswith("test")
    if isinstance(node, ast.ClassDef):
        return node.name.startswith("Test") or any(_last_name(base).endswith("TestCase") for base in node.bases)
    return False


def _asserts(node: ast.stmt) -> bool:
    """An `assert`, or one of the methods that a `TestCase` has for it, on its own or around what has to raise."""
    calls = [node.value] if isinstance(node, ast.Expr) else []
    calls += [item.context_expr for item in node.items] if isinstance(node, (ast.With, ast.AsyncWith)) else []
    return isinstance(node, ast.Assert) or any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr.startswith("assert")
        for call in calls
    )


def _imports(statements: List[ast.stmt]) -> Iterator[Tuple[int, str, Tuple[str, ...]]]:  # noqa: UP006 - as above
    for node in statements:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield 0, alias.name, ()
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or "", tuple(alias.name for alias in node.names)


def _says_it_is_generated(source: bytes) -> bool:
    """Looks at the comments on top only: prose about generating things is no sign."""
    head = source[:4096].decode("utf-8", "replace").splitlines()[:HEAD_LINES]
    return any(line.lstrip().startswith("#") and GENERATED.search(line) for line in head)


def main() -> None:
    """Reads a JSON list of paths, writes a JSON map from path to survey."""
    found: Dict[str, Any] = {path: survey(Path(path).read_bytes()) for path in json.load(sys.stdin)}  # noqa: UP006 - as above
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
