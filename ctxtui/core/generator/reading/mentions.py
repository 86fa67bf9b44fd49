"""Short texts that a docstring shows among its words: what a function is given, as often as not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ctxtui.core.generator.protocol.hints import MAX_TEXT

MOST_MENTIONS = 8
SHORTEST = 2
_TEXT_TYPES = frozenset({"str", "AnyStr", "Text", "bytes", "Optional[str]", "str | None", "str | bytes"})
_QUOTED = re.compile(r"""``([^`\n]+)``|(?<![:\w`])`([^`\n]+)`|"([^"\n]+)"|(?<!\w)'([^'\n]+)'(?!\w)""")
_BARE = re.compile(r"""#\w+|[^\s"'`\\]*\d[^\s"'`\\]*|[^\s"'`\\]*[{}<>=/:;*@%&+$#][^\s"'`\\]*""")
_SIGN = re.compile(r"[^\w\s.]")
_VERSION = re.compile(r"\d+(?:\.\w+){2,}")
_FIELD = re.compile(r"^\s*(?:[:@]|>>>|\.\.\.).*$", re.MULTILINE)
"""Lines that tell of parameters, or belong to an example."""


def text_parameter(function: ast.FunctionDef | ast.AsyncFunctionDef, *, is_method: bool) -> str:
    """The parameter that takes what the docstring shows, the first one, where it may be a text; else empty."""
    arguments = [*function.args.posonlyargs, *function.args.args][int(is_method) :]
    first = arguments[0] if arguments else None
    is_text = first is not None and (first.annotation is None or ast.unparse(first.annotation) in _TEXT_TYPES)
    return first.arg if first is not None and is_text else ""


def mentioned(docstring: str, own: set[str]) -> list[str]:
    """Texts in quotes, and words that are made like data before other words; none that is the name of a parameter."""
    prose = _FIELD.sub("", docstring)
    found = [text for text in (*_quoted(prose), *_bare(_QUOTED.sub(" ", prose))) if text not in own]
    fitting = [text for text in found if SHORTEST <= len(text) <= MAX_TEXT and text.isprintable()]
    return sorted(dict.fromkeys(fitting), key=str.isidentifier)[:MOST_MENTIONS]


def _quoted(prose: str) -> Iterator[str]:
    for match in _QUOTED.finditer(prose):
        text = next(filter(None, match.groups()))
        if text not in {"None", "True", "False"} and not text.endswith("()"):
            yield text.strip("'\"")


def _bare(prose: str) -> Iterator[str]:
    """Words with several signs, or with signs and digits: `rgb(1,2,3)`, `#ff8800`, `2024-01-31`, `a=1&b=2`."""
    for word in prose.split():
        text = word.strip("'\"").rstrip(".,;:!?")
        text = text[1:-1] if text[:1] + text[-1:] in {"()", "[]"} else text
        signs = len(_SIGN.findall(text))
        is_marked = signs > 1 or (signs == 1 and any(sign.isdigit() for sign in text)) or text.startswith("#")
        is_marked |= _VERSION.fullmatch(text) is not None
        is_whole = all(text.count(start) == text.count(end) for start, end in ("()", "[]", "{}"))
        if is_marked and is_whole and _BARE.fullmatch(text) and any(sign.isalnum() for sign in text):
            yield text
