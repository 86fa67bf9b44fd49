"""Which values to try for a parameter: by its annotation, its default, its name, and what its neighbours use."""

from __future__ import annotations

import ast
import builtins
import enum
import functools
import re
from typing import Iterable, Mapping, Sequence

from .callables import MOST_GIVEN, awaited_of, callables_of, failing, giving, is_call_only, standing_for
from .careful import annotations_of, attribute, home_of, is_a
from .doubles import DOUBLE
from .ducks import MOST_KINDS, offered_by
from .given import Given
from .inverses import taken_by
from .names import STDLIB
from .observe import Observer
from .shapes import Shape, Uses
from .shaping import Shaper, is_standard
from .subjects import expression_of, prepared
from .targets import COMPARING, Parameter
from .values import (
    ANY_KIND,
    BOOLEANS,
    BY_NAME,
    BY_TYPE,
    BYTES,
    CLASSES,
    COMMAND_LINE_NAMES,
    EMPTY_STREAMS,
    FLOATS,
    GRAB_BAG,
    KEYS,
    MAPPING_KEYS,
    STRINGS,
    TEXT_NAMES,
)

MAX_INSTANCES = 12
MAX_GIVEN = 6
MAX_ALIAS = 200
MOST_KNOWN = 40
MOST_ITEMS = 6
MOST_DOCUMENTED = 6
"""A docstring is not always right: what else there is to try comes behind."""
MOST_TAKEN = 5
"""What functions of the module gave, or were given."""
MOST_NAMED = 4
"""What a name suggests where an annotation says the kind."""
_ANYTHING = frozenset({"Any", "object"})
"""Annotations that say nothing."""
_EVER_NEW = re.compile(r"0x[0-9a-f]{6}|[0-9a-f]{8}-[0-9a-f]{4}")
"""In what is seen of an object, what may be another at the next look."""
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

_BY_NAME = [(re.compile(pattern), values) for pattern, values in BY_NAME]
"""Compiled before the forks, each of which would do it again."""
_KEYED = frozenset({"dict", "Dict", "Mapping", "MutableMapping"})


def alias_of(value: object) -> str:
    """The source of the type that a name stands for; empty when it stands for itself."""
    written = attribute(value, "__forward_arg__", value)
    if is_a(written, str):
        return str(written)
    bound = attribute(value, "__supertype__") or attribute(value, "__bound__") or attribute(value, "__value__")
    constraints = attribute(value, "__constraints__", ())
    if constraints and isinstance(constraints, tuple):
        bound = constraints[0]
    target = bound if bound is not None else value
    if is_a(target, type) and attribute(target, "__origin__") is None:
        return target.__name__ if bound is not None or home_of(target) == "builtins" else ""
    text = repr(target)
    return re.sub(r"\b(typing|collections\.abc|types|typing_extensions)\.", "", text) if len(text) < MAX_ALIAS else ""


