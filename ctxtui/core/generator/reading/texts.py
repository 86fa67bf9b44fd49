"""Longer texts of the project: what its own authors feed to what reads text, such as a parser."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from textwrap import dedent

FEWEST_CHARACTERS = 12
MOST_CHARACTERS = 400
MOST_TEXTS = 14
_BLOCK = re.compile(r"(?:::|code-block::([^\n]*)|\.\. code::([^\n]*))\n\s*\n((?:[ \t]+[^\n]*\n?|\n)+)")
_OF_SHELL = re.compile(r"(?i)\s*(?:sh|bash|shell|zsh|console|shell-session|powershell|bat|cmd|terminal)\b")
"""Languages of blocks that say how something is installed or started, and are read by no code of the project."""
_DOING = (ast.Import, ast.ImportFrom, ast.Call)
_FENCE = re.compile(r"```([^\n]*)\n(.*?)```", re.DOTALL)
_MESSAGE = re.compile(r"%(\(\w+\))?[srd](?!\w)")
"""In a line: a message that waits for its values."""
_PROMPT = re.compile(r"^\s*(>>>|\$ |\.\.\. )", re.MULTILINE)


def texts_in_code(tree: ast.Module) -> Iterator[str]:
    """Strings with a structure of their own: several lines, or marks between the words; and blocks of docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring:
                yield from texts_in_prose(docstring)
    docstrings = {id(node) for node in _docstrings(tree)}
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.Constant) and id(node) not in docstrings else None
        if isinstance(value, str) and _is_structured(value):
            yield value


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def texts_in_prose(text: str) -> Iterator[str]:
    """Code blocks that are neither Python nor a session of it."""
    for block in _blocks(text):
        if _is_structured(block + "\n") and not _PROMPT.search(block) and _python(block) is None:
            yield block + "\n"


def code_in_prose(text: str) -> Iterator[ast.Module]:
    """Code blocks that are Python: what authors show is what their code is for."""
    for block in _blocks(text):
        tree = None if _PROMPT.search(block) else _python(block)
        if tree is not None:
            yield tree


def _blocks(text: str) -> Iterator[str]:
    for match in [*_FENCE.finditer(text), *_BLOCK.finditer(text)]:
        *languages, block = match.groups()
        if not any(_OF_SHELL.match(language) for language in languages if language):
            yield dedent(block).strip("\n")


def _python(block: str) -> ast.Module | None:
    """The block's tree, where it imports or calls anything: other texts may look like Python by chance."""
    try:
        tree = ast.parse(block)
    except (SyntaxError, ValueError, RecursionError):
        return None
    return tree if any(isinstance(node, _DOING) for node in ast.walk(tree)) else None


def _is_structured(text: str) -> bool:
    if _MESSAGE.search(text) and "\n" not in text:
        return False
    is_of_size = FEWEST_CHARACTERS <= len(text) <= MOST_CHARACTERS
    return is_of_size and ("\n" in text.strip() or len(re.findall(r"[^\w\s.,'%]", text)) >= 3) and text.isascii()  # noqa: PLR2004 - a few marks


def chosen(texts: Iterable[str]) -> list[str]:
    """The first few, shorter before longer ones of the same beginning, as source."""
    found: dict[str, None] = {}
    for text in texts:
        if len(found) < MOST_TEXTS:
            found.setdefault(repr(text))
    return list(found)
