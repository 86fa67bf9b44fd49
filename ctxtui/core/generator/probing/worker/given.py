"""What functions of the module were given, and gave, while others were tried: nobody knows their inputs better."""

from __future__ import annotations

import inspect
import re
from types import CodeType, FrameType, FunctionType
from typing import Any, Callable, Dict, Iterable, Mapping, Sequence

from .careful import attribute
from .inverses import given_by, givers_of

Arguments = Dict[str, str]
MOST_CALLS = 8
MOST_LOOKS = 60
MOST_RESULTS = 12
LONGEST = 120
NOTHING = object()
_EVER_NEW = re.compile(r"\d{8}|\.\d{5}|[0-9a-fA-F-]{16}|\bdate|\btime|0x[0-9a-fA-F]{6}|/tmp/")
"""What may come from the clock, from chance or from this process: the next time it is another."""


class Given:
    """`write` gives the source text of a value, or None where it has none. Targets are named as their tests name them.

    `calls` are those that the package itself made; a call of which nothing can be written is none.
    """

    def __init__(self, root: str, write: Callable[[Any], str | None]) -> None:
        self._root = root
        self._write = write
        self._names: dict[CodeType, tuple[str, Sequence[str]]] = {}
        self._defaults: dict[str, Mapping[str, Any]] = {}
        self._looks: dict[str, int] = {}
        self._calls: dict[str, list[Arguments]] = {}
        self._results: dict[str, dict[str, None]] = {}

    def watch(self, functions: Iterable[FunctionType]) -> None:
        """Functions whose calls are noted from now on."""
        for function in functions:
            code = function.__code__
            owner, _, name = function.__qualname__.rpartition(".")
            if "<locals>" in owner or not code.co_argcount:
                continue
            names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
            is_of_class = bool(owner) and not isinstance(_static(function), staticmethod)
            target = owner if name == "__init__" else function.__qualname__
            self._names[code] = (target, names[1:] if is_of_class else names)
            positional, values = code.co_varnames[: code.co_argcount], function.__defaults__ or ()
            self._defaults[target] = {
                **dict(zip(positional[code.co_argcount - len(values) :], values)),
                **(function.__kwdefaults__ or {}),
            }

    def note(self, frame: FrameType) -> None:
        """Looks at a call that has just begun; those that a test would make itself tell nothing new."""
        known = self._names.get(frame.f_code)
        if known is None or self._looks.get(known[0], 0) >= MOST_LOOKS:
            return
        caller = frame.f_back
        if caller is None or not caller.f_code.co_filename.startswith(self._root):
            return
        target, names = known
        self._looks[target] = self._looks.get(target, 0) + 1
        try:
            values = {name: frame.f_locals.get(name) for name in names}
            defaults = self._defaults[target]
            values = {name: value for name, value in values.items() if value is not defaults.get(name, NOTHING)}
            texts = {name: self._write(value) for name, value in values.items()}
        except Exception:  # noqa: BLE001 - what cannot be looked at is no input
            return
        fitting = {name: text for name, text in texts.items() if text and len(text) <= LONGEST}
        if not any(map(_EVER_NEW.search, fitting.values())):
            self.add_call(target, fitting)

    def add_call(self, target: str, arguments: Arguments) -> None:
        calls = self._calls.setdefault(target, [])
        if arguments and arguments not in calls and len(calls) < MOST_CALLS:
            calls.append(arguments)

    def add_result(self, target: str, text: str) -> None:
        results = self._results.setdefault(target, {})
        if len(results) < MOST_RESULTS and len(text) <= LONGEST:
            results.setdefault(text)

    def calls(self, target: str) -> Sequence[Arguments]:
        return self._calls.get(target, ())

    def texts(self, target: str, name: str) -> list[str]:
        """What a parameter was given."""
        return list(dict.fromkeys(call[name] for call in self.calls(target) if name in call))

    def results_for(self, target: str) -> list[str]:
        """What those functions gave whose results the target takes back."""
        return [text for giver in givers_of(target) for text in self._results.get(giver, ())]

    def results_called(self, *nouns: str) -> list[str]:
        """What those functions gave that give what one of the nouns says, going by their names."""
        return [text for giver, texts in self._results.items() if given_by(giver) in nouns for text in texts]

    def as_record(self) -> Mapping[str, object]:
        return {"type": "given", "calls": self._calls}

    def take(self, record: Mapping[str, Any]) -> None:
        for target, calls in record["calls"].items():
            for arguments in calls:
                self.add_call(target, arguments)


def _static(function: FunctionType) -> object:
    """The function as it stands in its class."""
    owner: Any = inspect.getmodule(function)
    for name in function.__qualname__.split(".")[:-1]:
        owner = attribute(owner, name)
    return inspect.getattr_static(owner, function.__name__, None) if owner is not None else None
