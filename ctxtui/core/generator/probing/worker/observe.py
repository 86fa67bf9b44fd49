"""Turns what a call gave into assertions that a person would write."""

from __future__ import annotations

import ast
import decimal
import enum
import fractions
import functools
import io
import math
import os
import pathlib
import re
import uuid
from datetime import date, time, timedelta, timezone
from types import FunctionType, ModuleType
from typing import Any, Callable, Collection, Mapping, Sequence

from .attributes import is_wrapped, public_attributes, set_by_foreign_bases, told_by
from .careful import attribute, home_of
from .commands import told_of_run
from .doubles import is_double, told_to
from .models import record_fields
from .names import Names

RESULT = "result"
MAX_LITERAL = 200
MIN_LINES, MAX_LINES, MAX_LINES_LONG = 3, 20, 800
"""How many lines, and how many characters in all, of a text that is told as a whole: it can be read line by line."""
MAX_ITEMS = 12
MAX_DEPTH = 6
MAX_ATTRIBUTES = 8
TAKEN = 5
MOST_OF_ITEMS = 3
MOST_HOLDING = 3
_OF_TABLES = frozenset({"numpy", "pandas"})
EXACT = 1e9
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+|0x[0-9a-f]{8,}|/tmp/|\\\\temp\\\\")
_PLAIN = (bool, int, str, bytes, complex, type(None), type(Ellipsis))
_REPR_EVALUATES = (
    date,
    time,
    timedelta,
    timezone,
    decimal.Decimal,
    fractions.Fraction,
    pathlib.PurePath,
    uuid.UUID,
    range,
    slice,
)
_BASES: Sequence[Any] = (int, str, bytes, float, list, tuple, dict, set, frozenset)
_STDLIB_CONSTRUCTORS = {
    "Decimal": "decimal.",
    "Fraction": "fractions.",
    "PosixPath": "pathlib.",
    "PurePosixPath": "pathlib.",
    "UUID": "uuid.",
}


