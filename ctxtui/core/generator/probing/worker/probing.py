"""Plans the probing of a module: constructors first, then functions, then what instances can do."""

from __future__ import annotations

import ast
import functools
import inspect
import re
from types import ModuleType
from typing import Any, Callable, Iterable, Iterator, Mapping, Sequence

from .bodies import shapes_of
from .calls import MEMBERS, Call, Runner
from .careful import attribute, is_a, is_of_package, members_of
from .classes import SETTING, ClassExplorer, constructor_of, with_options
from .commands import ORIGIN as RUNNER
from .commands import is_command, runs_of
from .doubles import ORIGIN as MOCK
from .ducks import kinds_by_parameter, lacking_in, written_to
from .explore import Explorer
from .filling import changed_instances_of, filled_instance_of
from .flags import flags_in
from .grammar import measures_of, texts_of
from .guard import Guard
from .inputs import Inputs
from .inverses import given_by, givers_of, taken_by
from .keeping import Kept
from .names import Names
from .observe import RESULT, Observer
from .patterns import samples_of
from .pinning import words_for
from .planning import (
    FOREIGN_SECONDS,
    FOREIGN_SHARE,
    LEFT_OVER_SHARE,
    SMALLEST_SHARE,
    called_in,
    factories_of,
    foreign_classes,
    imported_files,
    left_over,
    left_over_methods,
    makers_in,
    shares_of,
    subclasses_of,
)
from .shapes import Uses, with_other_names
from .shaping import is_only_told
from .simplifying import as_comparison, simplified
from .sources import parsed
from .stand_ins import minimal_subclass_of
from .subjects import INNER_BREAK, Subject, call_with_steps
from .targets import (
    ROUNDTRIPS,
    Method,
    Parameter,
    Target,
    deciding_options,
    is_enumeration,
    is_made_by_a_call,
    parameters_of,
)

