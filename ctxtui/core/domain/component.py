"""A unit of code that gets tests, and the context that groups such units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Component:
    """A module with its test file, or a context (a package) with child components.

    Paths are POSIX, relative to the repository root. `child_components` is filled when the component is
    loaded with a session and is ordered by priority descending, then name ascending.
    """

    id: str
    name: str
    source_path: str
    test_path: str
    priority: int = 0
    parent_id: str | None = None
    spec_paths: tuple[str, ...] = ()
    child_components: tuple[Component, ...] = ()

    @property
    def is_context(self) -> bool:
        return bool(self.child_components)


def in_order(components: tuple[Component, ...]) -> tuple[Component, ...]:
    """The order in which components are worked on: priority descending, then name ascending."""
    return tuple(sorted(components, key=lambda component: (-component.priority, component.name)))
