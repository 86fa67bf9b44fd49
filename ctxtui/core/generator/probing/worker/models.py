"""Knows how models of Django and SQLAlchemy are made, whose fields are what a signature would say, and records."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable, Iterator, Mapping

from .careful import attribute
from .targets import Parameter

_BY_FIELD: Mapping[str, str] = {
    "CharField": "str",
    "TextField": "str",
    "SlugField": "str",
    "EmailField": "str",
    "URLField": "str",
    "IntegerField": "int",
    "BigIntegerField": "int",
    "SmallIntegerField": "int",
    "PositiveIntegerField": "int",
    "FloatField": "float",
    "DecimalField": "Decimal",
    "BooleanField": "bool",
    "DateField": "date",
    "DateTimeField": "datetime",
    "TimeField": "time",
    "DurationField": "timedelta",
    "UUIDField": "UUID",
    "JSONField": "dict",
}


def fields_of(kind: Callable[..., object]) -> list[Parameter]:
    """The fields that a model can be made with, as parameters by keyword; none for any other class."""
    return [
        Parameter(name, text, None, has_default=False, is_keyword_only=True, is_variadic=False)
        for name, text in (*_of_django(kind), *_of_sqlalchemy(kind))
    ]


def record_fields(kind: type) -> list[str]:
    """The arguments by which a data class, or a class of attrs, is made; none for any other class."""
    plain: Any = dataclasses.fields(kind) if isinstance(attribute(kind, "__dataclass_fields__"), dict) else ()
    of_attrs = attribute(kind, "__attrs_attrs__")
    return [field.name for field in (*plain, *(of_attrs if isinstance(of_attrs, tuple) else ())) if field.init]


def _of_django(kind: object) -> Iterator[tuple[str, str]]:
    meta = attribute(kind, "_meta")
    fields: Any = attribute(meta, "concrete_fields", ()) if attribute(meta, "app_label") else ()
    for field in fields:
        text = _BY_FIELD.get(type(field).__name__, "")
        if text and isinstance(field.name, str):
            yield field.name, text


def _of_sqlalchemy(kind: object) -> Iterator[tuple[str, str]]:
    mapper = attribute(kind, "__mapper__")
    for key, column in attribute(attribute(mapper, "columns"), "items", tuple)():
        python_type = attribute(attribute(column, "type"), "python_type")
        if isinstance(key, str) and isinstance(python_type, type):
            yield key, python_type.__name__
