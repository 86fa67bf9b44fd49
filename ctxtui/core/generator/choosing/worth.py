"""What a case is worth to a reader: how long it is, how odd its inputs are, and how much its assertions say."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from functools import lru_cache

from ctxtui.core.generator.choosing.echoes import comes_back, gives_back
from ctxtui.core.generator.probing.worker.keeping import FAILED_STEP
from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.protocol.stock import is_stock

WARNED = 1.5
"""For a call that warns: it is how not to do it."""
ROUNDABOUT = 0.5
"""For each step between an object and what is done to it."""
PATCHED = 0.5
"""For each part of the surroundings that has to be changed first."""
FLAG = 0.4
"""For a bool that stands where its meaning is not told: such as a number, as often as not."""
SWALLOWED = 3.0
"""For each step that fails and is passed over: nobody arranges a test so."""
INVOLVED = 1.2
"""For each operation among the inputs: a reader wants values."""
ECHO = 0.9
ALIKE = 0.4
"""For each input that is the same as another: it hides which of them matters."""
INSIDE = 0.3
"""For each part of the oddity of a short text or small number in a collection: what is looked up in one is short."""
LARGE = 100_000
MOST_SIGNS = 0.4
LONG_TEXT = 6
_ANY_TEXT = r"""'[^'\n]*'|"[^"\n]*\""""
_EMPTY_OR_TRUTH = r"is (None|False|True)$|== (\[\]|\{\}|\(\)|''|\"\"|b''|[A-Za-z_]\w*\(\)|0)$"
_TYPE_ONLY = r"^isinstance\(|== ['\"]<(?:[\w.]*[A-Z]\w*|\w+(?:\.\w+)+)(?: object)?>['\"]$"
"""An instance's class, or a text that shows no more of it: other texts in angle brackets are markup or have values."""
_SAYS_LITTLE = re.compile(f"{_EMPTY_OR_TRUTH}|{_TYPE_ONLY}")
_KIND_OF_ITS_OWN = re.compile(_EMPTY_OR_TRUTH)
_SHOWS_OBJECT = re.compile(r"result\.|(?:str|repr)\(result\)")
"""Which attribute comes first depends on what was given: an object is one sort of end."""
_LOOKS_LIKE_PATTERN = re.compile(r"\\[dwsbDWS]|\[[^\]]+\][+*]|\(\?|\\\d")
"""A regular expression that the code searches with is no text that is searched."""
_LOOKS_LIKE_MARKUP = re.compile(r":\w+:`|``|^ .*\. |\{\w*\}.*\s|\s.*\{\w*\}|%\(?\w*\)?[srd]\b")
"""A piece of documentation, or a message that waits for its values."""
_LOOKS_LIKE_NAME = re.compile(r"_?[a-z]+(?:_[a-z0-9]+)+|[a-z]+_")
"""What the module's own code is called, more often than what it works on."""
_LOOKS_LIKE_PIECE = re.compile(r"^ \S|\w[^\n]*\S $")
"""A piece of a message, that is put together with others."""
_CRASH = re.compile(
    r"object has no attribute|unsupported operand|not (?:subscriptable|callable|iterable)|unexpected keyword argument"
    r"|(?:takes|missing) \d+ |object is not |object does not support|unhashable type"
)
_SAYS_TYPE_ONLY = re.compile(_TYPE_ONLY)


def is_hollow(case: Case) -> bool:
    """Whether it is no example of what the target is for: a refusal, nothing in and nothing out, an untouched text."""
    if case.raises or case.is_weak or comes_back(case):
        return True
    says_little = all(_SAYS_LITTLE.search(check) for check in case.checks) and not (case.changes or case.prints)
    return says_little and (is_degenerate(case) or not _inputs(case.act, case.setup))


def is_like(case: Case, other: Case) -> bool:
    """Whether two calls differ only in how far the same long texts go on."""
    texts, others = _long_texts(case.act), _long_texts(other.act)
    pairs = list(zip(texts, others, strict=False))
    is_alike = len(texts) == len(others) > 0 and all(_goes_on(*pair) or _goes_on(*pair[::-1]) for pair in pairs)
    return is_alike and re.sub(_ANY_TEXT, "", case.act) == re.sub(_ANY_TEXT, "", other.act)


