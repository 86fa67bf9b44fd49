"""Reads from the body of a function what it does with its parameters: attributes, items, calls, comparisons."""

from __future__ import annotations

import ast
from typing import Any, Iterable, Iterator, Mapping, Sequence, Tuple, Union

from .shapes import Shape

_OVER_ITEMS = frozenset({"list", "tuple", "set", "frozenset", "sorted", "sum", "min", "max", "any", "all", "iter"})
_THROUGH = frozenset({"enumerate", "reversed", "sorted", "list", "tuple", "iter", "set"})
"""Functions whose items are those of their first argument, or pairs that end with them."""
_OF_NUMBERS = frozenset({"range", "abs", "round", "divmod", "pow", "chr"})
_OF_PATHS = frozenset({"open", "Path", "exists", "isfile", "isdir", "basename", "dirname", "splitext", "abspath"})
_OF_TEXTS = frozenset({"match", "search", "fullmatch", "findall", "finditer", "sub"})
MOST_BASES = 4
_ARITHMETIC = (ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Pow, ast.Mod, ast.Add)
Flow = Tuple[Shape, str, Union[int, str]]
"""What is passed on: to which callable, and at which place or by which name."""


def shapes_of(
    tree: ast.Module, others: Iterable[ast.Module] = (), documented: Mapping[str, Sequence[str]] | None = None
) -> Mapping[str, Shape]:
    """For `function.parameter`, `Class.parameter` of a construction and `Class.method.parameter`.

    `others` define what the module imports: what is passed on to it is used there.
    `documented` are types of parameters without an annotation.
    """
    elsewhere = [_Reader(other, {}) for other in others]
    reader = _Reader(tree, documented or {})
    for one in (*elsewhere, reader):
        one.follow([one, *elsewhere])
        one.inherit([one, *elsewhere])
    return {name: shape for name, shape in reader.shapes.items() if shape}


class _Reader:
    def __init__(self, tree: ast.Module, documented: Mapping[str, Sequence[str]]) -> None:
        self._documented = documented
        self.shapes: dict[str, Shape] = {}
        self._parameters: dict[str, list[str]] = {}
        self._flows: list[Flow] = []
        self._bases: dict[str, str] = {}
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._function(node.name, node, None)
                for name, inner in _functions_in(node, node.name):
                    self._function(name, inner, None)
            elif isinstance(node, ast.ClassDef):
                own = Shape()
                self._bases[node.name] = _text(node.bases[0]).rpartition(".")[2] if node.bases else ""
                methods = [one for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
                for method in sorted(methods, key=lambda one: one.name != "__init__"):
                    name = node.name if method.name == "__init__" else f"{node.name}.{method.name}"
                    self._function(name, method, own)

    def follow(self, readers: Sequence[_Reader]) -> None:
        """Adds what the called functions do with what they are given."""
        for shape, target, place in self._flows:
            found = _defining(target, readers)
            taken = found and found[0]._taken_as(found[1], place)  # noqa: SLF001 - another of its kind
            if taken:
                shape.take(taken)

    def _taken_as(self, name: str, place: int | str) -> Shape | None:
        """What is known of one of a callable's parameters."""
        names = self._parameters[name]
        parameter = (names[place] if place < len(names) else "") if isinstance(place, int) else place
        return self.shapes.get(f"{name}.{parameter}")

    def inherit(self, readers: Sequence[_Reader]) -> None:
        """Gives a class what is known of the construction that it has from a base."""
        for kind in self._bases:
            found = _defining(kind, readers)
            if found is not None and found[1] != kind:
                reader, base = found
                for parameter in reader._parameters[base]:  # noqa: SLF001 - another of its kind
                    self.shapes.setdefault(f"{kind}.{parameter}", Shape()).take(reader.shapes[f"{base}.{parameter}"])

    def _function(self, name: str, node: Any, own: Shape | None) -> None:  # noqa: ANN401 - a function's definition
        arguments = [*node.args.posonlyargs, *node.args.args]
        known: dict[str, Shape] = {}
        is_static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in node.decorator_list)
        if own is not None and arguments and not is_static:
            known[arguments.pop(0).arg] = own
        self._parameters[name] = [argument.arg for argument in arguments]
        for argument in (*arguments, *node.args.kwonlyargs):
            shape = self.shapes.setdefault(f"{name}.{argument.arg}", Shape())
            if argument.annotation is not None:
                shape.annotations.setdefault(_text(argument.annotation))
            for told in self._documented.get(f"{name}.{argument.arg}", ()):
                shape.annotations.setdefault(told)
            known[argument.arg] = shape
        options = Shape()
        if node.args.kwarg is not None:
            known[node.args.kwarg.arg] = options
        owner = name.partition(".")[0] if own is not None else ""
        stands_for = {"cls": owner, **_classes_by_default(node.args)}
        _Body(known, self._flows, owner, self._bases.get(owner, ""), stands_for).read(node.body)
        for key, shape in options.keys.items():
            self.shapes.setdefault(f"{name}.{key}", shape)


