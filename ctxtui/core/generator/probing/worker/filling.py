"""Makes instances whose attributes are only declared in the class and set by whoever makes one."""

from __future__ import annotations

import inspect
import re
from typing import Any, Callable, Iterator, Sequence

from .careful import annotations_of, attribute, members_of
from .subjects import INNER_BREAK, Subject, expression_of, variable_of
from .targets import Parameter, Target, is_enumeration, methods_of, parameters_of

MOST_DECLARED = 16
MOST_ADDING = 3
MOST_ADDED = 2
_ADDING = re.compile(r"(add|append|push|put|insert|register|set|update|load|extend|feed|attach)(_\w+)?")
_MADE_WITH_FIELDS = (
    "__dataclass_fields__",
    "_fields",
    "__attrs_attrs__",
    "__required_keys__",
    "model_fields",
    "__slots__",
)
_HINTED_OTHERWISE = ("ClassVar", "InitVar", "Final")


def filled_instance_of(target: Target, values_for: Callable[[Parameter], Sequence[str]]) -> Subject | None:
    """A call that gives an instance with all declared attributes set; None for a class that is made otherwise."""
    kind: Any = target.value
    declared = _declared(kind)
    if not declared or any(not one.has_default and not one.is_variadic for one in parameters_of(kind) or ()):
        return None
    values = [(one.name, _value_of(one, values_for)) for one in declared]
    name = "filled_" + variable_of(target.name, ())
    lines = [
        f"def {name}():",
        f"    instance = {target.name}()",
        *(f"    instance.{attribute_name} = {expression_of(text)}" for attribute_name, text in values if text),
        "    return instance",
    ]
    return Subject(target.name, "", f"{name}()", (), (INNER_BREAK.join(lines),))


def changed_instances_of(
    target: Target, package: str, made: str, values_for: Callable[[str, Parameter], Sequence[str]]
) -> Iterator[Subject]:
    """Calls that give an instance to which one of its methods has added something; `made` is how one is made."""
    variable = variable_of(target.name, ())
    methods = [one for one in methods_of(target.value, package) if one.kind == "method" and _ADDING.fullmatch(one.name)]  # type: ignore[arg-type]
    for method in methods[:MOST_ADDING]:
        required = [
            one
            for one in parameters_of(method.value, skip_first=True) or ()
            if not one.has_default and not one.is_variadic
        ]
        columns = [values_for(f"{target.name}.{method.name}", one) for one in required[:MOST_ADDED]]
        values = [next((text for text in texts if "\n" not in text), "") for texts in columns]
        if required and len(required) <= MOST_ADDED and all(values):
            name = f"{variable}_after_{method.name}"
            lines = [
                f"def {name}():",
                f"    {variable} = {made}",
                f"    {variable}.{method.name}({', '.join(values)})",
                f"    return {variable}",
            ]
            yield Subject(target.name, "", f"{name}()", (), (INNER_BREAK.join(lines),))


def _value_of(declared: Parameter, values_for: Callable[[Parameter], Sequence[str]]) -> str:
    """A text is the attribute's own name, so that no two attributes have the same."""
    if _TEXT.fullmatch(declared.annotation):
        return f'"{declared.name}"'
    return next((text for text in values_for(declared) if "\n" not in text), "")


_TEXT = re.compile(r"(typing\.)?Optional\[str\]|str( \| None)?")


def _declared(kind: Any) -> list[Parameter]:  # noqa: ANN401 - a class
    """Attributes with an annotation that neither the class nor its construction gives a value."""
    if (
        is_enumeration(kind)
        or attribute(kind, "_is_protocol")
        or any(hasattr(kind, name) for name in _MADE_WITH_FIELDS)
    ):
        return []
    known = {name for owner in kind.__mro__ for name, _ in members_of(owner)}
    made = set(attribute(attribute(attribute(kind, "__init__"), "__code__"), "co_names", ()))
    found = []
    for name, annotation in annotations_of(kind).items():
        text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
        if name not in known | made and not any(hint in text for hint in _HINTED_OTHERWISE):
            found.append(Parameter(name, text, None, has_default=False, is_keyword_only=False, is_variadic=False))
    return found[:MOST_DECLARED]