def _long_texts(source: str) -> list[str]:
    values = [node.value for node in _nodes(source) if isinstance(node, ast.Constant)]
    texts = [value.decode("latin-1") if isinstance(value, bytes) else value for value in values]
    return [text for text in texts if isinstance(text, str) and len(text) >= LONG_TEXT]


def _goes_on(text: str, other: str) -> bool:
    return text.startswith(other) or text.endswith(other)


def is_idle(case: Case) -> bool:
    """Whether a method is called on an object that was made with nothing, with nothing."""
    return bool(case.owner) and case.target != case.owner and not case.raises and not _inputs(case.act, case.setup)


def is_vacuous(case: Case) -> bool:
    """Whether an object is compared with itself."""
    left, sign, right = case.act.partition(" == ")
    return bool(sign) and left == right and re.fullmatch(r"hash\(\w+\)", left) is not None


def is_of_stand_in(case: Case) -> bool:
    """Whether a method is called that the test itself defines, in a class that is there to make one of the module's."""
    name = case.target.rpartition(".")[2]
    is_defined = any(step.startswith("class ") and f"def {name}(" in step for step in case.setup)
    return is_defined and f".{name}(" in case.act


def kind_of_result(case: Case) -> str:
    """What sort of end a call comes to: a reader wants to see each that there is."""
    if case.raises:
        return f"raises {case.raises[0]}"
    first = case.checks[0] if case.checks else ""
    if _KIND_OF_ITS_OWN.search(first) and not first.startswith("result."):
        return first
    if _SHOWS_OBJECT.match(first):
        return "an object"
    if gives_back(case):
        return "result "
    return (
        "prints"
        if case.prints
        else "changes"
        if case.changes and not first
        else re.sub(r"==.*$", "", first, flags=re.DOTALL)
    )


def shows_type_only(case: Case) -> bool:
    return bool(case.checks) and bool(_SAYS_TYPE_ONLY.search(case.checks[0])) and case.is_plain


def says_little(case: Case) -> bool:
    """Whether every assertion would hold of many other results too."""
    return bool(case.checks) and all(_SAYS_LITTLE.search(check) for check in case.checks) and not case.changes


def is_private(target: str) -> bool:
    """Whether a target is not meant to be called from outside; special methods are."""
    return any(part.startswith("_") and not part.endswith("__") for part in target.split("."))


def is_special(target: str) -> bool:
    """Whether Python calls it, and most classes have it from elsewhere."""
    return target.endswith("__")


def is_crash(case: Case) -> bool:
    """Whether an error is the interpreter's own: nobody meant it."""
    return case.raises is not None and _CRASH.search(case.raises[1]) is not None


def is_in_passing(case: Case) -> bool:
    """Whether the surroundings are pinned for another function's sake, which gives an argument."""
    if not any(step.startswith("monkeypatch.") for step in case.setup):
        return False
    calls = [node for node in _nodes(case.act) if isinstance(node, ast.Call)]
    given = [node for call in calls for value in call.args for node in ast.walk(value) if isinstance(node, ast.Call)]
    return any(isinstance(node.func, ast.Name) and node.func.id in case.names for node in given)


def is_mangled(target: str) -> bool:
    """Whether a target's name is one that Python keeps to its class."""
    return re.search(r"(^|\.)_\w+?__\w*[a-z0-9]$", target) is not None


def is_degenerate(case: Case) -> bool:
    """Whether every value that goes in is empty, 0, 1, None, a bool, or a text of one or two characters."""
    values = list(_inputs(case.act, case.setup))
    return bool(values) and all(_is_degenerate(value) for value in values)


def strangeness(case: Case) -> float:
    """How odd the inputs look to a reader; what the project's own authors wrote never looks so."""
    placed = _placed_inputs(case.act, case.setup)
    inputs = [node for node, is_inside in placed if not is_inside]
    involved = INVOLVED * sum(isinstance(node, ast.BinOp | ast.JoinedStr) for node in _nodes(case.act))
    involved += ROUNDABOUT * max(len(case.setup) - 1, 0)
    involved += PATCHED * sum(step.startswith("monkeypatch.") for step in case.setup)
    involved += SWALLOWED * sum(step.startswith(FAILED_STEP) for step in case.setup)
    if case.is_example:
        return involved + ECHO * comes_back(case)
    involved += WARNED * bool(case.warns)
    alike = len(inputs) - len({ast.dump(node) for node in inputs})
    involved += FLAG * sum(map(_is_flag, _nodes(case.act)))
    odd = sum(_oddity(node) * (INSIDE if is_inside and _is_degenerate(node) else 1.0) for node, is_inside in placed)
    return odd + ALIKE * alike + involved + ECHO * gives_back(case)