class Observer:
    """Writes assertions about values; `result` stands for the call's outcome, `folder` is where calls are made."""

    def __init__(self, names: Names, folder: str = "") -> None:
        self._names = names
        self._folder = folder

    def named(self, name: str) -> object:
        """What a name of the module stands for; None when it has none of that name."""
        return self._names.get(name)

    def literal(self, value: object, depth: int = 0, most: int = MAX_LITERAL) -> str | None:
        """Source text of an expression equal to the value, or None when there is no honest short one."""
        text = self._literal(value, depth)
        return text if text is not None and len(text) <= most else None

    def _literal(self, value: object, depth: int) -> str | None:  # noqa: C901, PLR0911 - one return a kind of value
        kind = type(value)
        if depth > MAX_DEPTH:
            return None
        if self._folder and isinstance(value, (str, pathlib.PurePath)) and str(value).startswith(self._folder):
            return self._in_folder(value)
        if kind in _PLAIN:
            text = repr(value)
            return text if len(text) <= MAX_LITERAL and not _ADDRESS.search(text) else None
        if kind is float:
            return _float_text(value)  # type: ignore[arg-type]
        if isinstance(value, enum.Enum):
            name = self._names.name_of(type(value))
            return (
                name + "." + value.name if name and isinstance(value.name, str) and value.name.isidentifier() else None
            )
        if kind in (list, tuple, set, frozenset, dict):
            return self._container(value, depth)
        if isinstance(value, (type, FunctionType)):
            return self._names.name_of(value)
        if isinstance(value, _REPR_EVALUATES):
            text = repr(value)
            prefix = _STDLIB_CONSTRUCTORS.get(kind.__name__, "")
            return self._if_evaluates(prefix + text, value)
        if isinstance(value, tuple(_BASES)):
            return self._as_base(value, depth)
        if home_of(kind) == "numpy" and attribute(value, "shape") == ():
            return self._literal(value.item(), depth)  # type: ignore[attr-defined]
        return self._by_repr(value, depth)

    def _in_folder(self, value: str | pathlib.PurePath) -> str | None:
        """A place in the current folder, wherever that is."""
        below = os.path.relpath(str(value), self._folder)
        place = f"{self._names.path_maker()}.cwd()" + ("" if below == "." else f" / {below!r}")
        text = f"str({place})" if isinstance(value, str) else place
        return None if _ADDRESS.search(text) else self._if_evaluates(text, value)

    def _container(self, value: object, depth: int) -> str | None:  # noqa: PLR0911 - one return a kind of container
        items = list(value.items()) if isinstance(value, dict) else list(value)  # type: ignore[call-overload]
        if len(items) > MAX_ITEMS * 4:
            return None
        if isinstance(value, dict):
            pairs = [(self._literal(k, depth + 1), self._literal(v, depth + 1)) for k, v in items]
            if any(k is None or v is None for k, v in pairs):
                return None
            return "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}"
        texts = [self._literal(item, depth + 1) for item in items]
        if any(text is None for text in texts):
            return None
        parts: list[str] = [text for text in texts if text is not None]
        if isinstance(value, tuple):
            return "(" + ", ".join(parts) + ("," if len(parts) == 1 else "") + ")"
        if isinstance(value, list):
            return "[" + ", ".join(parts) + "]"
        inner = "{" + ", ".join(sorted(parts)) + "}" if parts else ""
        if isinstance(value, frozenset):
            return "frozenset(" + inner + ")"
        return inner or "set()"

    def _as_base(self, value: object, depth: int) -> str | None:
        """A subclass of a built-in type, written as the built-in value it is equal to."""
        for base in _BASES:
            if isinstance(value, base):
                # A text that is safe to put into a page gives itself for its text.
                plain = str.__str__(value) if isinstance(value, str) else base(value)
                if type(plain) is not base:
                    return None
                if type(value).__eq__ is not base.__eq__ and not bool(value == plain):
                    return None
                return self._literal(plain, depth)
        return None

    def _by_repr(self, value: object, depth: int) -> str | None:
        if type(value).__eq__ is object.__eq__ or type(value).__repr__ is object.__repr__:
            return None
        text = repr(value)
        for candidate in (text, text[1:-1] if text.startswith("<") else ""):
            if candidate and len(candidate) <= MAX_LITERAL and self._if_evaluates(candidate, value):
                return self._without_defaults(candidate, value)
        return self._by_fields(value, text, depth)

    def _by_fields(self, value: object, text: str, depth: int) -> str | None:
        """A record that shows all of its fields by their names, some of them in words that are no Python."""
        kind = type(value)
        fields = record_fields(kind) if text.startswith(f"{kind.__qualname__}(") else []
        if not fields or any(f"{field}=" not in text for field in fields):
            return None
        texts = {field: self._literal(attribute(value, field), depth + 1) for field in fields}
        name = self._names.name_of(kind) if None not in texts.values() else None
        if not name:
            return None
        made = f"{name}({', '.join(f'{field}={told}' for field, told in texts.items())})"
        return self._without_defaults(made, value) if self._if_evaluates(made, value) else None

    def _without_defaults(self, text: str, value: object) -> str:
        """A construction without the keywords that make no difference, as a person would write it."""
        node = ast.parse(text, mode="eval").body
        if not isinstance(node, ast.Call):
            return text
        for keyword in list(node.keywords):
            fewer = ast.Call(node.func, node.args, [other for other in node.keywords if other is not keyword])
            shorter = _source_of(fewer)
            if shorter and self._if_evaluates(shorter, value):
                node, text = fewer, shorter
        return text

    def _if_evaluates(self, text: str, value: object) -> str | None:
        try:
            tree = ast.parse(text, mode="eval")
        except (SyntaxError, ValueError):
            return None
        if isinstance(tree.body, ast.Call):
            self._names.name_of(type(value))
        if not self._names.knows_all(text):
            return None
        try:
            again = eval(text, dict(self._names))  # noqa: S307 - the text is a repr of a value in a contained process
            return text if type(again) is type(value) and bool(again == value) else None
        except Exception:  # noqa: BLE001 - a repr may be anything; then it is no literal
            return None

    def checks(self, value: object, *, is_made: bool = False) -> list[str]:
        """Assertions about `result`, strongest first; empty when nothing telling can be said."""
        is_row = type(value) in (list, tuple, dict) and len(value) <= MAX_ITEMS  # type: ignore[arg-type]
        exact = self.literal(value, most=MAX_LITERAL * 2 if is_row else MAX_LITERAL)
        if exact is not None:
            return [self.equality(RESULT, value, exact)]
        if isinstance(value, str) and MIN_LINES <= value.count("\n") <= MAX_LINES and len(value) <= MAX_LINES_LONG:
            text = repr(value)
            return [] if _ADDRESS.search(text) else [f"{RESULT} == {text}"]
        if isinstance(value, (str, bytes)):
            return self._about_long_text(value)
        if hasattr(type(value), "__next__"):
            return self._about_iterator(value)
        return self._about_object(value, is_made=is_made)

    @staticmethod
    def equality(subject: str, value: object, text: str) -> str:
        if value is None or value is True or value is False:
            return f"{subject} is {text}"
        if isinstance(value, (type, FunctionType)):
            return f"{subject} is {text}"
        if isinstance(value, float) and math.isnan(value):
            return f"math.isnan({subject})"
        if _holds_approximate(value):
            return f"{subject} == pytest.approx({text})"
        return f"{subject} == {text}"

    def _about_long_text(self, value: object) -> list[str]:
        size = len(value)  # type: ignore[arg-type]
        if _ADDRESS.search(str(value)):
            return []
        head, tail = value[:60], value[-60:]  # type: ignore[index]
        return [f"len({RESULT}) == {size}", f"{RESULT}.startswith({head!r})", f"{RESULT}.endswith({tail!r})"]

    def _about_iterator(self, value: object) -> list[str]:
        items = []
        for item in value:  # type: ignore[attr-defined]
            items.append(item)
            if len(items) > MAX_ITEMS:
                break
        is_cut = len(items) > MAX_ITEMS
        kept = items[:TAKEN] if is_cut else items
        text = self.literal(kept)
        if text is None:
            return self._about_items(kept, f"itertools.islice({RESULT}, {TAKEN})" if is_cut else RESULT)[:1]
        subject = f"list(itertools.islice({RESULT}, {TAKEN}))" if is_cut else f"list({RESULT})"
        return [self.equality(subject, kept, text)]

    def _about_items(self, items: Sequence[object], subject: str) -> list[str]:
        """Objects in a row, which have no literals: by their texts, else by attributes that all of them have."""
        texts = [_text_of(repr, item) for item in items[: MAX_ITEMS + 1]]
        whole = repr(texts)
        is_shown = None not in texts and len(whole) <= MAX_LITERAL * 2 and not _ADDRESS.search(whole)
        if is_shown and 0 < len(items) <= MAX_ITEMS:
            return [f"[repr(item) for item in {subject}] == {whole}"]
        names = [public_attributes(item) for item in items[:MAX_ITEMS] if home_of(type(item)) != "builtins"]
        common = (
            [name for name in names[0] if all(name in other for other in names)] if len(names) == len(items) else []
        )
        found: list[str] = []
        for name in common:
            values = [attribute(item, name) for item in items]
            text = self.literal(values)
            if text and any(values) and len(found) < MOST_OF_ITEMS:
                found.append(self.equality(f"[item.{name} for item in {subject}]", values, text))
        return found

    def _about_object(self, value: object, *, is_made: bool) -> list[str]:
        """What can be seen of an object; that a class makes its own instances (`is_made`) is no news."""
        kind = type(value)
        if home_of(kind) == "builtins" or isinstance(value, ModuleType):
            return self._about_builtin(value)
        run = told_of_run(value, functools.partial(self.literal, most=MAX_LITERAL * 2))
        if run is not None:
            return run
        checks = self.state(value, RESULT)
        name = None if checks or is_made else self._names.name_of(kind) or self._names.imported_name_of(kind)
        return [f"isinstance({RESULT}, {name})"] if name else checks

    def _about_builtin(self, value: object) -> list[str]:
        if not isinstance(value, Collection):
            return []
        items = list(value)
        if isinstance(value, dict):
            return self._about_values(value)
        text = self.literal(items)
        if text is None and isinstance(value, (list, tuple)):
            return self._about_items(items, RESULT)
        return [self.equality(f"list({RESULT})", items, text)] if text else []

    def _about_values(self, value: Mapping[Any, object], subject: str = RESULT) -> list[str]:
        """A dictionary of objects by their texts, else its keys alone."""
        texts = {key: _text_of(repr, item) for key, item in value.items()}
        whole = self.literal(texts, most=MAX_LITERAL * 2)
        if whole and None not in texts.values() and not _ADDRESS.search(whole):
            return [f"{{key: repr(value) for key, value in {subject}.items()}} == {whole}"]
        keys = list(value)
        text = self.literal(keys)
        return [self.equality(f"list({subject})", keys, text)] if text else []

    def state_of(self, value: object, subject: str) -> list[str]:
        """As `state`, for built-in containers too."""
        if isinstance(value, (list, dict, set, bytearray)) and home_of(type(value)) == "builtins":
            text = self.literal(value)
            return [self.equality(subject, value, text)] if text else self._about_held(value, subject)
        if isinstance(value, (io.StringIO, io.BytesIO)):
            return self._about_stream(value, subject)
        if is_double(value):
            return told_to(value, subject, self.literal)
        if is_wrapped(value):
            told = ((name, getattr(value, name)()) for name in told_by(value))
            texts = [(name, given, self.literal(given)) for name, given in told]
            return [self.equality(f"{subject}.{name}()", given, text) for name, given, text in texts if text]
        return self.state(value, subject)

    def _about_held(self, value: Collection[Any], subject: str) -> list[str]:
        """A container of what has no literal: by the texts, by the keys, else by how many there are."""
        if isinstance(value, dict):
            told = self._about_values(value, subject)
        else:
            told = self._about_items(value, subject) if isinstance(value, list) else []
        return told[:1] or [f"len({subject}) == {len(value)}"]

    def _about_stream(self, value: io.StringIO | io.BytesIO, subject: str) -> list[str]:
        if value.closed:
            return [f"{subject}.closed"]
        text = self.literal(value.getvalue())
        return [f"{subject}.getvalue() == {text}"] if text else []

    def state(self, value: object, subject: str) -> list[str]:
        """What can be seen of an object from outside: text, size, items and public attributes."""
        found: list[str] = []
        kind = type(value)
        if isinstance(value, (type, FunctionType, ModuleType)) or home_of(kind) == "builtins" or is_double(value):
            return found
        if isinstance(value, re.Pattern):
            return [f"{subject}.pattern == {value.pattern!r}"]
        if home_of(kind).partition(".")[0] in _OF_TABLES:
            return self._about_table(value, subject)
        for function, slot in ((str, "__str__"), (repr, "__repr__")):
            if getattr(kind, slot) is not getattr(object, slot) and not found:
                text = _text_of(function, value)
                if isinstance(text, str) and len(text) <= MAX_LITERAL // 2 and not _ADDRESS.search(text):
                    found.append(f"{function.__name__}({subject}) == {text!r}")
        if subject == RESULT or not hasattr(kind, "__next__"):  # looking at an iterator uses it up
            found += self._items(value, subject)
        found += self._attributes(value, subject)
        return found

    def _about_table(self, value: Any, subject: str) -> list[str]:  # noqa: ANN401 - an array, a column or a table
        """Rows and columns as plain lists, for arrays of numpy and tables of pandas."""
        for name, arguments in (("tolist", ""), ("to_dict", "'list'")):
            method = attribute(value, name)
            if callable(method):
                plain = method("list") if arguments else method()
                text = self.literal(plain)
                return [self.equality(f"{subject}.{name}({arguments})", plain, text)] if text else []
        return []

    def _items(self, value: object, subject: str) -> list[str]:
        kind = type(value)
        if not _has(kind, "__len__") or isinstance(value, type):
            return []
        if isinstance(value, dict) or (_has(kind, "keys") and _has(kind, "__getitem__")):
            text = self.literal(dict(value))  # type: ignore[call-overload]
            if text:
                return [f"dict({subject}) == {text}"]
        elif _has(kind, "__iter__"):
            items = list(value)  # type: ignore[call-overload]
            text = self.literal(items)
            if text and text != "[]":
                return [self.equality(f"list({subject})", items, text)]
        return [f"len({subject}) == {len(value)}"]  # type: ignore[arg-type]

    def _attributes(self, value: object, subject: str) -> list[str]:
        found: list[str] = []
        holding: list[str] = []
        kind: Any = type(value)
        foreign = set_by_foreign_bases(kind, self._names.package)
        for name in public_attributes(value):
            if name in foreign:
                continue
            try:
                seen = getattr(value, name)
                text = self.literal(seen) if not callable(seen) else None
                if text is None and not callable(seen):
                    holding += self._holding(seen, f"{subject}.{name}")
            except Exception:  # noqa: BLE001, S112 - a property may raise anything; it is then not observed
                continue
            if text is not None:
                told = found if len(text) <= MAX_LITERAL // 2 else holding
                told.append(self.equality(f"{subject}.{name}", seen, text))
            if len(found) >= MAX_ATTRIBUTES:
                break
        return [*found, *holding[:MOST_HOLDING]]

    def _holding(self, value: object, subject: str) -> list[str]:
        """What an attribute holds that has no literal: objects, by their texts, else by how many they are."""
        if type(value) in (list, tuple, dict):
            seen: Any = value
            told = self._about_values(seen, subject) if type(value) is dict else self._about_items(seen, subject)
            return told[:1] or [f"len({subject}) == {len(seen)}"]
        is_ours = home_of(type(value)).partition(".")[0] == self._names.package
        text = _text_of(repr, value) if is_ours and type(value).__repr__ is not object.__repr__ else None
        if not isinstance(text, str) or len(text) > MAX_LITERAL // 2 or _ADDRESS.search(text):
            return []
        return [f"repr({subject}) == {text!r}"]


