"""Notes what the module compares while a call runs: the inputs that would have turned a branch are in there."""

from __future__ import annotations

import ast
import copy
import operator
import sys
from collections import deque
from types import ModuleType
from typing import Any, Callable, Mapping, NamedTuple, TypeVar

from .careful import attribute
from .mutation import compiled, definitions_in, live_functions
from .patterns import is_pattern

MOST_EVENTS = 300
MOST_FILES = 3
ELSEWHERE = 100_000
"""Sites from here on are in other modules."""
LATEST = 8
NOTE = "__probe_note__"
_OPERATORS: Mapping[type, tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("==", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<", operator.le),
    ast.Gt: ("<", operator.gt),
    ast.GtE: ("<", operator.ge),
    ast.Is: ("is", operator.is_),
    ast.IsNot: ("is", operator.is_not),
    ast.In: ("in", lambda left, right: left in right),
    ast.NotIn: ("in", lambda left, right: left not in right),
}
_EDGES = ("startswith", "endswith")
_KEYS = (ast.Name, ast.Attribute, ast.Constant)
_SPLITTING = ("partition", "rpartition", "split", "rsplit", "find", "rfind", "index", "rindex", "count")
_MATCHING = ("match", "search", "fullmatch")
_FINDING = ("findall", "finditer")
_PATTERN_MODULES = ("re", "regex")
_MOST_ARGUMENTS = 3
"""Of a pattern's method: a text, a start and an end; of a function of `re`: a pattern, a text and flags."""
_ASKED_FOR_TRUTH = (ast.Name, ast.Attribute)


Tested = TypeVar("Tested", ast.If, ast.While, ast.IfExp)


class Comparison(NamedTuple):
    """`kind` is `==`, `is`, `<`, `in`, `len`, `isinstance`, `key`, `holds`, `truth`, or one of texts.

    Those are `startswith`, `endswith`, `match` and `found`. `attribute` is the one of `self` that is compared, if any.
    """

    site: int
    kind: str
    left: Any
    right: Any
    is_true: bool
    attribute: str = ""


class Comparisons:
    """Puts notes into a module's functions; `events` are the comparisons since it was last cleared.

    They are the first ones, or with `latest` the last so many. Sites are numbered from `first_site` on.
    """

    def __init__(self, *, first_site: int = 0, latest: int | None = None) -> None:
        self.events: deque[Comparison] = deque(maxlen=latest)
        self._first_site = first_site
        self._most = MOST_EVENTS if latest is None else 1 << 30
        self._watched: set[str] = set()
        self._sites: list[Callable[..., Any]] = []
        self._kinds: list[str] = []
        self._attributes: list[str] = []

    def watch(self, module: ModuleType, filename: str) -> None:
        """Changes the code of the functions in place; what they do stays the same."""
        self._watched.add(filename)
        functions = live_functions(module)
        vars(module)[NOTE] = self._note
        for definition, owner in definitions_in(filename):
            first = min([definition.lineno, *(decorator.lineno for decorator in definition.decorator_list)])
            function = functions.get((definition.name, first))
            if function is None:
                continue
            changed = ast.fix_missing_locations(_Noting(self).visit(copy.deepcopy(definition)))
            code = compiled(changed, owner, filename)
            if code is not None and code.co_freevars == function.__code__.co_freevars:
                function.__code__ = code

    def watch_file(self, filename: str, package: str) -> bool:
        """Watches the package's loaded module with this source; false where it is watched already, or there is none."""
        if filename in self._watched or len(self._watched) >= MOST_FILES:
            return False
        loaded = [one for name, one in list(sys.modules.items()) if name.partition(".")[0] == package]
        module = next((one for one in loaded if attribute(one, "__file__") == filename), None)
        if module is not None:
            self.watch(module, filename)
        return module is not None

    def site(self, kind: str, compare: Callable[..., Any], attribute_name: str = "") -> int:
        self._sites.append(compare)
        self._kinds.append(kind)
        self._attributes.append(attribute_name)
        return self._first_site + len(self._sites) - 1

    def _note(self, site: int, left: Any, right: Any, *more: Any) -> Any:  # noqa: ANN401 - whatever the module compares
        try:
            result = self._sites[site - self._first_site](left, right, *more)
        except Exception:
            self._add(site, left, right, is_true=False)
            raise
        if len(self.events) < self._most:
            try:
                is_true = _is_true(self._kinds[site - self._first_site], left, right, result)
            except Exception:  # noqa: BLE001 - a comparison of arrays has no truth
                return result
            self._add(site, left, right, is_true=is_true)
        return result

    def _add(self, site: int, left: object, right: object, *, is_true: bool) -> None:
        at = site - self._first_site
        self.events.append(Comparison(site, self._kinds[at], left, right, is_true, self._attributes[at]))


class _Noting(ast.NodeTransformer):
    """Writes a comparison as a call that makes the same comparison."""

    def __init__(self, comparisons: Comparisons) -> None:
        self._comparisons = comparisons

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        if len(node.ops) != 1 or type(node.ops[0]) not in _OPERATORS:
            return node
        kind, compare = _OPERATORS[type(node.ops[0])]
        left = node.left
        if isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "len" and left.args:
            return self._noted(node, "len", _of_length(compare), left.args[0], node.comparators[0])
        return self._noted(node, kind, compare, left, node.comparators[0])

    def visit_If(self, node: ast.If) -> ast.If:
        return self._tested(node)

    def visit_While(self, node: ast.While) -> ast.While:
        return self._tested(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.IfExp:
        return self._tested(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.BoolOp:
        self.generic_visit(node)
        node.values = [self._truth(value) for value in node.values]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.UnaryOp:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not):
            node.operand = self._truth(node.operand)
        return node

    def _tested(self, node: Tested) -> Tested:
        self.generic_visit(node)
        node.test = self._truth(node.test)
        return node

    def _truth(self, node: ast.expr) -> ast.expr:
        """A bare name or attribute whose truth decides."""
        if not isinstance(node, _ASKED_FOR_TRUTH):
            return node
        return self._noted(node, "truth", _itself, node, ast.Constant(None))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        function = node.func
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return node
        if isinstance(function, ast.Attribute):
            is_of_pattern = function.attr in (*_MATCHING, *_FINDING)
            return self._matched(node, function) if is_of_pattern else self._asked(node, function)
        is_check = isinstance(function, ast.Name) and function.id == "isinstance" and len(node.args) == 2  # noqa: PLR2004 - its arity
        return self._noted(node, "isinstance", isinstance, *node.args) if is_check else node

    def _asked(self, node: ast.Call, function: ast.Attribute) -> ast.expr:
        """A text or a table is asked for a part."""
        if node.keywords or len(node.args) != 1:
            return node
        if function.attr in _SPLITTING:
            return self._noted(node, "holds", _calling(function.attr), function.value, node.args[0])
        if function.attr in (*_EDGES, "get"):
            kind = "key" if function.attr == "get" else function.attr
            return self._noted(node, kind, _calling(function.attr), function.value, node.args[0])
        return node

    def _matched(self, node: ast.Call, function: ast.Attribute) -> ast.expr:
        """A pattern is compared with a text: by its own method, or by a function that is given both."""
        pattern, arguments = function.value, node.args
        if isinstance(pattern, ast.Name) and pattern.id in _PATTERN_MODULES:
            is_plain = 1 < len(arguments) <= _MOST_ARGUMENTS and all(one.arg == "flags" for one in node.keywords)
            flags = [*arguments[2:], *(one.value for one in node.keywords)]
            if not is_plain:
                return node
            compiling = ast.Attribute(pattern, "compile", ast.Load())
            pattern, arguments = ast.Call(compiling, [arguments[0], *flags], []), arguments[1:2]
        elif node.keywords or not 0 < len(arguments) <= _MOST_ARGUMENTS:
            return node
        kind = "match" if function.attr in _MATCHING else "found"
        return self._noted(node, kind, _calling(function.attr), pattern, *arguments)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and isinstance(node.slice, _KEYS):
            return self._noted(node, "key", operator.getitem, node.value, node.slice)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def _noted(self, node: ast.expr, kind: str, compare: Callable[..., Any], *sides: ast.expr) -> ast.expr:
        site = ast.Constant(self._comparisons.site(kind, compare, _attribute_of_self(sides[0])))
        call = ast.Call(ast.Name(NOTE, ast.Load()), [site, *sides], [])
        return ast.copy_location(call, node)


def _attribute_of_self(node: ast.expr) -> str:
    is_of_self = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return node.attr if is_of_self and isinstance(node, ast.Attribute) else ""


def _of_length(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda value, length: compare(len(value), length)


def _calling(name: str) -> Callable[..., Any]:
    return lambda value, *arguments: getattr(value, name)(*arguments)


def _itself(value: Any, _right: object) -> Any:  # noqa: ANN401 - whatever the module asks for its truth
    return value


def _is_true(kind: str, left: Any, right: Any, result: Any) -> bool:  # noqa: ANN401 - whatever the module compares
    if kind == "holds":
        return right in left
    return left.search(right) is not None if kind == "found" and is_pattern(left) else bool(result)
