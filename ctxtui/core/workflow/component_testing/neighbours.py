"""What a Python module imports from its own package, as signatures: an agent need not read those files to use them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ctxtui.core.domain.syntax import parse_or_empty

MOST_CHARS = 6000
"""Of all neighbours of one module together; what does not fit is counted."""
_Function = ast.FunctionDef | ast.AsyncFunctionDef
ReadText = Callable[[str], str | None]
"""The text of a file by its path in the repository; None where there is none."""


@dataclass(frozen=True, slots=True)
class Package:
    """Where dotted names are looked for: below each import root, a path in the repository."""

    import_roots: tuple[str, ...]
    read: ReadText

    def find(self, dotted: str) -> tuple[str, str] | None:
        """The path and the text of a module."""
        inner = dotted.replace(".", "/")
        for root in self.import_roots:
            for path in (f"{root}/{inner}.py", f"{root}/{inner}/__init__.py"):
                plain = PurePosixPath(path).as_posix()
                text = self.read(plain)
                if text is not None:
                    return plain, text
        return None


def neighbours(name: str, source_path: str, package: Package) -> list[dict[str, str]]:
    """Each neighbour's path with the signatures of what is imported from it, in the order of the imports."""
    text = package.read(source_path)
    wanted: dict[str, list[str]] = {}
    is_package = source_path.endswith("/__init__.py")
    for dotted, imported in _imports(text or "", name, is_package=is_package):
        if not package.find(dotted) and "." in dotted:
            # `from . import money` names a module where other imports name what is in one.
            continue
        wanted.setdefault(dotted, []).extend(imported)
    told: list[dict[str, str]] = []
    left = MOST_CHARS
    for dotted, names in wanted.items():
        found = package.find(dotted)
        if found is None or found[0] == source_path:
            continue
        lines = "\n".join(_signatures(found[1], set(names)))
        if lines and len(lines) <= left:
            told.append({"path": found[0], "text": lines})
            left -= len(lines)
        elif lines:
            told.append({"path": found[0], "text": f"({len(lines):,} characters of signatures: read the file itself)"})
    return told


def _imports(text: str, name: str, *, is_package: bool) -> Iterator[tuple[str, list[str]]]:
    """Modules of the same top-level package that are imported anywhere, with the names that are taken from each."""
    top = name.partition(".")[0]
    for node in ast.walk(parse_or_empty(text)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names if alias.name.partition(".")[0] == top)
        elif isinstance(node, ast.ImportFrom):
            dotted = _absolute(node, name, is_package=is_package)
            if dotted.partition(".")[0] == top:
                names = [alias.name for alias in node.names]
                yield dotted, names
                yield from ((f"{dotted}.{one}", []) for one in names)


def _absolute(node: ast.ImportFrom, name: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    above = name.split(".")[: -node.level + is_package or None]
    return ".".join([*above, *([node.module] if node.module else [])])


def _signatures(text: str, names: set[str]) -> Iterator[str]:
    """Of the named functions and classes, or of all public ones where a module is imported as a whole."""
    is_whole = not names or "*" in names
    for node in parse_or_empty(text).body:
        if isinstance(node, _Function | ast.ClassDef) and (node.name in names or (is_whole and _is_public(node.name))):
            yield from _signature(node)


def _signature(node: _Function | ast.ClassDef) -> Iterator[str]:
    if isinstance(node, _Function):
        yield f"{_head(node)}{_summary(node)}"
        return
    bases = ", ".join(ast.unparse(base) for base in [*node.bases, *(item.value for item in node.keywords)])
    yield f"class {node.name}{f'({bases})' if bases else ''}:{_summary(node)}"
    for item in node.body:
        if isinstance(item, _Function) and (_is_public(item.name) or item.name == "__init__"):
            yield f"    {_head(item)}"
        elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and _is_public(item.target.id):
            yield f"    {ast.unparse(item)}"


def _head(node: _Function) -> str:
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{word} {node.name}({ast.unparse(node.args)}){result}"


def _summary(node: _Function | ast.ClassDef) -> str:
    lines: Sequence[str] = (ast.get_docstring(node) or "").splitlines()
    return f"  # {lines[0]}" if lines else ""


def _is_public(name: str) -> bool:
    return not name.startswith("_")
