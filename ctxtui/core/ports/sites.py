"""Other processes, perhaps on other machines, that carry out a child's actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ctxtui.core.domain.errors import CtxtuiError, ExitCode


class ClusterError(CtxtuiError):
    """A cluster does not answer, or has no worker that can be used: it may be mended, and the run tried again."""

    exit_code = ExitCode.RETRYABLE


class PlaceLostError(ClusterError):
    """A place does not answer any more: what it was doing has to be done elsewhere."""


@dataclass(frozen=True, slots=True)
class Place:
    """One worker. `slots` is how many actions it bears at once; a `problem` says why it cannot be used.

    `name` is how it is reached, `label` what people call it.
    """

    name: str
    host: str
    slots: int
    problem: str = ""
    label: str = ""

    @property
    def shown(self) -> str:
        return f"{self.label or self.name} on {self.host}"


class Sites(Protocol):
    """Safe to use from threads."""

    def places(self) -> tuple[Place, ...]:
        """Those that are there now. Raises CtxtuiError when whoever knows them cannot be reached."""
        ...

    def call(self, place: str, operation: str, *values: Any) -> Any:  # noqa: ANN401 - values that can be pickled
        """What the operation returns there; raises what it raises there, or PlaceLostError."""
        ...

    def close(self) -> None: ...