def _functions_in(node: ast.AST, name: str) -> Iterator[tuple[str, Any]]:
    """Functions that are defined in a function, by their qualified names."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
            qualified = f"{name}.<locals>.{inner.name}"
            yield qualified, inner
            yield from _functions_in(inner, qualified)
        elif not isinstance(inner, ast.ClassDef):
            yield from _functions_in(inner, name)


def _defining(target: str, readers: Sequence[_Reader]) -> tuple[_Reader, str] | None:
    """Who defines a function, a method or a construction, and under which name: a base's where the class has none."""
    kind, dot, method = target.partition(".")
    for _ in range(MOST_BASES):
        name = kind + dot + method
        for reader in readers:
            if name in reader._parameters:  # noqa: SLF001 - another of its kind
                return reader, name
        bases = (reader._bases[kind] for reader in readers if kind in reader._bases)  # noqa: SLF001 - as above
        kind = next(bases, "")
    return None


class _Body:
    """The statements of one function, in order: `known` are the shapes of variables, `stands_for` callables by them."""

    def __init__(
        self, known: dict[str, Shape], flows: list[Flow], owner: str, base: str, stands_for: Mapping[str, str]
    ) -> None:
        self._known = known
        self._stands_for = stands_for
        self._flows = flows
        self._owner = owner
        self._base = base

    def read(self, body: Sequence[ast.AST]) -> None:
        for node in body:
            self._statement(node)

    def _statement(self, node: ast.AST) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            inner = {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}
            seen = {name: shape for name, shape in self._known.items() if name not in inner}
            body = node.body if isinstance(node.body, list) else [node.body]
            _Body(seen, self._flows, self._owner, self._base, self._stands_for).read(body)
            return
        if isinstance(node, (ast.For, ast.AsyncFor)):
            self._loop(node.target, node.iter, is_async=isinstance(node, ast.AsyncFor))
            self.read([*node.body, *node.orelse])
            return
        if isinstance(node, ast.If):
            self._either(node)
            return
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            self._assign(node.targets[0], node.value)
            return
        if isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                shape = self._shape(item.context_expr)
                if shape is not None and not isinstance(item.context_expr, ast.Call):
                    shape.attributes.setdefault("__enter__", Shape())
            self.read(node.body)
            return
        if isinstance(node, ast.expr):
            self._shape(node)
            return
        self.read(list(ast.iter_child_nodes(node)))

    def _either(self, node: ast.If) -> None:
        """What a branch gives another value, such as a default, may still be what it was."""
        self._shape(node.test)
        before = dict(self._known)
        for branch in (node.body, node.orelse):
            self.read(branch)
            self._known.update(before)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        shape = self._shape(value)
        if isinstance(target, ast.Name):
            self._known.pop(target.id, None)
            if shape is not None:
                self._known[target.id] = shape
        elif isinstance(target, ast.Attribute):
            holder = self._shape(target.value)
            if holder is not None and shape is not None:
                shape.take(holder.attributes.get(target.attr, shape))
                holder.attributes[target.attr] = shape
        elif isinstance(target, (ast.Tuple, ast.List)) and shape is not None:
            shape.width = max(shape.width, len(target.elts))
            shape.of_items()
        elif isinstance(target, ast.Subscript):
            self._shape(target)

    def _loop(self, target: ast.expr, iterated: ast.expr, *, is_async: bool = False) -> None:
        name = iterated.func.id if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) else ""
        while isinstance(iterated, ast.Call) and name in _THROUGH and iterated.args:
            iterated = iterated.args[0]
            if name == "enumerate" and isinstance(target, ast.Tuple) and len(target.elts) == 2:  # noqa: PLR2004 - a pair
                target = target.elts[1]
            name = iterated.func.id if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) else ""
        if name == "zip" and isinstance(iterated, ast.Call) and isinstance(target, ast.Tuple):
            for one, argument in zip(target.elts, iterated.args):
                self._loop(one, argument)
            return
        shape = self._shape(iterated)
        if shape is None:
            return
        if is_async:
            shape.kinds.setdefault("AsyncIterable")
        item = shape.of_items()
        if isinstance(target, ast.Name):
            self._known[target.id] = item
        elif isinstance(target, ast.Tuple):
            item.width = max(item.width, len(target.elts))

    def _shape(self, node: ast.AST) -> Shape | None:
        if isinstance(node, ast.Name):
            return self._known.get(node.id)
        if isinstance(node, ast.Attribute):
            holder = self._shape(node.value)
            return None if holder is None else holder.attributes.setdefault(node.attr, Shape())
        if isinstance(node, ast.Subscript):
            return self._subscripted(node)
        if isinstance(node, ast.Call):
            return self._called(node)
        if isinstance(node, ast.IfExp) or (isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or)):
            return self._chosen(node)
        self._look_into(node)
        return None

    def _chosen(self, node: ast.BoolOp | ast.IfExp) -> Shape | None:
        """The first of several values that anything is known of."""
        if isinstance(node, ast.IfExp):
            self._shape(node.test)
        choices = node.values if isinstance(node, ast.BoolOp) else [node.body, node.orelse]
        found = [self._shape(one) for one in choices]
        return next((one for one in found if one is not None), None)

    def _look_into(self, node: ast.AST) -> None:
        if isinstance(node, ast.Lambda):
            self._statement(node)
            return
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            for generator in node.generators:
                self._loop(generator.target, generator.iter)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, _ARITHMETIC):
            self._computed(node.left, node.right)
            self._computed(node.right, node.left)
        elif isinstance(node, ast.Compare):
            for one, other in zip([node.left, *node.comparators], [*node.comparators, node.left]):
                self._computed(one, other)
        elif isinstance(node, ast.Await) and not isinstance(node.value, ast.Call):
            shape = self._shape(node.value)
            if shape is not None:
                shape.kinds.setdefault("Awaitable")
        self.read(list(ast.iter_child_nodes(node)))

    def _subscripted(self, node: ast.Subscript) -> Shape | None:
        holder = self._shape(node.value)
        self._shape(node.slice)
        key = getattr(node.slice, "value", None)
        key = key.value if isinstance(key, ast.Constant) else key  # until 3.8 there is an `Index` between
        if holder is None:
            return None
        if isinstance(key, str):
            return holder.keys.setdefault(key, Shape())
        if isinstance(key, int):
            holder.kinds.setdefault("Sequence")
            holder.width = max(holder.width, key + 1)
        return None

    def _computed(self, one: ast.expr, other: ast.expr) -> None:
        shape = self._shape(one)
        value = getattr(other, "value", None) if isinstance(other, ast.Constant) else None
        if shape is not None and type(value) in (int, float, str, bytes):
            shape.kinds.setdefault(type(value).__name__)

    def _called(self, node: ast.Call) -> Shape | None:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        shapes = [self._shape(argument) for argument in node.args]
        named = {keyword.arg: self._shape(keyword.value) for keyword in node.keywords}
        called = self._shape(node.func)
        is_choice = name in ("min", "max") and len(node.args) > 1
        key = _key_in(node)
        if key:
            holder = self._shape(node.func.value)  # type: ignore[attr-defined]
            return None if holder is None else holder.keys.setdefault(key, Shape())
        if name == "isinstance" and len(node.args) == 2 and shapes[0] is not None:  # noqa: PLR2004 - value and classes
            shapes[0].checked.update(dict.fromkeys(_classes_in(node.args[1])))
        for kind in () if is_choice else self._kinds_in(name, called):
            for shape in shapes[-1:] if kind == "str" else shapes[:1]:
                if shape is not None:
                    shape.kinds.setdefault(kind)
        self._flow(node, shapes, named)
        return None if called is None else called.called(len(node.args))

    @staticmethod
    def _kinds_in(name: str, called: Shape | None) -> Iterator[str]:
        if called is None:
            for names, kind in ((_OVER_ITEMS, "Iterable"), (_OF_NUMBERS, "int"), (_OF_PATHS, "PathLike")):
                if name in names:
                    yield kind
            if name in _OF_TEXTS:
                yield "str"

    def _flow(self, node: ast.Call, shapes: Sequence[Shape | None], named: Mapping[str | None, Shape | None]) -> None:
        """What another function of the module does with it is done with it too."""
        target = node.func.id if isinstance(node.func, ast.Name) else ""
        target = self._stands_for.get(target, target)
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and self._owner:
            target = f"{self._owner}.{node.func.attr}" if node.func.value.id in ("self", "cls") else ""
        if self._base:
            asked = _asked_of_base(node, self._base)
            target, shapes = (asked, shapes[1:] if _is_given_self(node) else shapes) if asked else (target, shapes)
        passed: list[tuple[int | str | None, Shape | None]] = [*enumerate(shapes), *named.items()]
        for place, shape in passed:
            if shape is not None and place is not None and target:
                self._flows.append((shape, target, place))


