"""Texts for what reads a language: made of the signs and words that a module's code looks for in its input."""

from __future__ import annotations

import ast
import random
import re
from typing import Any, Iterator, Sequence

FEWEST_SIGNS = 4
MOST_TEXTS = 18
MOST_DEPTH = 3
LONGEST_WORD = 12
MAX_TEXT = 60
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">", '"': '"', "'": "'", "`": "`", "/*": "*/", "<!--": "-->"}
_CLOSING.update({"{{": "}}", "{%": "%}", "${": "}", "[[": "]]", "<?": "?>"})
_LOOKING = ("startswith", "endswith", "split", "rsplit", "partition", "rpartition", "find", "index", "rfind", "strip")
_NUMBERS = frozenset({"int", "float", "Decimal"})
_UNIT = re.compile(r"[A-Za-z]{1,12}")
FEWEST_UNITS = 3
SHORT_UNIT = 2
MOST_TABLES = 2
_SIGN = re.compile(r"[^\w\s]{1,4}")
_WORD = re.compile(r"[A-Za-z][\w-]+")
_SEPARATING = ",;|&"
_JOINING = (":", "=", "->", "=>", "==", "<", ">", "+", "-", "*", "/", ".", "@")
_ATOMS = ("a", "name", "12", "-1.5", "one two", "x1")


def texts_of(tree: ast.Module) -> list[str]:
    """Literals of texts that nest, list and join the module's own signs; none where it knows too few of them."""
    looked_for = list(dict.fromkeys(_looked_for(tree)))
    signs = [text for text in looked_for if _SIGN.fullmatch(text)]
    if len(signs) < FEWEST_SIGNS:
        return []
    words = [text for text in looked_for if _WORD.fullmatch(text) and len(text) <= LONGEST_WORD]
    language = _Language(signs, words)
    texts = (language.text(depth) for _ in range(4 * MOST_TEXTS) for depth in range(1, MOST_DEPTH + 1))
    return list(dict.fromkeys(repr(text) for text in texts if 1 < len(text) <= MAX_TEXT))[:MOST_TEXTS]


def measures_of(tree: ast.Module) -> list[str]:
    """Literals of numbers with the units of the module's own tables: `"2h5m"`; none where it makes no numbers."""
    made = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    if not any(isinstance(function, ast.Name) and function.id in _NUMBERS for function in made):
        return []
    tables = list(dict.fromkeys(_units_in(tree)))[:MOST_TABLES]
    texts = (text for first, second, *_, last in tables for text in _measures(first, second, last))
    return list(dict.fromkeys(repr(text) for text in texts))


def _measures(first: str, second: str, last: str) -> Iterator[str]:
    yield from (f"2{first}5{second}", f"3 {second}", f"1.5{last}", f"2{first} 5{last}")


def _units_in(tree: ast.Module) -> Iterator[tuple[str, ...]]:
    """The names in each table of short ones."""
    for node in ast.walk(tree):
        names = [_unit_of(key, value) for key, value in _rows_of(node)]
        is_table = len(names) >= FEWEST_UNITS and all(map(_UNIT.fullmatch, names))
        if is_table and min(map(len, names)) <= SHORT_UNIT:
            yield tuple(names)


def _rows_of(node: ast.AST) -> Sequence[tuple[Any, Any]]:
    """The keys and values of a dictionary, or what stands for them in a row of pairs."""
    if isinstance(node, ast.Dict):
        return list(zip(node.keys, node.values))
    members = node.elts if isinstance(node, (ast.Tuple, ast.List)) else []
    pairs = [tuple(one.elts) for one in members if isinstance(one, ast.Tuple)]
    return pairs if len(pairs) == len(members) and all(len(pair) == 2 for pair in pairs) else []  # type: ignore[return-value]  # noqa: PLR2004 - as it says


def _unit_of(key: object, value: object) -> str:
    """The key, or the first of the names that stand for it; empty where neither is a text."""
    listed = _texts_in(value) if isinstance(value, (ast.List, ast.Tuple)) else iter(())
    return next(listed, "") or next(_texts_in(key), "")


def _looked_for(tree: ast.Module) -> Iterator[str]:
    """Texts that code compares with or searches for; of a text that is searched through, each sign."""
    nodes: Iterator[Any] = ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                yield from _texts_in(side)
                if isinstance(side, ast.Constant) and isinstance(side.value, str) and _is_in(node):
                    yield from side.value if len(side.value) <= LONGEST_WORD else ()
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _LOOKING:
            for argument in node.args[:1]:
                yield from _texts_in(argument)


def _is_in(node: ast.Compare) -> bool:
    return isinstance(node.ops[0], (ast.In, ast.NotIn))


def _texts_in(node: Any) -> Iterator[str]:  # noqa: ANN401 - an expression
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, (str, bytes)):
            yield part.value if isinstance(part.value, str) else part.value.decode("latin-1")


class _Language:
    """Writes texts by chance, the same ones each time."""

    def __init__(self, signs: Sequence[str], words: Sequence[str]) -> None:
        self._random = random.Random(5)  # noqa: S311 - texts that can be repeated, no secret
        self._pairs = [(sign, _CLOSING[sign]) for sign in signs if sign in _CLOSING]
        closing = {end for start, end in self._pairs if start != end}
        self._separators = [*(sign for sign in signs if sign in _SEPARATING), "\n"]
        self._joints = [sign for sign in signs if sign in _JOINING]
        self._others = [sign for sign in signs if sign not in closing and sign not in _CLOSING]
        self._atoms = [*words, *_ATOMS] if words else list(_ATOMS)

    def text(self, depth: int) -> str:
        """A list of items, an item in a pair of brackets, items side by side, or an item with a sign."""
        kind = self._random.randrange(6) if depth else 5
        if kind <= 1 and self._pairs:
            start, end = self._random.choice(self._pairs)
            inner = self._random.choice(self._atoms) if start == end else self.text(depth - 1)
            return start + inner + end
        if kind == 2:  # noqa: PLR2004 - one of six kinds
            separator = self._random.choice(self._separators)
            separator += self._random.choice(("", " ")) if separator != "\n" else ""
            return separator.join(self.text(depth - 1) for _ in range(self._random.choice((2, 3))))
        if kind == 3 and self._joints:  # noqa: PLR2004 - as above
            space = self._random.choice(("", " "))
            return space.join(
                (self._random.choice(self._atoms), self._random.choice(self._joints), self.text(depth - 1))
            )
        if kind == 4 and self._others:  # noqa: PLR2004 - as above
            return self._random.choice(self._others) + self.text(depth - 1)
        return self._random.choice(self._atoms)