def _text_of(function: Callable[[object], str], value: object) -> str | None:
    try:
        return function(value)
    except Exception:  # noqa: BLE001 - a text that cannot be had, or only with a warning, tells nothing
        return None


def _has(kind: type, name: str) -> bool:
    """Whether instances have a method; what the class's own class has, as an enumeration's does, is not theirs."""
    return any(name in vars(owner) for owner in kind.__mro__)


def _source_of(node: ast.expr) -> str:
    """The source of an expression; empty on Python 3.8, which cannot write it."""
    unparse = getattr(ast, "unparse", None)
    return str(unparse(node)) if unparse else ""


def _holds_approximate(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value) and not _is_round(value)
    if isinstance(value, (list, tuple)):
        return any(_is_fraction(item) for item in value) and all(isinstance(item, (int, float, str)) for item in value)
    if type(value) is dict:
        return any(_is_fraction(item) for item in value.values()) and all(
            isinstance(item, (int, float, str)) for item in value.values()
        )
    return False


def _is_fraction(value: object) -> bool:
    return type(value) is float and not _is_round(value)


def _is_round(value: float) -> bool:
    """Whether every machine gives exactly this: whole, halves and quarters that are not large."""
    return abs(value) < EXACT and (value * 4).is_integer()


def _float_text(value: float) -> str | None:
    if math.isnan(value):
        return "math.nan"
    if math.isinf(value):
        return "math.inf" if value > 0 else "-math.inf"
    return repr(value)
