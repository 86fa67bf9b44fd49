"""Pins what a call reads of its surroundings: what the module and its classes keep, the environment, the input."""

from __future__ import annotations

import ast
import contextlib
import contextvars
import re
import time
from collections import defaultdict
from types import ModuleType
from typing import Any, Iterable, Iterator, Sequence

from .footprint import MADE_UP_HOME
from .observe import Observer
from .patches import NAME
from .shared_state import changed_globals, flags_of, lines_of_attribute, lines_of_name, shared_attributes
from .values import COMMAND_LINE_NAMES

MOST_PINS = 4
LEFT_ALONE = frozenset({"LINES", "PATH", "PYTHONPATH", "TMPDIR", "TEMP", "TMP"})
"""What is looked up beside what matters, or must stay as it is for the process to work."""
MAX_STATE = 60
_OPTION = re.compile(r"--?[a-z][\w-]*")
_HARMLESS = ("cache", "memo", "lock")
FIXED_VARIABLES = {"COLUMNS": "80", "HOME": MADE_UP_HOME, "USERPROFILE": MADE_UP_HOME}
"""What tests had better set than delete: without them Python asks the machine."""
_VALUES = ("1", "yes")
_ANSWER = f"{NAME}.setattr('builtins.input', lambda *_: 'yes')"
_CLOCKS = {
    "time": ("1700000000.0", "1800000000.0", "1700000001.0"),
    "monotonic": ("1000.0", "100001000.0", "1001.0"),
}
"""What functions of `time` are made to tell; what they tell when all is over that may expire, and a second later."""
_SYSTEMS = {
    "sys.platform": ("{!r}", ("linux", "win32", "darwin")),
    "platform.system": ("lambda: {!r}", ("Linux", "Windows", "Darwin")),
}
"""What names the system, how that is written, and what it is made to say: what tests run on first."""
SHORTEST_SYSTEM = 3
MOST_OPTIONS = 5


class Pins:
    """Statements to set up before a call, by the lines of the module that the call ran.

    `later` are pins of a clock with which time has passed, each with the one to set up before.
    """

    def __init__(self, module: ModuleType, tree: ast.Module, observer: Observer) -> None:
        self._by_line: defaultdict[int, dict[str, None]] = defaultdict(dict)
        self._others: dict[str, list[str]] = {}
        self.later: dict[str, str] = {}
        self._module = module
        self._is_waiting = any(map(_is_wait, ast.walk(tree)))
        self._state: list[tuple[Any, str, Any]] = []
        changed = set(changed_globals(tree)) & vars(module).keys()
        kept: list[tuple[Any, str, str, Iterator[int]]] = [
            (module, module.__name__, name, lines_of_name(tree, name)) for name in sorted(changed)
        ]
        for kind, name in shared_attributes(module, tree):
            kept.append((kind, f"{module.__name__}.{kind.__name__}", name, lines_of_attribute(tree, name)))
        for holder, path, name, lines in kept:
            value = vars(holder).get(name)
            text = _state_text(value, observer) if not any(word in name.lower() for word in _HARMLESS) else None
            if text is not None:
                self._state.append((holder, name, value))
                for line in lines:
                    self._by_line[line][f"{NAME}.setattr('{path}.{name}', {text})"] = None
        self._flags: defaultdict[int, dict[str, None]] = defaultdict(dict)
        for name, is_on in flags_of(module, tree):
            for line in lines_of_name(tree, name):
                self._flags[line][f"{NAME}.setattr('{module.__name__}.{name}', {not is_on})"] = None
        for node in ast.walk(tree):
            for statement in self._read_by(node, tree):
                self._by_line[getattr(node, "lineno", 0)][statement] = None

    def _read_by(self, node: Any, tree: ast.Module) -> Iterator[str]:  # noqa: ANN401 - any node
        """Pins for what an expression reads: an answer, the words of the command line, the time."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "input":
            yield _ANSWER
        elif _is_attribute(node, "sys", "argv") or _is_parsing(node):
            statement = f"{NAME}.setattr('sys.argv', ['program'])"
            self._others[statement] = [f"{NAME}.setattr('sys.argv', {words!r})" for words in command_lines(tree)]
            yield statement
        elif _is_attribute(node, "sys", "platform"):
            yield self._system("sys.platform", tree)
        elif isinstance(node, ast.Call) and _is_attribute(node.func, "platform", "system"):
            yield self._system("platform.system", tree)
        elif isinstance(node, ast.Call):
            place, clock = self._clock_of(node.func)
            if place:
                now, *later = (f"{NAME}.setattr({place!r}, lambda: {moment})" for moment in _CLOCKS[clock])
                self.later.update(dict.fromkeys(later, now))
                yield now

    def _system(self, place: str, tree: ast.Module) -> str:
        """The pin for one system; the others that the module's texts name are tried too."""
        written, names = _SYSTEMS[place]
        usual, *others = (f"{NAME}.setattr({place!r}, {written.format(name)})" for name in names)
        texts = [text.lower() for text in _texts_in(tree) if len(text) >= SHORTEST_SYSTEM]
        is_named = [any(name.lower().startswith(text) for text in texts) for name in names[1:]]
        self._others[usual] = [other for other, is_one in zip(others, is_named) if is_one]
        return usual

    def _clock_of(self, node: ast.expr) -> tuple[str, str]:
        """The dotted name of the clock that is called, and which of them it is; empty for anything else.

        Event loops and what sleeps wait by the clock that only goes forward: it must not stand still for them.
        """
        for clock in ("time",) if self._is_waiting else _CLOCKS:
            if _is_attribute(node, "time", clock):
                return f"time.{clock}", clock
            if isinstance(node, ast.Name) and vars(self._module).get(node.id) is vars(time)[clock]:
                return f"{self._module.__name__}.{node.id}", clock
        return "", ""

    @staticmethod
    def without_given(pins: Iterable[str], given: Iterable[str]) -> list[str]:
        """Without the words of the command line where a call is given them by name."""
        is_given = any(re.fullmatch(COMMAND_LINE_NAMES, name) for name in given)
        return [pin for pin in pins if not (is_given and "'sys.argv'" in pin)]

    def for_lines(self, lines: Iterable[int]) -> list[str]:
        """The pins that lines need, in the order of the source."""
        if not self._by_line:
            return []
        return list(dict.fromkeys(text for line in sorted(set(lines)) for text in self._by_line.get(line, ())))

    def flags_turned(self, lines: Iterable[int]) -> list[str]:
        """Statements that turn the flags of the module which the lines read."""
        found = (text for line in sorted(set(lines)) for text in self._flags.get(line, ()))
        return list(dict.fromkeys(found)) if self._flags else []

    def unread(self, pins: Iterable[str], lines: Iterable[int]) -> set[str]:
        """Those that some lines need, but none of these: another call of the same function read what they pin."""
        needed = self.for_lines(lines)
        by_lines = {text for texts in self._by_line.values() for text in texts}
        return {pin for pin in pins if pin in by_lines and pin not in needed}

    def over_time(self, setup: Sequence[str]) -> tuple[str, ...]:
        """The steps, with the clock set before the first of them where time passes between them."""
        clocks = {now: None for later, now in self.later.items() if later in setup and now not in setup}
        return (*clocks, *setup)

    def others(self, statement: str) -> Sequence[str]:
        """The same pin with other values."""
        return self._others.get(statement, ())

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """What the module keeps between calls is the same afterwards."""
        before = [(holder, name, value, _content(value)) for holder, name, value in self._state]
        try:
            yield
        finally:
            for holder, name, value, content in before:
                setattr(holder, name, value)
                _restore(value, content)


