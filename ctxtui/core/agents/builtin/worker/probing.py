"""Plans the probing of a module: constructors first, then functions, then what instances can do."""

from __future__ import annotations

import ast
import inspect
import math
from types import ModuleType
from typing import Any, Callable, Iterator, Mapping, Sequence

from .calls import Call, Runner
from .classes import ClassExplorer, constructor_of
from .explore import Explorer, Kept
from .guard import Guard
from .inputs import Inputs
from .names import Names
from .observe import Observer
from .patterns import samples_of
from .subjects import Subject, written
from .targets import ROUNDTRIPS, Target, is_enumeration, lines_of, parameters_of

Record = Mapping[str, Any]
Send = Callable[[Record], None]
Work = Callable[[Send], None]
MAX_FOREIGN_CLASSES = 10
MAX_CONSTANTS = 12
MAX_CONSTANT_TEXT = 120
SMALLEST_SHARE = 0.12
WANTED = 4.0
_FOR_TOOLS = frozenset({"TYPE_CHECKING", "MYPY"})
CONSTRUCTING, CALLING, USING = 0.3, 1.0, 1.0


class Prober:
    """What is known about one module while it is probed; `learn` takes over what children found."""

    def __init__(
        self,
        module: ModuleType,
        names: Names,
        observer: Observer,
        guard: Guard,
        request: Mapping[str, Any],
    ) -> None:
        hints: Mapping[str, Mapping[str, Sequence[str]]] = request["hints"]
        self._module = module
        self._names = names
        self._observer = observer
        self._hints = hints
        self._wanted = frozenset(request["wanted"])
        self._seed = int(request["seed"])
        self._inputs = Inputs(hints, observer, samples_of(module))
        self._runner = Runner(names, observer, guard, inspect.getsourcefile(module) or "")

    def learn(self, record: Record) -> None:
        if record.get("type") == "instance":
            for name, origin in record["names"].items():
                self._names.adopt({name: (origin[0], origin[1])})
            kind = self._names.get(record["kind"])
            if isinstance(kind, type):
                self._inputs.provide(kind, record["act"], is_pioneer=record["is_pioneer"])

    def constants(self) -> Iterator[Record]:
        """Module-level values that a person would call constants."""
        listed = getattr(self._module, "__all__", ())
        count = 0
        for name in self._hints.get("constants", {}).get("module", ()):
            value = vars(self._module).get(name)
            is_constant = (name.isupper() or name in listed) and not name.startswith("_")
            if not is_constant or callable(value) or name in _FOR_TOOLS:
                continue
            text = self._observer.literal(value)
            if text is None or len(text) > MAX_CONSTANT_TEXT:
                continue
            count += 1
            if count > MAX_CONSTANTS:
                return
            check = self._observer.equality("result", value, text)
            subject = Subject("constants", "", name, ())
            yield self._case(subject, Call((), name), {}, (check,), frozenset())

    def plan(self, targets: Sequence[Target], cpu_seconds: float) -> Iterator[tuple[str, float, Work]]:
        """Pieces of work in order, each with its share of the time; later pieces know what earlier ones taught."""
        classes = [target for target in targets if target.kind == "class"]
        functions = [target for target in targets if target.kind == "function"]
        for target in self._foreign_classes(targets):
            yield target.name, 0.3, self._constructing(target, 0.25, is_own=False)
        weights = {target.name: self._weight(target) for target in targets}
        total = sum(weights.values()) + sum(weights[target.name] * CONSTRUCTING for target in classes) or 1.0
        unit = cpu_seconds / total
        smallest = min(SMALLEST_SHARE, cpu_seconds / max(len(targets), 1))
        for target in classes:
            seconds = max(weights[target.name] * CONSTRUCTING * unit, smallest)
            yield target.name, seconds, self._constructing(target, seconds, is_own=True)
        for target in functions:
            seconds = max(weights[target.name] * unit, smallest)
            yield target.name, seconds, self._calling(target, seconds)
        for target in classes:
            seconds = max(weights[target.name] * unit, smallest)
            yield target.name, seconds, self._using(target, seconds)

    def _weight(self, target: Target) -> float:
        """How much time a target deserves: by its length in lines, and more when it is asked for."""
        size = target.lines[1] - target.lines[0] + 1
        is_wanted = target.name in self._wanted or any(name.startswith(target.name + ".") for name in self._wanted)
        return math.pow(min(max(size, 6), 400), 0.75) * (WANTED if is_wanted else 1)

    def _foreign_classes(self, targets: Sequence[Target]) -> list[Target]:
        """Classes of the package that the module imports: its functions are likely to want their instances."""
        own = {target.name for target in targets}
        found = []
        for name, value in vars(self._module).items():
            if name in own or not isinstance(value, type) or value.__module__ == self._module.__name__:
                continue
            if value.__module__.partition(".")[0] == self._names.package and not issubclass(value, BaseException):
                found.append(Target(name, "class", value, lines_of(value)))
        return found[:MAX_FOREIGN_CLASSES]

    def _seeds(self, name: str) -> list[Call]:
        texts = self._hints.get("calls", {}).get(name, ())
        return [Call((), text) for text in texts if self._names.knows_all(text)]

    def _explorer(self, send: Send, taker: Callable[[Kept], None] | None, *, is_own: bool = True) -> Explorer:
        def emit(kept: Kept) -> None:
            if taker:
                taker(kept)
            self._provide(kept, send)
            if is_own:
                call, changes = _simplified(kept)
                checks = kept.outcome.checks
                if kept.subject.name.rpartition(".")[2] in ROUNDTRIPS and checks != ("result is True",):
                    return
                call, checks = _as_comparison(call, checks)
                if checks == ("result is None",) and changes:
                    checks = ()
                send(self._case(kept.subject, call, kept.arguments, checks, kept.outcome.arcs, kept, changes))

        return Explorer(self._runner, self._inputs, emit, seed=self._seed)

    def _provide(self, kept: Kept, send: Send) -> None:
        """An instance of the package's classes that a call gave is an input for others."""
        value = kept.outcome.value
        kind = type(value)
        if kind.__module__.partition(".")[0] != self._names.package or isinstance(value, type) or kept.call.setup:
            return
        if kept.subject.watched:
            return
        self._names.name_of(kind)
        expression = kept.call.act
        if self._names.get(kind.__name__) is kind:
            self._inputs.provide(kind, expression, is_pioneer=kept.adds_arcs)
            send(
                {
                    "type": "instance",
                    "is_pioneer": kept.adds_arcs,
                    "kind": kind.__name__,
                    "act": expression,
                    "names": self._origins([expression, kind.__name__]),
                }
            )

    def _constructing(self, target: Target, seconds: float, *, is_own: bool) -> Work:
        def work(send: Send) -> None:
            if is_enumeration(target.value):
                if is_own:
                    self._members(target, send)
                return
            subject = constructor_of(target)
            if is_own and _is_bare_error(target.value):
                kind = target.value.__mro__[1]  # type: ignore[attr-defined]
                parent = self._names.name_of(kind)
                if parent:
                    about = Subject(target.name, "", f"issubclass({target.name}, {parent})", ())
                    self._explorer(send, None).explore(about, (), SMALLEST_SHARE)
            elif subject is not None:
                explorer = self._explorer(send, None, is_own=is_own)
                explorer.explore(subject, self._seeds(target.name), seconds)

        return work

    def _members(self, target: Target, send: Send) -> None:
        subject = Subject(target.name, target.name, f"[(member.name, member.value) for member in {target.name}]", ())
        self._explorer(send, None).explore(subject, (), SMALLEST_SHARE)

    def _calling(self, target: Target, seconds: float) -> Work:
        def work(send: Send) -> None:
            parameters = parameters_of(target.value)
            subject = Subject(target.name, "", target.name + "({arguments})", parameters or ())
            self._explorer(send, None).explore(subject, self._seeds(target.name), seconds)

        return work

    def _using(self, target: Target, seconds: float) -> Work:
        def work(send: Send) -> None:
            explored: list[ClassExplorer] = []
            explorer = self._explorer(send, lambda kept: explored[0].note(kept))  # noqa: PLW0108 - it is not there yet
            explored.append(ClassExplorer(explorer, self._inputs, self._names.package, self._names))
            seeds = {
                name: [call.act for call in self._seeds(name)]
                for name in self._hints.get("calls", {})
                if name.startswith(target.name + ".")
            }
            explored[0].members(target, seeds, seconds)

        return work

    def _case(  # noqa: PLR0913, PLR0917 - a record is made of what was found
        self,
        subject: Subject,
        call: Call,
        arguments: Mapping[str, str],
        checks: Sequence[str],
        arcs: Any,  # noqa: ANN401 - pairs of lines, as JSON wants them
        kept: Kept | None = None,
        changes: Sequence[str] = (),
    ) -> Record:
        outcome = kept.outcome if kept else None
        raises = list(outcome.raises) if outcome and outcome.raises else None
        warns = outcome.warns if outcome else ""
        sources = [
            *call.setup,
            call.act,
            *checks,
            *changes,
            *(raises[:1] if raises else ()),
            *([warns] if warns else ()),
        ]
        return {
            "type": "case",
            "target": subject.name,
            "owner": subject.owner,
            "setup": list(call.setup),
            "act": call.act,
            "arguments": dict(arguments),
            "checks": list(checks),
            "changes": list(changes),
            "raises": raises,
            "warns": warns,
            "prints": outcome.prints if outcome else "",
            "arcs": sorted(arcs),
            "names": self._origins(sources),
            "is_example": kept is not None and kept.is_example,
        }

    def _origins(self, sources: Sequence[str]) -> dict[str, tuple[str, str]]:
        names = (node.id for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name))
        return {name: self._names.origins[name] for name in names if name in self._names.origins}