def _classes_by_default(arguments: ast.arguments) -> dict[str, str]:
    """Parameters that stand for a callable of the module, where nothing else is passed."""
    places = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(places[::-1], arguments.defaults[::-1]), *zip(arguments.kwonlyargs, arguments.kw_defaults)]
    return {one.arg: default.id for one, default in pairs if isinstance(default, ast.Name)}


def _asked_of_base(node: ast.Call, base: str) -> str:
    """The base's function that `super().name(...)` or `Base.name(self, ...)` calls; empty for any other call."""
    function = node.func
    if not isinstance(function, ast.Attribute):
        return ""
    holder = function.value
    is_super = isinstance(holder, ast.Call) and isinstance(holder.func, ast.Name) and holder.func.id == "super"
    if not (is_super or (_text(holder).rpartition(".")[2] == base and _is_given_self(node))):
        return ""
    return base if function.attr == "__init__" else f"{base}.{function.attr}"


def _is_given_self(node: ast.Call) -> bool:
    return bool(node.args) and isinstance(node.args[0], ast.Name) and node.args[0].id == "self"


def _key_in(node: ast.Call) -> str:
    """The key that a method of a dictionary looks for; empty for any other call."""
    is_look = (
        isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop", "setdefault") and bool(node.args)
    )
    key = getattr(node.args[0], "value", None) if is_look else None
    return key if isinstance(key, str) else ""


def _classes_in(node: ast.expr) -> Iterator[str]:
    """The names of the classes that `isinstance` is asked about."""
    for one in node.elts if isinstance(node, ast.Tuple) else [node]:
        if isinstance(one, (ast.Name, ast.Attribute)):
            yield one.id if isinstance(one, ast.Name) else one.attr


def _text(node: ast.AST) -> str:
    return ast.unparse(node) if hasattr(ast, "unparse") else ""