Record = Mapping[str, Any]
Send = Callable[[Record], None]
Work = Callable[[Send], None]
MAX_CONSTANTS = 12
MAX_MEMBERS = 6
MAX_CONSTANT_TEXT = 120
MOST_STATEMENTS = 2
_ABOUT = re.compile(r"^pytest\.approx\((-?[\d.]+(?:e[-+]?\d+)?)\)$")
_FOR_TOOLS = frozenset({"TYPE_CHECKING", "MYPY"})


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
        self._covered: set[int] = set()
        self._outside: list[type] = []
        filename = inspect.getsourcefile(module) or ""
        tree = parsed(filename)
        ducks = kinds_by_parameter(tree, names.package)
        self._ducks = [kind for kinds in ducks.values() for kind in kinds if not kind.__name__.startswith("_")]
        self._makers = makers_in(tree)
        self._called = called_in(tree)
        samples = [*samples_of(module), *measures_of(tree), *texts_of(tree)]
        others = [parsed(path) for path in imported_files(module, names.package)]
        self._lacking = lacking_in(tree, names.package)
        made = {name: value.__qualname__ for name, value in members_of(module) if is_made_by_a_call(value)}
        shapes = with_other_names(shapes_of(tree, others, hints.get("documented")), made)
        uses = Uses(ducks, written_to(tree), shapes, flags_in(tree))
        if any(map(is_only_told, uses.shapes.values())):
            names.adopt(MOCK)
        self._runner = Runner(names, observer, guard, filename)
        self._runner.watch(module, filename)
        self._inputs = Inputs(hints, observer, samples, uses, words_for(tree), self._runner.given)

    def learn(self, record: Record) -> None:
        if record.get("type") == "case":
            self._covered.update(line for arc in record["arcs"] for line in arc)
            self._note_result(record["target"], record["checks"])
        elif record.get("type") == "given":
            self._runner.given.take(record)
        elif record.get("type") == "instance":
            for name, origin in record["names"].items():
                self._names.adopt({name: (origin[0], origin[1])})
            kind = self._names.get(record["kind"])
            if is_a(kind, type):
                self._inputs.provide(
                    kind,
                    record["act"],
                    is_pioneer=record["is_pioneer"],
                    state=record["state"],
                    name=record["kind"],
                )

    def _note_result(self, target: str, checks: Sequence[str]) -> None:
        """What a function gave may be what another one takes."""
        subject, _, text = (checks[0] if len(checks) == 1 else "").partition(" == ")
        text = _ABOUT.sub(r"\1", text)
        if subject == RESULT and not text.startswith("pytest."):
            self._runner.given.add_result(target, text)

    def constants(self) -> Iterator[Record]:
        """Module-level values that a person would call constants."""
        listed = attribute(self._module, "__all__", ())
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
        shares = shares_of(targets, self._wanted, cpu_seconds * (1 - LEFT_OVER_SHARE))
        foreign = foreign_classes(self._module, self._names.package, targets, self._ducks)
        kinds: list[Any] = [target.value for target in foreign]
        self._outside = [kind for kind in kinds if not is_of_package(kind, self._names.package)]
        self._provide_members([*foreign, *classes])
        seconds = min(FOREIGN_SECONDS, cpu_seconds * FOREIGN_SHARE / max(len(foreign), 1))
        for target in foreign:
            if self._names.name_of(target.value) == target.name:
                yield target.name, seconds, self._constructing(target, seconds, is_own=False)
        for target in factories_of(self._names.package, self._module.__name__) if foreign else ():
            name = self._names.name_of(target.value)
            if name:
                yield name, seconds, self._exploring(_of_a_text(name, target), seconds)
        for target in classes:
            seconds = shares.constructing(target)
            yield target.name, seconds, self._constructing(target, seconds, is_own=True)
        yield from self._stand_ins(classes)
        for target in self._in_order([target for target in targets if target.kind == "function"]):
            yield target.name, shares.using(target), self._calling(target, shares.using(target))
        for target in classes:
            yield target.name, shares.using(target), self._using(target, shares.using(target))
        yield from self._left_over(targets, cpu_seconds * LEFT_OVER_SHARE)

    def _in_order(self, functions: Sequence[Target]) -> list[Target]:
        """First those that make instances, then those that call others, then those that take what others gave."""
        names = {target.name for target in functions}
        made = {given_by(name): name for name in names}

        def place(target: Target) -> tuple[bool, bool, bool]:
            is_taker = any(giver in names for giver in givers_of(target.name))
            asked = [taken_by(target.name), *(one.name for one in parameters_of(target.value) or ())]
            is_taker |= any(made.get(noun, target.name) != target.name for noun in asked)
            return target.name not in self._makers, is_taker, target.name in self._called

        return sorted(functions, key=place)

    def telling(self, work: Work) -> Work:
        """The work, and then what was seen of it that others may learn from."""

        def told(send: Send) -> None:
            work(send)
            send(self._runner.given.as_record())

        return told

    def _provide_members(self, classes: Iterable[Target]) -> None:
        """Members of enumerations are there without being made."""
        for target in classes:
            kind: Any = target.value
            if is_enumeration(kind) and self._names.name_of(kind) == target.name:
                members = list(kind)
                for member in members[:: max(len(members) // MAX_MEMBERS, 1)]:
                    self._inputs.provide(kind, f"{target.name}.{member.name}", is_pioneer=False)

    def _stand_ins(self, classes: Sequence[Target]) -> Iterator[tuple[str, float, Work]]:
        """For mixins and classes without instances: those of subclasses, or of one with the least that it needs."""
        for target in classes:
            is_mixin = target.name in self._lacking
            if (self._inputs.instances.get(target.name) and not is_mixin) or is_enumeration(target.value):
                continue
            subclasses = subclasses_of(target.value, self._names.package)
            for subclass in subclasses:
                if self._names.name_of(subclass.value) and not self._inputs.instances.get(subclass.name):
                    yield subclass.name, FOREIGN_SECONDS, self._constructing(subclass, FOREIGN_SECONDS, is_own=False)
            minimal = minimal_subclass_of(target, self._given_to(target))
            if minimal is not None and (is_mixin or not self._inputs.instances.get(target.name)):
                yield target.name, FOREIGN_SECONDS, self._exploring(minimal, FOREIGN_SECONDS)

    def _given_to(self, target: Target) -> dict[str, str]:
        """What a subclass has to add for the methods of a class to work, and its value; methods end with `()`."""
        names = self._lacking.get(target.name, ())
        return {name: "None" if name.endswith("()") else self._value_for(target, name) for name in names}

    def _value_for(self, target: Target, name: str) -> str:
        parameter = Parameter(name, "", None, has_default=False, is_keyword_only=False, is_variadic=False)
        found = self._inputs.candidates(target.name, parameter)
        return next((text for text in found if "\n" not in text), "None")

    def _left_over(self, targets: Sequence[Target], cpu_seconds: float) -> Iterator[tuple[str, float, Work]]:
        """Private parts that the public ones never got into."""
        private = left_over(self._module, self._covered, targets)
        shares = shares_of([*private, *targets], self._wanted, cpu_seconds)
        for target in private:
            if target.kind == "class":
                yield (
                    target.name,
                    shares.constructing(target),
                    self._constructing(target, shares.constructing(target), is_own=True),
                )
                yield target.name, shares.using(target), self._using(target, shares.using(target))
            else:
                yield target.name, shares.using(target), self._calling(target, shares.using(target))
        for target in targets:
            methods = left_over_methods(target, self._names.package, self._covered) if target.kind == "class" else []
            if methods:
                yield target.name, shares.using(target), self._using(target, shares.using(target), methods)

    def _seeds(self, name: str) -> list[Call]:
        """Calls from the project's own sources, those first that need no statements before them."""
        texts = self._hints.get("calls", {}).get(name, ())
        plain = [Call((), text) for text in texts if self._names.knows_all(text)]
        scenarios = self._hints.get("scenarios", {}).get(name, ())
        return plain + [call_with_steps(text) for text in scenarios]

    def _explorer(
        self, send: Send, taker: Callable[[Kept], None] | None, *, is_own: bool = True, also: bool = False
    ) -> Explorer:
        """`taker` sees what is kept; `also` what gave nothing to tell."""

        def emit(kept: Kept) -> None:
            if taker:
                taker(kept)
            self._provide(kept, send)
            if is_own:
                call, changes = simplified(kept)
                checks = kept.outcome.checks
                if kept.subject.name.rpartition(".")[2] in ROUNDTRIPS and checks != ("result is True",):
                    return
                call, checks = as_comparison(call, checks)
                self._note_result(kept.subject.name, checks)
                is_silent = checks == ("result is None",)
                if is_silent and not changes and call.act.startswith(SETTING):
                    return  # what was set is told where it shows
                if is_silent and changes:
                    checks = ()
                send(self._case(kept.subject, call, kept.arguments, checks, kept.outcome.arcs, kept, changes))

        def provide(kept: Kept) -> None:
            if taker and also:
                taker(kept)
            self._provide(kept, send)

        return Explorer(self._runner, self._inputs, emit, provide, seed=self._seed)

    def _provide(self, kept: Kept, send: Send) -> None:
        """An instance of the package's classes that a call gave is an input for others."""
        value, act, state = kept.outcome.value, kept.call.act, kept.outcome.checks
        if type(value) in (list, tuple) and value:
            value, act, state = value[0], f"{act}[0]", ()  # type: ignore[index]
        kind = type(value)
        if is_a(value, type) or kept.subject.watched or len(kept.call.setup) > MOST_STATEMENTS:
            return
        kind = next((owner for owner in kind.__mro__ if self._is_wanted(owner)), object)
        if kind is object:
            return
        self._names.name_of(kind)
        lines = [statement.replace("\n", INNER_BREAK) for statement in kept.call.setup]
        expression = "\n".join([*lines, act])
        name = self._known_as(kind)
        if name:
            self._inputs.provide(kind, expression, is_pioneer=kept.adds_arcs, state=state, name=name)
            send(
                {
                    "type": "instance",
                    "is_pioneer": kept.adds_arcs,
                    "kind": name,
                    "act": expression,
                    "state": state,
                    "names": self._origins([*kept.call.setup, act, name]),
                }
            )

    def _is_wanted(self, kind: type) -> bool:
        """Whether instances may be arguments: those of the package's classes, and of others that are asked for."""
        return is_of_package(kind, self._names.package) or any(kind is other for other in self._outside)

    def _known_as(self, kind: type) -> str:
        """Its own name, or the one that the module has for it where something else stands under that."""
        if self._names.get(kind.__name__) is kind:
            return kind.__name__
        return next((name for name, value in vars(self._module).items() if value is kind and name[0] != "_"), "")

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
                options = deciding_options(target.value)
                ways = [subject, with_options(subject, options)] if options else [subject]
                for way in ways:
                    explorer.explore(way, self._seeds(target.name), seconds / len(ways))
                filled = filled_instance_of(target, functools.partial(self._inputs.candidates, target.name))
                if filled is not None:
                    self._explorer(send, None, is_own=False).explore(filled, (), SMALLEST_SHARE)
                if not is_own:
                    self._changing(target, send)

        return work

    def _changing(self, target: Target, send: Send) -> None:
        """An argument is more than what its construction gives: sometimes something has been added to it."""
        made = next((text for text in self._inputs.exact.get(target.name, []) if "\n" not in text), "")
        candidates = self._inputs.candidates
        for changed in changed_instances_of(target, self._names.package, made, candidates) if made else ():
            self._explorer(send, None, is_own=False).explore(changed, (), SMALLEST_SHARE)

    def _members(self, target: Target, send: Send) -> None:
        explorer = self._explorer(send, None)
        for told in (MEMBERS, "[member.name for member in "):
            subject = Subject(target.name, target.name, f"{told}{target.name}]", ())
            if explorer.explore(subject, (), SMALLEST_SHARE):
                return

    def _calling(self, target: Target, seconds: float) -> Work:
        def work(send: Send) -> None:
            subject = Subject(target.name, "", target.name + "({arguments})", parameters_of(target.value) or ())
            seeds = self._seeds(target.name)
            if is_command(target.value):
                self._names.adopt(RUNNER)
                bare, *runs = runs_of(target.name, target.value)
                subject, seeds = Subject(target.name, "", bare, ()), [*seeds, *(Call((), run) for run in runs)]
            self._explorer(send, None).explore(subject, seeds, seconds)

        return work

    def _exploring(self, subject: Subject, seconds: float) -> Work:
        """A construction for its instances only."""

        def work(send: Send) -> None:
            self._explorer(send, None, is_own=False).explore(subject, (), seconds)

        return work

    def _using(self, target: Target, seconds: float, methods: Sequence[Method] | None = None) -> Work:
        def work(send: Send) -> None:
            explored: list[ClassExplorer] = []
            explorer = self._explorer(send, lambda kept: explored[0].note(kept), also=True)  # noqa: PLW0108 - it is not there yet
            explored.append(ClassExplorer(explorer, self._inputs, self._names.package, self._names, self._lacking))
            known = dict.fromkeys([*self._hints.get("calls", {}), *self._hints.get("scenarios", {})])
            seeds = {name: self._seeds(name) for name in known if name.startswith(target.name + ".")}
            explored[0].members(target, seeds, seconds, methods)

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
            "is_edge": kept is not None and kept.is_edge,
            "uses_files": outcome is not None and outcome.uses_files,
        }

    def _origins(self, sources: Sequence[str]) -> dict[str, tuple[str, str]]:
        names = (node.id for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name))
        return {name: self._names.origins[name] for name in names if name in self._names.origins}


def _of_a_text(name: str, target: Target) -> Subject:
    """A factory as something that reads a text, whatever its parameter is called."""
    parameters = [
        one if one.has_default or one.is_variadic else one._replace(name="text")
        for one in parameters_of(target.value) or ()
    ]
    return Subject(name, "", name + "({arguments})", parameters)


def _is_bare_error(value: object) -> bool:
    """Whether a class is an exception with no code of its own: only its ancestry is worth a test."""
    return isinstance(value, type) and issubclass(value, BaseException) and "__init__" not in vars(value)
