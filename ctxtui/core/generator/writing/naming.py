"""Names for tests and their parameters: after the behaviour, short, and unlike any other in the file."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterable

from ctxtui.core.generator.protocol.stock import has_stock_words

MAX_SLUG = 28
MAX_DIGITS = 6
SHORTEST_WORD = 3
_TOLD_AS_IT_IS = re.compile(r"[A-Za-z]{1,14}( [A-Za-z]{1,10}){0,2}|\d+(\.\d+){1,3}|[a-z]+(_[a-z]+){1,2}|\s+", re.ASCII)
OPERATOR_NAMES = {
    "__eq__": "equality",
    "__ne__": "inequality",
    "__lt__": "less_than",
    "__le__": "less_or_equal",
    "__gt__": "greater_than",
    "__ge__": "greater_or_equal",
    "__add__": "addition",
    "__radd__": "reflected_addition",
    "__sub__": "subtraction",
    "__rsub__": "reflected_subtraction",
    "__mul__": "multiplication",
    "__rmul__": "reflected_multiplication",
    "__truediv__": "division",
    "__floordiv__": "floor_division",
    "__mod__": "modulo",
    "__and__": "intersection",
    "__rand__": "reflected_intersection",
    "__or__": "union",
    "__ror__": "reflected_union",
    "__xor__": "symmetric_difference",
    "__contains__": "membership",
    "__getitem__": "item_access",
    "__setitem__": "item_assignment",
    "__delitem__": "item_deletion",
    "__missing__": "missing_item",
    "__get__": "attribute_access",
    "__len__": "length",
    "__bool__": "truth",
    "__int__": "conversion_to_int",
    "__float__": "conversion_to_float",
    "__neg__": "negation",
    "__abs__": "absolute_value",
    "__invert__": "inversion",
    "__str__": "text",
    "__repr__": "repr",
    "__bytes__": "bytes",
    "__iter__": "iteration",
    "__reversed__": "reversed_iteration",
    "__call__": "call",
    "__format__": "format",
    "__copy__": "copy",
    "__deepcopy__": "deep_copy",
    "__reduce__": "pickling",
    "__setstate__": "pickling",
}


def snake(name: str) -> str:
    words = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3_\2\4", name)
    return re.sub(r"\W+|__+", "_", words.lower()).strip("_")


def subject_of(target: str, owner: str, act: str = "") -> str:
    """What a test of this target is about, inside the owner's test class; an instance may be called at once."""
    if owner and target == owner:
        return "call" if act.startswith(f"{owner}(") and ")(" in act else "construction"
    bare = target.rpartition(".")[2]
    return OPERATOR_NAMES.get(bare, re.sub(r"^tests?_(?=.)", "", snake(bare)) or "call")


def slug(source: str) -> str:
    """A few words for a value, such as `minus_1`, `empty_list` or the words of a text."""
    try:
        node = ast.parse(source, mode="eval").body
    except SyntaxError:
        return "value"
    text = _describe(node)
    if len(text) > MAX_SLUG:
        text = text[:MAX_SLUG].rpartition("_")[0] or text[:MAX_SLUG]
    return text.strip("_")


def words_for(source: str) -> str:  # noqa: PLR0911 - one return a kind of value
    """As `slug`, but only for values that a word or two tell as they are; empty for all others."""
    try:
        node = ast.parse(source, mode="eval").body
        value = ast.literal_eval(node)
    except (SyntaxError, ValueError, TypeError):
        return slug(source) if re.fullmatch(r"[A-Za-z_][\w.]*(\(\))?", source) else ""
    match value:
        case str() if value and (
            len(value) < SHORTEST_WORD or not _TOLD_AS_IT_IS.fullmatch(value) or has_stock_words(value)
        ):
            return ""
        case bytes() if value:
            return ""
        case float() if len(str(value)) > MAX_DIGITS:
            return ""
        case int() if not isinstance(value, bool) and abs(value) >= 10**MAX_DIGITS:
            return "large_number"
        case list() | tuple() | dict() | set() if value:
            return ""
        case _:
            return slug(source)


def class_words(owner: str) -> str:
    """A class's name as a part of its test class's: `SizedIterator` for `sized_iterator`."""
    bare = re.sub(r"^Test(?=[A-Z])", "", owner.strip("_"))
    return bare if bare[:1].isupper() else "".join(word[:1].upper() + word[1:] for word in bare.split("_"))


def _describe(node: ast.expr) -> str:  # noqa: C901, PLR0911, PLR0912 - one case a kind of expression
    match node:
        case ast.Constant(value=bool() | None as value):
            return str(value).lower()
        case ast.Constant(value=str() as value):
            words = re.sub(r"[^a-z0-9]+", "_", value.lower()).strip("_")
            return words or ("empty_string" if not value else "blank" if not value.strip() else "punctuation")
        case ast.Constant(value=bytes() as value):
            return "bytes" if value else "empty_bytes"
        case ast.Constant(value=int() | float() as value):
            return re.sub(r"\W+", "_", str(value)).strip("_")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return "minus_" + _describe(operand)
        case ast.List(elts=items):
            return _sized("list", items)
        case ast.Tuple(elts=items):
            return _sized("tuple", items)
        case ast.Dict(keys=keys):
            return "dict" if keys else "empty_dict"
        case ast.Set():
            return "set"
        case ast.Lambda():
            return "function"
        case ast.Call(func=ast.Name(id="issubclass")):
            return "ancestry"
        case ast.Call(func=func):
            return snake(ast.unparse(func).rpartition(".")[2]) or "value"
        case ast.Name(id=name):
            return snake(name)
        case ast.Attribute(attr=name):
            return snake(name)
        case _:
            return "value"


def _sized(kind: str, items: list[ast.expr]) -> str:
    if not items:
        return f"empty_{kind}"
    return f"single_item_{kind}" if len(items) == 1 else kind


def unique(name: str, taken: set[str], alternatives: Iterable[str]) -> str:
    """The name, made longer by the first alternative that sets it apart, or numbered."""
    name = re.sub(r"__+", "_", name).rstrip("_")
    candidates = [name, *(f"{name}_{more}" for more in alternatives if more and not name.endswith(more))]
    found = next((candidate for candidate in candidates if candidate not in taken), "")
    number = 2
    while not found:
        found = f"{name}_{number}" if f"{name}_{number}" not in taken else ""
        number += 1
    taken.add(found)
    return found


def parameter_name(wanted: str, taken: set[str]) -> str:
    """A column's name that hides neither a built-in nor an imported name."""
    name = snake(wanted) or "value"
    if not name.isidentifier() or keyword.iskeyword(name) or hasattr(builtins, name) or name in taken:
        name += "_value"
    while name in taken:
        name += "_"
    taken.add(name)
    return name
