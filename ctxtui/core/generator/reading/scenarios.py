"""Finds calls in examples that need what stands before them: definitions, objects that are changed, long values."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Mapping, Sequence

from ctxtui.core.generator.protocol.case import INNER_BREAK
from ctxtui.core.generator.protocol.hints import MAX_EXPRESSION, Hints, Origin, Surface, add
from ctxtui.core.generator.reading.call_sites import can_be_written, claim_names, targets_in

MOST_SCENARIOS = 8
MOST_STEPS = 5
LONGEST_STEP = 400
_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def harvest_scenarios(
    body: Sequence[ast.stmt],
    surface: Surface,
    hints: Hints,
    module: str,
    imports: Mapping[str, Origin],
    *,
    failing: Container[ast.stmt] = (),
) -> None:
    """Calls of the module's functions and classes with the statements of the same body that they need.

    No statement that is said to fail is one of those.
    """
    for position, statement in enumerate(body):
        for call in _calls_in(statement):
            steps = _needed(call, [step for step in body[:position] if step not in failing])
            meant, written = targets_in(call, surface, imports)
            targets = _of_receiver(call, steps, meant)
            if not targets or not steps or len(steps) > MOST_STEPS or not _is_more_than_values(steps):
                continue
            whole = ast.Module([*steps, ast.Expr(written)], [])
            texts = [ast.unparse(step) for step in whole.body]
            is_short = max(map(len, texts)) <= LONGEST_STEP and len(texts[-1]) <= MAX_EXPRESSION
            if is_short and can_be_written(whole) and claim_names(whole, surface, hints, module, imports, is_own=True):
                text = "\n".join(text.replace("\n", INNER_BREAK) for text in texts)
                add(hints.scenarios[targets[0]], text, MOST_SCENARIOS)


def _calls_in(statement: ast.stmt) -> Iterator[ast.Call]:
    """What a statement calls itself: as a whole, for a variable, or for one side of what it asserts."""
    match statement:
        case ast.Expr(value=ast.Call() as call) | ast.Assign(value=ast.Call() as call):
            yield call
        case ast.Assert(test=ast.Compare(left=ast.Call() as call)) | ast.Assert(test=ast.Call() as call):
            yield call
        case _:
            pass


def _needed(call: ast.Call, before: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The statements before a call that give its names their values, or change what they stand for; in order."""
    variables = {name for statement in before for name in _bound(statement)}
    wanted = _loaded(call)
    found: list[ast.stmt] = []
    for statement in reversed(before):
        bound = _bound(statement)
        is_change = not bound and _first_name(statement) in wanted & variables
        if bound & wanted or is_change:
            wanted = (wanted - bound) | _loaded(statement)
            found.insert(0, statement)
    return found


def _of_receiver(call: ast.Call, steps: Sequence[ast.stmt], targets: Sequence[str]) -> Sequence[str]:
    """Those of the class that the object a method is called on was made with; without one, the public ones."""
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    for step in reversed(steps):
        match step, receiver:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=made)), ast.Name(id=wanted):
                if name == wanted and isinstance(made, ast.Name | ast.Attribute):
                    kind = made.id if isinstance(made, ast.Name) else made.attr
                    return [target for target in targets if target.partition(".")[0] == kind or "." not in target]
            case _:
                pass
    return [target for target in targets if not target.startswith("_")]


def _loaded(node: ast.AST) -> set[str]:
    names = [inner for inner in ast.walk(node) if isinstance(inner, ast.Name)]
    return {inner.id for inner in names if isinstance(inner.ctx, ast.Load)}


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a statement gives a value."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=[ast.Name(id=name)]):
            return {name}
        case _:
            return set()


def _first_name(statement: ast.stmt) -> str:
    """The variable that a statement is about: `stock` in `stock.add(3)`, `stock["plum"] = 3` or `del stock[0]`."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute() as node)):
            place: ast.expr = node
        case ast.Assign(targets=[place]) | ast.AugAssign(target=place) | ast.Delete(targets=[place]):
            pass
        case _:
            return ""
    while isinstance(place, ast.Attribute | ast.Subscript):
        place = place.value
    return place.id if isinstance(place, ast.Name) else ""


def _is_more_than_values(steps: Sequence[ast.stmt]) -> bool:
    """Whether writing the values of the variables into the call would not do."""
    is_long = sum(len(ast.unparse(step)) for step in steps) > MAX_EXPRESSION // 2
    return is_long or any(not isinstance(step, ast.Assign) or not _bound(step) for step in steps)
