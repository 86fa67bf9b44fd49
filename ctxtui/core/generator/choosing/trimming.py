"""Takes out of chosen cases what is asserted twice: attributes that the repr shows, and what an earlier test said."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from ctxtui.core.generator.protocol.case import Case

MOST_CHECKS = 5
LONGEST_EDGE = 48
ANYWHERE = ""
"""Defaults that subclasses inherit are said once."""
_EMPTY = (" is None", " is False", "== []", "== {}", "== ''")
_READING = {"str", "repr", "len", "list", "dict", "bool"}
_TEXTS = ("str(", "repr(")
_WHOLE = re.compile(r"(?:repr|str|dict|list)\(result\) == (?!['\"]?[\[{(]*[\]})]*['\"]?$)")
"""All of an object that is not empty: of other values the same may come, and that says something."""
ATTRIBUTE = "result."
LONG = 12
SHORT = 4
"""A value whose text is shorter may stand in a repr by chance."""


def trimmed(cases: Sequence[Case]) -> list[Case]:
    """The cases in their order, each with the assertions that add something.

    A construction goes where its text is all that is asserted, and a test of that text asserts the same.
    """
    said: dict[str, set[str]] = defaultdict(set)
    texts = {_told(case.checks[0], case.act) for case in cases if case.act.startswith(_TEXTS) and case.is_plain}
    found: list[Case] = []
    for case in cases:
        checks = case.checks
        if case.target == case.owner and not case.setup:
            checks = tuple(check for check in checks if _told(check, case.act) not in texts)
        if case.checks and not checks and case.is_plain:
            continue
        checks = _without_restated(_without_shown(checks or case.checks[:1]), case.act)
        if len(checks) > 1 and not case.setup:
            told = said[case.owner] | said[ANYWHERE]
            new = [check for check in checks if check not in told or _WHOLE.match(check)]
            said[case.owner] |= set(checks)
            said[ANYWHERE] |= {check for check in checks if check.endswith(_EMPTY)}
            checks = tuple(new) or checks[:1]
        changes = tuple(change for change in case.changes if _of_result(change) not in case.checks)
        checks = tuple(map(_shortened, _few(checks)))
        found.append(replace(case, checks=checks, changes=_few(_without_shown(changes))))
    return found


def _without_restated(checks: tuple[str, ...], act: str) -> tuple[str, ...]:
    """Without attributes that hold a longer value as it was given, where anything else is asserted."""
    given = {ast.unparse(node) for node in ast.walk(ast.parse(act)) if isinstance(node, ast.expr)}
    kept = [check for check in checks if not (check.startswith(ATTRIBUTE) and _is_among(check, given))]
    return tuple(kept) or checks


def _is_among(check: str, values: Collection[str]) -> bool:
    expected = check.partition(" == ")[2]
    return len(expected) > LONG and expected in values


def _told(check: str, act: str) -> str:
    """What a check says of its call, for the result itself or its text."""
    return re.sub(r"\bresult\b", lambda _: act, check, count=1)


def _of_result(change: str) -> str:
    """What a change of an object says, said of the result: a method may give its own object back."""
    match ast.parse(change, mode="eval").body:
        case ast.Compare(left=left) as comparison:
            objects = [node for node in ast.walk(left) if isinstance(node, ast.Name) and node.id not in _READING]
            for node in objects[:1]:
                node.id = "result"
            return ast.unparse(comparison)
        case _:
            return change


def _few(checks: tuple[str, ...]) -> tuple[str, ...]:
    """The first few, those that say something before those that say that nothing is there."""
    if len(checks) <= MOST_CHECKS:
        return checks
    telling = [check for check in checks if not check.endswith(_EMPTY)]
    kept = set(telling[:MOST_CHECKS]) or set(checks[:MOST_CHECKS])
    return tuple(check for check in checks if check in kept)


def _shortened(check: str) -> str:
    """Of how a long text begins or ends as much as is read at a glance."""
    match ast.parse(check, mode="eval").body:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="result"), attr="startswith" | "endswith" as edge),
            args=[ast.Constant(value=str() | bytes() as text)],
        ):
            while len(repr(text)) > LONGEST_EDGE:
                text = text[:-1] if edge == "startswith" else text[1:]
            return f"result.{edge}({text!r})"
        case _:
            return check


def _without_shown(checks: tuple[str, ...]) -> tuple[str, ...]:
    """Without attributes whose names or values stand in the text that another assertion compares."""
    texts = [text for check in checks if (text := _text_compared(check))]
    contents = {check.partition(" == ")[2] for check in checks if check.startswith(("list(", "dict("))}
    return tuple(
        check
        for check in checks
        if not any(_is_shown(check, text) for text in texts)
        and (check.startswith(("list(", "dict(")) or check.partition(" == ")[2] not in contents)
    )


def _text_compared(check: str) -> str:
    """The text in `repr(result) == "..."` or `str(result) == "..."`; that of an attribute shows nothing of others."""
    match ast.parse(check, mode="eval").body:
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="repr" | "str"), args=[ast.Name()]),
            comparators=[ast.Constant(value=str() as text)],
        ):
            return text
        case _:
            return ""


def _is_shown(check: str, text: str) -> bool:
    match ast.parse(check, mode="eval").body:
        case ast.Compare(left=ast.Attribute(attr=name), ops=[ast.Eq() | ast.Is()], comparators=[expected]):
            return _stands_in(name, expected, text)
        case ast.Compare(left=ast.Call(func=ast.Name(id="list" | "dict")), ops=[ast.Eq()], comparators=[expected]):
            return _stands_in("", expected, text)
        case ast.Compare(
            left=ast.ListComp() | ast.DictComp() | ast.Call(func=ast.Name(id="repr"), args=[ast.Attribute()]),
            comparators=[expected],
        ):
            return _stand_in(expected, text)
        case _:
            return False


def _stand_in(expected: ast.expr, text: str) -> bool:
    """Whether all texts of a collection, or the one, stand in the text too."""
    told = [node.value for node in ast.walk(expected) if isinstance(node, ast.Constant)]
    texts = [value for value in told if isinstance(value, str)]
    return bool(texts) and all(len(value) >= SHORT and value in text for value in texts)


def _stands_in(name: str, expected: ast.expr, text: str) -> bool:
    try:
        value = ast.literal_eval(expected)
    except ValueError:
        return False
    shown = repr(value)
    if name and any(
        f"{name}{sign}{told}" in text for sign in ("=", ": ", "': ") for told in (shown, str(value)) if told
    ):
        return True
    is_text = isinstance(value, str) and len(value) >= SHORT and value in text
    return is_text or (len(shown) >= SHORT and not isinstance(value, bool | None) and shown in text)