def _is_flag(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and any(
        isinstance(given, ast.Constant) and isinstance(given.value, bool) for given in node.args
    )


def repeats_itself(case: Case) -> bool:
    """Whether one text stands for several arguments."""
    texts = [node.value for node in _inputs(case.act, case.setup) if isinstance(node, ast.Constant) and node.value]
    return len(texts) > len(set(texts))


@lru_cache(maxsize=4096)
def _nodes(source: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(source)))


def _inputs(act: str, setup: tuple[str, ...]) -> tuple[ast.expr, ...]:
    return tuple(node for node, _ in _placed_inputs(act, setup))


@lru_cache(maxsize=4096)
def _placed_inputs(act: str, setup: tuple[str, ...]) -> tuple[tuple[ast.expr, bool], ...]:
    """Each value that goes in, and whether it stands inside a collection, with others."""
    trees = [ast.parse(source) for source in (*setup, act)]
    collections = [node for tree in trees for node in ast.walk(tree) if isinstance(node, _COLLECTIONS)]
    inside = {id(below) for node in collections for below in ast.walk(node) if below is not node}
    return tuple((node, id(node) in inside) for tree in trees for node in _values_in(tree))


_COLLECTIONS = (ast.List, ast.Tuple, ast.Dict, ast.Set)


def _values_in(tree: ast.AST) -> Iterator[ast.expr]:
    """Literals, empty containers, functions made on the spot, and built-in names that are passed on."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant() | ast.Lambda() | ast.GeneratorExp():
                yield node
            case ast.Call(func=ast.Name(id=name)) if _is_error(name):
                yield node
            case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
                yield node
            case ast.Name(id=name) if id(node) not in called and hasattr(builtins, name):
                yield node
            case ast.Attribute(value=ast.Name(id="io")):
                yield node
            case _:
                pass


def _is_error(name: str) -> bool:
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _is_degenerate(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=bool() | None):
            return True
        case ast.Constant(value=int() | float() as number):
            return abs(number) <= 1
        case ast.Constant(value=str() | bytes() as text):
            return len(text) <= 2  # noqa: PLR2004 - one or two characters
        case ast.List() | ast.Tuple() | ast.Dict():
            return True
        case _:
            return False


def _oddity(node: ast.expr) -> float:  # noqa: PLR0911 - one return a kind of value
    match node:
        case ast.Constant(value=bool()):
            return 0.2
        case ast.Constant(value=None):
            return 0.6
        case ast.Constant(value=int() | float() as number):
            return 1.0 if abs(number) > LARGE else 0.4 if abs(number) <= 1 else 0.1 if isinstance(number, int) else 0.3
        case ast.Constant(value=bytes() as data):
            return 2.0 if b"\x00" in data else _oddity_of_text(data.decode("latin-1"))
        case ast.Constant(value=str() as text):
            return _oddity_of_text(text)
        case ast.Name() | ast.Call() | ast.GeneratorExp():
            return 1.3
        case ast.Lambda() | ast.Attribute():
            return 0.7
        case ast.List() | ast.Tuple() | ast.Dict():
            return 0.7
        case _:
            return 0.0


def _oddity_of_text(text: str) -> float:  # noqa: PLR0911 - one return a kind of text
    if not text.strip():
        return 1.0 if text else 0.6
    if not all(character.isprintable() or character in "\n\t" for character in text):
        return 2.0
    if is_stock(text):
        return 0.4
    if _LOOKS_LIKE_PATTERN.search(text) or _LOOKS_LIKE_PIECE.search(text):
        return 1.0
    if _LOOKS_LIKE_MARKUP.search(text):
        return 0.5
    if _LOOKS_LIKE_NAME.fullmatch(text):
        return 0.3
    if sum(not (letter.isalnum() or letter.isspace()) for letter in text) > len(text) * MOST_SIGNS:
        return 0.8
    return {1: 0.8, 2: 0.5}.get(len(text), 0.0)
