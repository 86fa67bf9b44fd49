"""What goes between a run's owner and a place that works for it: values alone, no folder is shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import Event
from ctxtui.core.domain.interaction import Action
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.engine.actions.work import Done, Order

Contents = Mapping[str, bytes]
"""Files by the id of their blob."""


@dataclass(frozen=True, slots=True)
class Berth:
    """What a place needs to know of a run once. `snapshot` names the content that holds the base commit.

    `token` is the lease's: a place serves no owner with an older one than it has seen. `setup` is a command that
    makes the project's environment, `python` its interpreter there; a relative one is inside the checkout.
    """

    run_id: str
    base: str
    snapshot: str
    token: int
    settings: bytes
    python: str = ""
    setup: tuple[str, ...] = ()


class Opening(StrEnum):
    """How far a place is with a run that is brought to it."""

    MISSING = "missing"
    """The base commit is not there yet."""
    PREPARING = "preparing"
    """The project's environment is being made, which may take minutes."""
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A command to carry out; `contents` are those of the files that are laid out for the child."""

    action: Action
    order: Order
    contents: Contents = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.order.interaction.id


@dataclass(frozen=True, slots=True)
class EventsCame:
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class VerdictReached:
    verdict: RungVerdict


@dataclass(frozen=True, slots=True)
class UsageCame:
    usage: Usage


@dataclass(frozen=True, slots=True)
class FilesCame:
    files: tuple[AcceptedFile, ...]
    contents: Contents


Report = EventsCame | VerdictReached | UsageCame | FilesCame


@dataclass(frozen=True, slots=True)
class Progress:
    """Reports after the number that was asked for, up to `number`, and how it ended: None while it is under way.

    `is_known` is false when the place has never heard of the command, because its process is another one by now.
    """

    reports: tuple[Report, ...] = ()
    number: int = 0
    outcome: Done | BaseException | None = None
    contents: Contents = field(default_factory=dict)
    is_known: bool = True