class Inputs:
    """Candidate expressions for parameters; `hints` come from the project's own sources."""

    def __init__(
        self,
        hints: Mapping[str, Mapping[str, Sequence[str]]],
        observer: Observer,
        samples: Sequence[str],
        uses: Uses,
        words: Sequence[str] = (),
        given: Given | None = None,
    ) -> None:
        self._given = given
        self._by_parameter = hints.get("parameters", {})
        self._literals = hints.get("literals", {})
        self._types = hints.get("types", {})
        self._samples = samples
        self._texts = hints.get("texts", {}).get("module", ())
        self._uses = uses
        self._words = words
        self._shaper = Shaper(self._by_name, self._by_annotation)
        self._resolving: set[str] = set()
        self._observer = observer
        self.instances: dict[str, list[str]] = {}
        self.exact: dict[str, list[str]] = {}
        self._classes: dict[str, type] = {}
        self._known: dict[tuple[int, str, bool], list[str]] = {}
        self._pioneers: dict[tuple[int, str, bool], list[str]] = {}
        self._looks: set[tuple[str, ...]] = set()

    def provide(
        self, kind: type, expression: str, *, is_pioneer: bool, state: Sequence[str] = (), name: str = ""
    ) -> None:
        """Remembers an expression that makes an instance; those whose making reached new lines come first.

        `name` is how the class is found, where that is not its own name.
        `state` is what can be seen of the instance: of two that look alike the first is enough.
        What a function of the module gave has a place beside what the class was called for: only it may be in order.
        """
        name = name or kind.__name__
        self._classes[name] = kind
        look = (name, *sorted(check for check in state if not _EVER_NEW.search(check)))
        is_new = len(look) == 1 or look not in self._looks
        self._looks.add(look)
        if not (is_new or is_pioneer):
            return
        is_given = not (expression.startswith("def ") or expression_of(expression).startswith(name + "("))
        self._remember(self.exact, name, expression, is_given=is_given, is_pioneer=False)
        for owner in kind.__mro__:
            if owner is not object and home_of(owner) != "builtins":
                known_as = name if owner is kind else owner.__name__
                self._remember(self.instances, known_as, expression, is_given=is_given, is_pioneer=is_pioneer)

    def _remember(
        self, found: dict[str, list[str]], name: str, expression: str, *, is_given: bool, is_pioneer: bool
    ) -> None:
        known = self._known.setdefault((id(found), name, is_given), [])
        pioneers = self._pioneers.setdefault((id(found), name, is_given), [])
        if expression in known or expression in pioneers:
            return
        most = MAX_GIVEN if is_given else MAX_INSTANCES
        if is_pioneer and len(pioneers) < most:
            pioneers.append(expression)
        elif len(known) < MOST_KNOWN:
            known.append(expression)
        found[name] = interleave([self._ranked((id(found), name, is_first)) for is_first in (True, False)])

    def _ranked(self, key: tuple[int, str, bool]) -> list[str]:
        """Those that reached new lines, then one of each form in turn."""
        forms: dict[object, list[str]] = {}
        for text in self._known.get(key, ()):
            forms.setdefault(form_of(text), []).append(text)
        ranked = [*self._pioneers.get(key, ()), *interleave(forms.values())]
        return ranked[: MAX_GIVEN if key[2] else MAX_INSTANCES]

    def told(self, target: str, name: str) -> Sequence[str]:
        """What the project's own code gives a parameter, or compares it with."""
        return self._by_parameter.get(f"{target}.{name}", ())

    def given_to(self, target: str) -> Sequence[Mapping[str, str]]:
        """Calls of the target that the package itself made."""
        return self._given.calls(target) if self._given else ()

    def candidates(self, target: str, parameter: Parameter) -> list[str]:
        """Expressions to try for one parameter, most promising first, without repeats."""
        if f"{target}.{parameter.name}" in self._uses.flags:
            return list(BOOLEANS)
        says_nothing = parameter.annotation.rpartition(".")[2] in _ANYTHING
        told = "" if says_nothing else parameter.annotation
        plain = self._candidates(target, parameter._replace(annotation=told))
        documented = "" if told else self._documented(target, parameter.name)
        fitting = self._candidates(target, parameter._replace(annotation=documented)) if documented else []
        seen: list[str] = []
        if self._given:
            is_first = not (parameter.has_default or parameter.is_variadic or parameter.is_keyword_only)
            taken = self._given.results_for(target) if is_first else []
            taken += self._given.results_called(parameter.name, *([taken_by(target)] if is_first else ()))
            seen = [*taken[:MOST_TAKEN], *self._given.texts(target, parameter.name)[:MOST_TAKEN]]
        return list(dict.fromkeys([*seen, *fitting[:MOST_DOCUMENTED], *plain]))

    def fitting(self, target: str, parameter: Parameter) -> Sequence[str]:
        """Expressions that an annotation, or what stands for it, allows; without one those that the name suggests."""
        annotation = parameter.annotation or self._documented(target, parameter.name)
        if not annotation:
            return self._by_name(parameter.name)
        return [text for text in self.candidates(target, parameter) if text not in ANY_KIND]

    def _documented(self, target: str, name: str) -> str:
        """What stands for an annotation: what is said of the parameter, or of one that it is passed on to."""
        shape = self._uses.shapes.get(f"{target}.{name}")
        told = [text for text in shape.annotations if self._by_annotation(text)] if shape else []
        return " | ".join([*told, *self._types.get(f"{target}.{name}", ())] if told else ())

    def _candidates(self, target: str, parameter: Parameter) -> list[str]:
        owner, _, method = target.rpartition(".")
        is_operand = bool(owner) and (parameter.name in ("other", "rhs") or method in COMPARING)
        found: list[str] = self.instances_of(owner)[:6] if is_operand else []
        found += self._words if re.fullmatch(COMMAND_LINE_NAMES, parameter.name) else ()
        found += KEYS if method in ("__getitem__", "__delitem__") else []
        found += MAPPING_KEYS if owner and parameter.name == "key" and not parameter.has_default else []
        literals = [text for text in self._literals.get(target, ()) if "__" not in text]
        found += self._by_parameter.get(target + "." + parameter.name, ())
        found += [] if parameter.annotation else self._of_ducks(target + "." + parameter.name)
        if target + "." + parameter.name in self._uses.written:
            return [_bound_stream(parameter.name, text) for text in EMPTY_STREAMS] + found
        if parameter.has_default:
            found += self._around_default(parameter.default)
        annotation = parameter.annotation or " | ".join(self._types.get(target + "." + parameter.name, ()))
        typed = self._by_annotation(annotation) if annotation else []
        found += [] if typed and parameter.annotation else self._of_shape(target + "." + parameter.name, parameter.name)
        if not typed and isinstance(parameter.default, (bool, int, float, str)):
            typed = [] if isinstance(parameter.default, bool) else [*self._by_name(parameter.name)[:4], "None"]
            if isinstance(parameter.default, str):
                found += [text for text in literals if text[0] in "'\""]
            return list(dict.fromkeys(_bound_stream(parameter.name, text) for text in found + typed))
        named = self._by_name(parameter.name)
        found += _of_same_kind(named, typed)[:MOST_NAMED] if typed and parameter.annotation else []
        named = [] if typed else named
        if STRINGS[0] in typed:
            found += interleave([[text for text in literals if text[0] in "'\"b"], STRINGS[:4]])
        elif not typed:
            found += (_of_same_kind(literals, named) if named else literals)[:6]
        if STRINGS[0] in typed + named or not typed + named:
            found += self._samples
            found += self._texts if re.fullmatch(TEXT_NAMES, parameter.name.strip("_").lower()) else ()
        found += self._texts_as_bytes() if BYTES[0] in typed else []
        found += typed
        found += self._by_parameter.get("*." + parameter.name, ())[:8]
        if not typed:
            found += [*named, *literals[:6]] if named else GRAB_BAG
        elif not parameter.annotation:
            found += named[:4]
        found += [] if parameter.annotation else ANY_KIND
        return list(dict.fromkeys(_bound_stream(parameter.name, text) for text in found))

    def _texts_as_bytes(self) -> list[str]:
        return [text for text in map(_as_bytes, (*self._samples[:MOST_ITEMS], *self._texts)) if text]

    def _of_ducks(self, name: str) -> list[str]:
        """Instances that have what the function asks of the parameter."""
        return [text for kind in self._uses.kinds.get(name, ()) for text in self.instances.get(kind.__name__, [])[:4]]

    def _of_shape(self, key: str, name: str) -> list[str]:
        """Values that have what the function asks of the parameter."""
        shape = self._uses.shapes.get(key)
        return [] if shape is None else [*self._rows_like(shape.item), *self._shaper.texts(name, shape)]

    def _rows_like(self, item: Shape | None) -> list[str]:
        """Lists of instances of the package's classes that have all that is asked of each item."""
        asked = item.attributes.keys() if item is not None else set[str]()
        if not asked or is_standard(asked):
            return []
        kinds = [name for name, kind in self._classes.items() if asked <= offered_by(kind)][:MOST_KINDS]
        texts = [text for name in kinds for text in self.exact.get(name, ()) if "\n" not in text]
        return [f"[{', '.join(row)}]" for row in (texts[:1], texts[:2]) if row]

    def _around_default(self, default: object) -> list[str]:
        text = self._observer.literal(default)
        if isinstance(default, bool):
            return [str(not default), str(default)]
        nearby: list[str] = [] if text is None else [text]
        if isinstance(default, enum.Enum):
            return nearby + self.instances.get(type(default).__name__, [])
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
        matches = (values for word in words_of(name) for pattern, values in _BY_NAME if pattern.fullmatch(word))
        return own + next(matches, [])

    def equipment(self, target: str, parameters: Sequence[Parameter]) -> Mapping[str, str]:
        """Something to work with for each parameter that may be left at None: what is optional is used all the same."""
        found = {}
        for parameter in parameters:
            shape = self._uses.shapes.get(f"{target}.{parameter.name}")
            if parameter.has_default and parameter.default is None and (shape or parameter.annotation):
                typed = [text for text in self._by_annotation(parameter.annotation) if text != "None"]
                rows = self._rows_like(shape.item) if shape else []
                typed += rows or ([self._shaper.working(parameter.name, shape)] if shape else [])
                found[parameter.name] = next(iter(typed), "")
        return {name: text for name, text in found.items() if text}

    def literal_for(self, name: str) -> str:
        """A literal for what has this name: the name itself where nothing is known of it."""
        return next((text for text in self._by_name(name) if _kind_of(text)), repr(name))

    def of_kind(self, kind: type) -> list[str]:
        """Expressions for instances of a class, as annotations with its name give them."""
        return self._named(kind.__name__)

    def having(self, name: str) -> list[str]:
        """Expressions for instances of the package's classes that have an attribute."""
        kinds = [kind for kind, owner in self._classes.items() if name in dir(owner)]
        return [text for kind in kinds for text in self.exact.get(kind, [])[:2]]

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
        kind = self._observer.named(name)
        if is_call_only(kind):
            return [*standing_for(kind)]
        return self.instances.get(name, []) + BY_TYPE.get(name, []) or self._aliased(name)

    def _aliased(self, name: str) -> list[str]:
        """What a name for another type stands for: an alias, a new type, a variable's bound, a dictionary's keys."""
        value = self._observer.named(name)
        if value is None or name in self._resolving:
            return []
        self._resolving.add(name)
        try:
            return self._by_annotation(alias_of(value)) or self._typed_dictionary(value)
        finally:
            self._resolving.discard(name)

    def _typed_dictionary(self, value: object) -> list[str]:
        keys = annotations_of(value) if attribute(value, "__required_keys__") is not None else {}
        columns = {key: self._by_annotation(alias_of(kind))[:2] for key, kind in keys.items()}
        if not columns or not all(columns.values()):
            return []
        rows = [{key: texts[row % len(texts)] for key, texts in columns.items()} for row in range(2)]
        return ["{" + ", ".join(f"{key!r}: {text}" for key, text in row.items()) + "}" for row in rows]

    def _subscripted(self, node: ast.Subscript) -> list[str]:  # noqa: PLR0911 - one return a kind of type
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
            items = [text for text in self._expressions(parts[0]) if "\n" not in text][:MOST_ITEMS]
            template = _ITEM_CONTAINERS[name]
            groups = [group for group in (items[:3], items[:1], items[3:6] or items[:2], items) if group]
            made = [template.format(", ".join(group)) for group in groups]
            return [*made, *self._named(name)]
        if name in _KEYED and len(parts) == 2:  # noqa: PLR2004 - keys and values
            keys, values = ([text for text in self._expressions(part) if "\n" not in text][:3] for part in parts)
            rows = [", ".join(f"{key}: {value}" for key, value in zip(keys[:size], values * size)) for size in (2, 1)]
            return [*(["{" + row + "}" for row in rows] if keys and values else []), *self._named(name)]
        if name == "Callable" and len(parts) == 2 and _is_awaited(parts[1]):  # noqa: PLR2004 - as above
            arities = [len(parts[0].elts)] if isinstance(parts[0], ast.List) else range(MOST_GIVEN)
            return [text for arity in arities for text in awaited_of(arity)]
        if name == "Callable" and len(parts) == 2 and isinstance(parts[0], ast.List):  # noqa: PLR2004 - takes and gives
            arity = len(parts[0].elts)
            given = [text for text in self._expressions(parts[1]) if text != "None"]
            fitting = [*callables_of(arity), *giving(arity, given[:MOST_GIVEN]), failing(arity)]
            return [*fitting, *(text for text in self._named(name) if text not in fitting)]
        if name in ("tuple", "Tuple") and not any(isinstance(part, ast.Constant) for part in parts):
            columns = [[text for text in self._expressions(part) if "\n" not in text][:3] for part in parts]
            return ["(" + ", ".join(row) + ",)" for row in zip(*columns)] if all(columns) else []
        return self._named(name)


