"""Says what can be learnt from the exception that a call ended with."""

from __future__ import annotations

import builtins
import inspect
import re
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple, Sequence

from .careful import attribute
from .names import Names
from .raising import Raising

MAX_MESSAGE = 160
STAND_IN_PREFIX = "Minimal"
"""What the names of subclasses begin with that are made for a test."""
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}|/tmp/")
_OF_NONE = re.compile(r"'NoneType' object has no attribute '(\w+)'")
_NO_FACTS = (AssertionError, GeneratorExit, ImportError)
"""Errors that tell of the code's state or of what is installed, not of what it is meant to do."""
_ACT = "<string>"
"""Where the call itself is written."""


class Unset(NamedTuple):
    """An attribute of the receiver that is None where a method needs more, and which attribute that would have."""

    kind: type
    attribute: str
    wanted: str


class Failure(NamedTuple):
    """`raises` is an exception that is meant, by its name and message; `refused_in` another file where it came up.

    `left_open` is a class and the name of its method that is only there to be overridden.
    """

    raises: tuple[str, str] | None = None
    refused_in: str = ""
    left_open: tuple[str, str] = ("", "")
    unset: Unset | None = None


class Failures:
    """Looks at the errors of one module's calls."""

    def __init__(self, names: Names, filename: str) -> None:
        self._names = names
        self._filename = filename
        self._root = str(Path(attribute(sys.modules.get(names.package), "__file__") or filename).parent)
        self._package_folder = str(Path(filename).parent)
        self.raising = Raising()

    def of(self, error: BaseException, receiver: object = None) -> Failure:
        """`receiver` is what the method was called on that failed, if it was one."""
        is_exit = isinstance(error, SystemExit)
        raises = ("SystemExit", _code_of(error)) if is_exit else self._explicit(error)
        left_open = self._left_open(error) if isinstance(error, NotImplementedError) else ("", "")
        unset = _unset(error, receiver) if isinstance(error, AttributeError) else None
        return Failure(raises, self._refused_in(error), left_open, unset)

    def _left_open(self, error: BaseException) -> tuple[str, str]:
        """The class of the object whose method raised the error, where it can be named, and the method.

        Where that is what was called itself, there is nothing to be told of another one in its place.
        """
        frames = list(traceback.walk_tb(error.__traceback__))
        if not frames or _is_of_the_call(frames):
            return ("", "")
        raising = frames[-1][0]
        owners = type(raising.f_locals.get("self")).__mro__
        kind = next((owner for owner in owners if not owner.__name__.startswith(STAND_IN_PREFIX)), object)
        name = self._names.name_of(kind) if kind is not object else None
        return (name, raising.f_code.co_name) if name else ("", "")

    def _refused_in(self, error: BaseException) -> str:
        """The file of the package that an error came up in, where that is not the module's own; else empty."""
        frames = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]
        ours = [filename for filename in frames if filename.startswith(self._root)]
        return ours[-1] if ours and ours[-1] != self._filename else ""

    def _explicit(self, error: BaseException) -> tuple[str, str] | None:
        """The exception's name and message, when the project raises it on purpose and it can be named."""
        frames = list(traceback.walk_tb(error.__traceback__))
        if not frames or isinstance(error, _NO_FACTS):
            return None
        frame, line = frames[-1]
        if isinstance(error, NotImplementedError) and (not _is_of_the_call(frames) or _is_of_a_stand_in(frame)):
            return None  # what was called on the way is missing: a subclass that has it tells more
        is_ours = frame.f_code.co_filename.startswith(self._package_folder)
        if not is_ours or not self.raising.is_meant(frame, line, error):
            return None
        name = self._names.name_of(type(error))
        try:
            message = _matched_text(error)
        except Exception:  # noqa: BLE001 - a broken __str__ leaves nothing to match
            return None
        if name is None or ADDRESS.search(message):
            return None
        return (name, _line_of(message))


def _is_of_the_call(frames: Sequence[tuple[FrameType, int]]) -> bool:
    """Whether the very function raised that was called."""
    return [frame.f_code.co_filename for frame, _ in frames[-2:-1]] == [_ACT]


def _is_of_a_stand_in(frame: FrameType) -> bool:
    return type(frame.f_locals.get("self")).__name__.startswith(STAND_IN_PREFIX)


def _unset(error: BaseException, receiver: object) -> Unset | None:
    """The attribute that was None, as far as the line that failed shows it."""
    match = _OF_NONE.match(str(error))
    if match is None or receiver is None:
        return None
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    frame = next((one for one in reversed(frames) if one.f_locals.get("self") is receiver), None)
    if frame is None:
        return None
    used, wanted = frame.f_code.co_names, match[1]
    pairs = sorted(zip(used, (*used[1:], "")), key=lambda pair: pair[1] != wanted)
    name = next((name for name, _ in pairs if inspect.getattr_static(receiver, name, receiver) is None), "")
    return Unset(type(receiver), name, wanted) if name else None


def _code_of(error: Any) -> str:  # noqa: ANN401 - a SystemExit
    return "" if error.code is None else _line_of(str(error.code))


def _line_of(message: str) -> str:
    return message.strip().partition("\n")[0][:MAX_MESSAGE].strip()


def _matched_text(error: Any) -> str:  # noqa: ANN401 - groups of exceptions are no class on 3.8
    """What `pytest.raises(match=...)` compares: of a group of exceptions its own message, without their number."""
    group = getattr(builtins, "BaseExceptionGroup", None)
    return str(error.message) if group is not None and isinstance(error, group) else str(error)
