"""Asks foreign objects about themselves: what they answer may be anything, or an exception."""

from __future__ import annotations

from types import CellType, FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typing import TypeGuard

Kind = TypeVar("Kind")


def attribute(value: object, name: str, default: Any = None) -> Any:  # noqa: ANN401 - whatever the object gives
    """As `getattr`; the default also when the attribute raises, as it does on an unbound proxy."""
    try:
        return getattr(value, name, default)
    except Exception:  # noqa: BLE001 - foreign code may raise anything
        return default


def annotations_of(kind: object) -> dict[str, Any]:
    """What a class declares; nothing where it has something else under that name, such as a property."""
    found = attribute(kind, "__annotations__")
    return found if isinstance(found, dict) else {}


def members_of(holder: object) -> list[tuple[str, Any]]:
    """What a module, a class or an instance holds by name, without what cannot even say what it is."""
    members = list(attribute(holder, "__dict__", {}).items())
    return [(name, value) for name, value in members if isinstance(name, str) and _has_class(value)]


def _has_class(value: object) -> bool:
    try:
        return value.__class__ is not None
    except Exception:  # noqa: BLE001 - as above
        return False


def home_of(value: object) -> str:
    """The name of the module that a class or function is from; empty when neither it nor its functions say so."""
    home = attribute(value, "__module__")
    if isinstance(home, str):
        return home
    functions = [member for _, member in members_of(value) if type(member) is FunctionType]
    return str(functions[0].__module__) if functions else ""


def is_of_package(value: object, package: str) -> bool:
    return home_of(value).partition(".")[0] == package


def is_a(value: object, kind: type[Kind]) -> TypeGuard[Kind]:
    """As `isinstance`; false for an object that cannot say what it is."""
    try:
        return isinstance(value, kind)
    except Exception:  # noqa: BLE001 - a proxy's class may raise anything
        return False


def enclosed_in(value: object) -> list[object]:
    """What a function has from where it was defined."""
    return [cell.cell_contents for cell in attribute(value, "__closure__") or () if _is_filled(cell)]


def _is_filled(cell: CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # it was emptied, or nothing was put there so far
        return False