def _bound_stream(name: str, text: str) -> str:
    """What a call writes to a stream, or tells a double, is only seen when that has a name."""
    is_seen = text == DOUBLE or (text.startswith(("io.StringIO(", "io.BytesIO(")) and text.endswith(")"))
    return prepared(name, text) if is_seen and name not in STDLIB and not hasattr(builtins, name) else text


def _as_bytes(text: str) -> str:
    """A literal of a text as one of bytes; empty where it holds what bytes cannot be written with."""
    if text.startswith("b"):
        return text
    return "b" + text if text.isascii() and "\\u" not in text and "\\U" not in text else ""


def _of_same_kind(texts: Sequence[str], typed: Sequence[str]) -> list[str]:
    """Those that are literals of a kind that an annotation gave one of."""
    kinds = {_kind_of(text) for text in typed} - {""}
    return [text for text in texts if _kind_of(text) in kinds]


def _is_awaited(annotation: ast.expr) -> bool:
    """Whether a type is that of what a coroutine function gives."""
    outer = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return (outer.attr if isinstance(outer, ast.Attribute) else getattr(outer, "id", "")) in ("Awaitable", "Coroutine")


@functools.lru_cache(maxsize=1000)
def _kind_of(text: str) -> str:
    """The name of a literal's type; empty for any other expression."""
    try:
        return type(ast.literal_eval(text)).__name__
    except (ValueError, SyntaxError, TypeError):
        return ""


@functools.lru_cache(maxsize=1000)
def form_of(expression: str) -> tuple[object, ...]:
    """What an expression calls and which arguments it gives: two of one form differ in values only."""
    node = ast.parse(expression_of(expression), mode="eval").body
    if not isinstance(node, ast.Call):
        return (type(node).__name__,)
    return (ast.dump(node.func), len(node.args), *sorted(str(keyword.arg) for keyword in node.keywords))


def words_of(name: str) -> list[str]:
    """What a name may be known by: itself, without a number at its end, and its last word."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name.strip("_")).lower().rstrip("0123456789").strip("_")
    return list(dict.fromkeys([name.strip("_").lower(), words, words.rpartition("_")[2]]))


def interleave(groups: Iterable[list[str]]) -> list[str]:
    """One from each group in turn, so that every alternative is tried early."""
    lists = [group for group in groups if group]
    longest = max((len(group) for group in lists), default=0)
    return [group[row] for row in range(longest) for group in lists if row < len(group)]
