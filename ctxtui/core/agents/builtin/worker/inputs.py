"""Which values to try for a parameter: by its annotation, its default, its name, and what its neighbours use."""

from __future__ import annotations

import ast
import re
from typing import Iterable, Mapping, Sequence

from .observe import Observer
from .targets import COMPARING, Parameter
from .values import BY_NAME, BY_TYPE, CLASSES, FLOATS, GRAB_BAG, STRINGS

MAX_INSTANCES = 12
_CONTAINERS = {"Optional", "Union", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "Unpack"}
_ITEM_CONTAINERS = {
    "list": "[{}]",
    "List": "[{}]",
    "Sequence": "[{}]",
    "MutableSequence": "[{}]",
    "Iterable": "[{}]",
    "Collection": "[{}]",
    "Iterator": "iter([{}])",
    "set": "{{{}}}",
    "Set": "{{{}}}",
    "frozenset": "frozenset([{}])",
    "FrozenSet": "frozenset([{}])",
}


class Inputs:
    """Candidate expressions for parameters; `hints` come from the project's own sources."""

    def __init__(
        self, hints: Mapping[str, Mapping[str, Sequence[str]]], observer: Observer, samples: Sequence[str]
    ) -> None:
        self._by_parameter = hints.get("parameters", {})
        self._literals = hints.get("literals", {})
        self._types = hints.get("types", {})
        self._samples = samples
        self._observer = observer
        self.instances: dict[str, list[str]] = {}
        self.exact: dict[str, list[str]] = {}
        self._pioneers: dict[str, int] = {}

    def provide(self, kind: type, expression: str, *, is_pioneer: bool) -> None:
        """Remembers an expression that makes an instance; those whose making reached new lines come first."""
        exact = self.exact.setdefault(kind.__name__, [])
        if expression not in exact and len(exact) < MAX_INSTANCES:
            exact.append(expression)
        for owner in kind.__mro__:
            if owner is object or owner.__module__ == "builtins":
                continue
            known = self.instances.setdefault(owner.__name__, [])
            if expression in known:
                continue
            if is_pioneer and self._pioneers.get(owner.__name__, 0) < MAX_INSTANCES:
                known.insert(self._pioneers.get(owner.__name__, 0), expression)
                self._pioneers[owner.__name__] = self._pioneers.get(owner.__name__, 0) + 1
            elif len(known) < MAX_INSTANCES:
                known.append(expression)
            del known[MAX_INSTANCES:]

    def candidates(self, target: str, parameter: Parameter) -> list[str]:
        """Expressions to try for one parameter, most promising first, without repeats."""
        owner, _, method = target.rpartition(".")
        is_operand = bool(owner) and (parameter.name in ("other", "rhs") or method in COMPARING)
        found: list[str] = self.instances_of(owner)[:6] if is_operand else []
        literals = [text for text in self._literals.get(target, ()) if "__" not in text]
        found += self._by_parameter.get(target + "." + parameter.name, ())
        if parameter.has_default:
            found += self._around_default(parameter.default)
        annotation = parameter.annotation or " | ".join(self._types.get(target + "." + parameter.name, ()))
        typed = self._by_annotation(annotation) if annotation else []
        if not typed and isinstance(parameter.default, (bool, int, float, str)):
            typed = [] if isinstance(parameter.default, bool) else [*self._by_name(parameter.name)[:4], "None"]
            if isinstance(parameter.default, str):
                found += [text for text in literals if text[0] in "'\""]
            return list(dict.fromkeys(found + typed))
        named = self._by_name(parameter.name) if not typed else []
        if STRINGS[0] in typed:
            found += [text for text in literals if text[0] in "'\"b"]
        elif not typed:
            found += literals[:6]
        if STRINGS[0] in typed + named or not typed + named:
            found += self._samples
        found += typed
        found += self._by_parameter.get("*." + parameter.name, ())[:8]
        if not typed:
            found += named or GRAB_BAG
        elif not parameter.annotation:
            found += named[:4]
        return list(dict.fromkeys(found))

    def _around_default(self, default: object) -> list[str]:
        text = self._observer.literal(default)
        if isinstance(default, bool):
            return [str(not default), str(default)]
        nearby: list[str] = [] if text is None else [text]
        if isinstance(default, int):
            return [*nearby, *(str(number) for number in (default + 1, default - 1, 2, 5))]
        if isinstance(default, float):
            return nearby + FLOATS
        if isinstance(default, str):
            return nearby + STRINGS[:4]
        return nearby

    def _by_name(self, name: str) -> list[str]:
        bare = name.strip("_").lower()
        own = self.instances_of(bare.replace("_", "")) + self.instances_of(bare.rstrip("s0123456789"))
        matches = (values for pattern, values in BY_NAME if re.fullmatch(pattern, bare))
        return own + next(matches, [])

    def instances_of(self, name: str) -> list[str]:
        lowered = name.lower()
        return [text for kind, texts in self.instances.items() if kind.lower() == lowered for text in texts]

    def _by_annotation(self, annotation: str) -> list[str]:
        try:
            tree = ast.parse(annotation, mode="eval").body
        except (SyntaxError, ValueError):
            return []
        return list(dict.fromkeys(self._expressions(tree)))

    def _expressions(self, node: ast.expr) -> list[str]:
        if isinstance(node, ast.BinOp):
            return interleave([self._expressions(node.left), self._expressions(node.right)])
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                return self._by_annotation(node.value)
            return ["None"] if node.value is None else []
        if isinstance(node, ast.Subscript):
            return self._subscripted(node)
        if isinstance(node, ast.Attribute):
            return self._named(node.attr)
        return self._named(node.id) if isinstance(node, ast.Name) else []

    def _named(self, name: str) -> list[str]:
        return self.instances.get(name, []) + BY_TYPE.get(name, [])

    def _subscripted(self, node: ast.Subscript) -> list[str]:
        name = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        inner = getattr(node.slice, "value", node.slice) if type(node.slice).__name__ == "Index" else node.slice
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if name == "Literal":
            return [repr(part.value) for part in parts if isinstance(part, ast.Constant)]
        if name in _CONTAINERS:
            return interleave([self._expressions(part) for part in parts])
        if name in ("type", "Type"):
            return [part.id for part in parts if isinstance(part, ast.Name)] + CLASSES
        if name in _ITEM_CONTAINERS:
            items = self._expressions(parts[0])[:4]
            template = _ITEM_CONTAINERS[name]
            made = [template.format(", ".join(items[:size])) for size in (3, 1, 2) if len(items) >= size]
            return [*made, *self._named(name)]
        if name in ("tuple", "Tuple") and not any(isinstance(part, ast.Constant) for part in parts):
            columns = [self._expressions(part)[:3] for part in parts]
            return ["(" + ", ".join(row) + ",)" for row in zip(*columns)] if all(columns) else []
        return self._named(name)


def interleave(groups: Iterable[list[str]]) -> list[str]:
    """One from each group in turn, so that every alternative is tried early."""
    lists = [group for group in groups if group]
    longest = max((len(group) for group in lists), default=0)
    return [group[row] for row in range(longest) for group in lists if row < len(group)]