def _is_bare_error(value: object) -> bool:
    """Whether a class is an exception with no code of its own: only its ancestry is worth a test."""
    return isinstance(value, type) and issubclass(value, BaseException) and "__init__" not in vars(value)


def _as_comparison(call: Call, checks: tuple[str, ...]) -> tuple[Call, tuple[str, ...]]:
    """What is not equal is different, and what does not contain does `not in`; a replay shows whether that holds."""
    node = ast.parse(call.act, mode="eval").body
    if checks != ("result is False",) or not (isinstance(node, ast.Compare) and len(node.ops) == 1):
        return call, checks
    for kind, opposite in ((ast.Eq, "!="), (ast.In, "not in")):
        if isinstance(node.ops[0], kind):
            left = ast.get_source_segment(call.act, node.left) or ""
            right = ast.get_source_segment(call.act, node.comparators[0]) or ""
            return call._replace(act=f"{left} {opposite} {right}"), ("result is True",)
    return call, checks


def _simplified(kept: Kept) -> tuple[Call, tuple[str, ...]]:
    """A call whose receiver did not change needs no variable for it."""
    call, outcome = kept.call, kept.outcome
    wrapper = "asyncio.run({})" if outcome.is_async else "list({})" if outcome.is_lazy else "{}"
    call = call._replace(act=wrapper.format(call.act))
    if outcome.changes or len(kept.call.setup) != 1 or not kept.subject.watched:
        return call, outcome.changes
    receiver = call.setup[0].partition(" = ")[2]
    act = written(kept.subject, kept.arguments, receiver)
    return Call((), wrapper.format(act)), ()