def of_variable(name: str) -> str:
    """The statement that makes an environment variable the same everywhere: not there, for most."""
    fixed = FIXED_VARIABLES.get(name)
    return f"{NAME}.setenv({name!r}, {fixed!r})" if fixed else f"{NAME}.delenv({name!r}, raising=False)"


def other_values_of(name: str) -> list[str]:
    """Statements that give an environment variable some other value."""
    values = ("40",) if name == "COLUMNS" else () if name in FIXED_VARIABLES else _VALUES
    return [f"{NAME}.setenv({name!r}, {value!r})" for value in values]


def is_pinned(name: str, setup: Sequence[str]) -> bool:
    """Whether a variable has its value from what is set up."""
    return any(line.startswith((f"{NAME}.setenv({name!r},", f"{NAME}.delenv({name!r},")) for line in setup)


def _state_text(value: object, observer: Observer) -> str | None:
    """An expression for a fresh value like the one that the module starts with."""
    if isinstance(value, contextvars.ContextVar):
        try:
            default = contextvars.Context().run(value.get)
        except LookupError:
            return f"contextvars.ContextVar({value.name!r})"
        text = observer.literal(default)
        return None if text is None else f"contextvars.ContextVar({value.name!r}, default={text})"
    if type(value) in (list, dict, set, bool, int, str, type(None)):
        text = observer.literal(value)
        return text if text is not None and len(text) <= MAX_STATE else None
    return None


def _content(value: Any) -> Any:  # noqa: ANN401 - whatever the module keeps
    return value.copy() if isinstance(value, (list, dict, set)) else None


def _restore(value: Any, content: Any) -> None:  # noqa: ANN401 - as above
    if isinstance(value, list):
        value[:] = content
    elif isinstance(value, (dict, set)):
        value.clear()
        value.update(content)


def _is_attribute(node: object, holder: str, name: str) -> bool:
    is_named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    return is_named and (node.value.id, node.attr) == (holder, name)  # type: ignore[attr-defined]


def _is_wait(node: ast.AST) -> bool:
    """Whether something is awaited here, or sleeps."""
    return isinstance(node, ast.AsyncFunctionDef) or "sleep" in (getattr(node, "attr", ""), getattr(node, "id", ""))


def _is_parsing(node: object) -> bool:
    """Whether a parser of command lines is called: with no words, or None, it takes those of the process."""
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return is_method and node.func.attr in ("parse_args", "parse_known_args")  # type: ignore[attr-defined]


def command_lines(tree: ast.Module) -> Iterator[list[str]]:
    """Words for the program, with the options that the module names."""
    yield ["program", "text"]
    yield ["program", "3", "5"]
    options = dict.fromkeys(text for text in _texts_in(tree) if _OPTION.fullmatch(text))
    for option in list(options)[:MOST_OPTIONS]:
        yield from (["program", option], ["program", option, "text"], ["program", option, "5"])


def words_for(tree: ast.Module) -> list[str]:
    """Literals of command lines, where the module parses any."""
    if not any(_is_parsing(node) or _is_attribute(node, "sys", "argv") for node in ast.walk(tree)):
        return []
    return [repr(words[1:]) for words in command_lines(tree)]


def _texts_in(tree: ast.Module) -> Iterator[str]:
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
