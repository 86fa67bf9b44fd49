"""Types that docstrings tell of parameters, in the styles of Sphinx, Epytext, Google and NumPy, and type comments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_SPHINX = (
    re.compile(r"[:@]type\s+\*{0,2}(?P<name>\w+)\s*:\s*(?P<type>[^\n]+)"),
    re.compile(r":(?:param|parameter|arg|argument|key|keyword)\s+(?P<type>[^:\n]*?[^:\s])\s+\*{0,2}(?P<name>\w+)\s*:"),
)
_GOOGLE = re.compile(
    r"^[ \t]+\*{0,2}(?P<name>\w+)[ \t]*\((?P<type>[^()\n]*(?:\([^()]*\)[^()\n]*)*)\)[ \t]*:", re.MULTILINE
)
_NUMPY = re.compile(r"^[ \t]*\*{0,2}(?P<name>\w+)[ \t]*:[ \t]+(?P<type>[A-Za-z_`{][^\n]*)$", re.MULTILINE)
_GOOGLE_PART = re.compile(
    r"^[ \t]*(?:Args|Arguments|Parameters|Params|Keyword Args|Keyword Arguments):[ \t]*$", re.MULTILINE
)
_NUMPY_PART = re.compile(r"^[ \t]*(?:Other )?Parameters[ \t]*\n[ \t]*-{3,}", re.MULTILINE)
_PLAIN = {
    "string": "str",
    "text": "str",
    "unicode": "str",
    "basestring": "str",
    "integer": "int",
    "number": "float",
    "numeric": "float",
    "real": "float",
    "boolean": "bool",
    "function": "Callable",
    "callable": "Callable",
    "dictionary": "dict",
    "mapping": "dict",
    "iterable": "Iterable",
    "iterator": "Iterator",
    "generator": "Iterator",
    "sequence": "Sequence",
    "array": "list",
    "array_like": "list",
    "regex": "Pattern",
    "none": "None",
}
"""Words that people write for types."""
_ITEMS = re.compile(r"(?P<of>\w+)(?: of|\[) ?(?P<item>\w+?)s?\]?")
_ALTERNATIVES = re.compile(r"\s*(?:,\s*or\b|\bor\b|,|\||/)\s*")
_SAID_BESIDE = re.compile(r"(?i)\b(?:optional|required|default\b.*|an?|the|instance of|non-?empty|positive|ascii)\b")
_MARKUP = re.compile(r":\w+(?::\w+)*:`~?\.?([\w.]+)`|`{1,2}([^`]+)`{1,2}")


def documented_types(function: ast.FunctionDef | ast.AsyncFunctionDef, owner: str | None) -> Iterator[tuple[str, str]]:
    """(parameter, annotation) for what the function's docstring says, and its class's for a constructor."""
    yield from _commented(function)
    arguments = function.args
    own = {
        one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs) if one.annotation is None
    }
    for docstring in (ast.get_docstring(function) or "", owner or ""):
        for name, told in _told_in(docstring):
            if name in own:
                yield from ((name, annotation) for annotation in _annotations(told))


def _commented(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, str]]:
    """What a comment such as `# type: (bytes, int) -> str` says, which leaves out `self`."""
    try:
        told = ast.parse(function.type_comment or "()", mode="func_type").argtypes
    except SyntaxError:
        return
    arguments = [*function.args.posonlyargs, *function.args.args]
    is_method = len(told) < len(arguments) and arguments[0].arg in {"self", "cls"}
    for argument, kind in zip(arguments[int(is_method) :], told, strict=False):
        if argument.annotation is None and not isinstance(kind, ast.Constant):
            yield argument.arg, ast.unparse(kind)


def _told_in(docstring: str) -> Iterator[tuple[str, str]]:
    patterns = list(_SPHINX) if ":" in docstring else []
    patterns += [_GOOGLE] if _GOOGLE_PART.search(docstring) else []
    patterns += [_NUMPY] if _NUMPY_PART.search(docstring) else []
    for pattern in patterns:
        yield from ((match["name"], match["type"]) for match in pattern.finditer(docstring))


def _annotations(told: str) -> Iterator[str]:
    """`int or list of strings, optional` is `int` and `list[str]`; nothing for words that name no type."""
    text = _MARKUP.sub(lambda match: match[1] or match[2], told).strip().rstrip(".")
    if "[" in text and _is_annotation(text):
        yield text
        return
    for part in _ALTERNATIVES.split(_SAID_BESIDE.sub("", text)):
        annotation = _annotation(part.strip())
        if annotation:
            yield annotation


def _annotation(words: str) -> str:
    items = _ITEMS.fullmatch(words)
    if items:
        of, item = _plain(items["of"]), _plain(items["item"])
        return f"{of}[{item}]" if of in {"list", "set", "tuple", "Iterable", "Sequence", "Iterator"} else of
    return _plain(words) if re.fullmatch(r"[A-Za-z_][\w.]*", words) else ""


def _plain(word: str) -> str:
    return _PLAIN.get(word.lower(), word)


def _is_annotation(text: str) -> bool:
    try:
        return isinstance(ast.parse(text, mode="eval").body, ast.Subscript | ast.BinOp)
    except (SyntaxError, ValueError):
        return False
