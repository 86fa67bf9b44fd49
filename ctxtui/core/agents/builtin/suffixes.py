"""The ends of test names: what sets one test of a function apart from the others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from ctxtui.core.agents.builtin.cases import Case
from ctxtui.core.agents.builtin.formatting import flat
from ctxtui.core.agents.builtin.grouping import expected_of, shape_of
from ctxtui.core.agents.builtin.naming import slug, snake, words_for

MOST_WORDS_OF_MESSAGE = 4
LONGEST_SLUG = 18
_IDLE_WORDS = frozenset({"a", "an", "the"})


def suffix_of(case: Case) -> str:
    """What sets a case apart: how it ends, its options, or the argument that varies most."""
    about = _about(case)
    if case.raises:
        return _refusal(case, about)
    if case.setup and case.setup[0].startswith("decorated = "):
        return "_".join(part for part in ("decorates", _options(case.setup[0].partition(" = ")[2])) if part)
    if case.act.startswith("issubclass("):
        parent = snake(case.act[:-1].rpartition(", ")[2].rpartition(".")[2])
        return f"is_an_{parent}" if parent[:1] in "aeiou" else f"is_a_{parent}"
    if case.act == f"{case.owner}()":
        return "without_arguments"
    options = _options(case.act)
    candidates = (
        "changes_state" if case.changes and not case.arguments else "",
        "prints" if case.prints else "",
        (f"warns_about_{about}" if about else "warns") if case.warns else "",
        options,
        f"of_{about}" if about else "",
        _ending(case),
    )
    return next((candidate for candidate in candidates if candidate), "")


def further_of(case: Case) -> list[str]:
    """More ends to try when the first is taken."""
    about = _about(case)
    found = [_message(case)] if case.raises else []
    found += [f"of_{about}" if about else "", _ending(case), _options(case.act)]
    if case.setup:
        about = words_for(case.setup[0].partition(" = ")[2])
        found += ["afterwards" if len(case.setup) > 1 else "", f"of_{about}" if about else ""]
    found += [f"of_{text}" for text in map(slug, case.arguments.values()) if len(text) <= LONGEST_SLUG]
    return [end for end in found if end]


def table_suffix_of(first: Case, columns: Sequence[str]) -> str:
    if first.raises:
        return f"rejects_invalid_{snake(columns[0])}" if columns and columns[0] != "message" else "rejects"
    keywords = [name for name in columns[1:] if name != "expected"]
    return f"by_{columns[0]}" + (f"_and_{keywords[0]}" if keywords else "") if columns else ""


def _about(case: Case) -> str:
    """The first two arguments that can be put into a word or two."""
    values = list(case.arguments.values()) or [flat(slot.value) for slot in shape_of(case).slots]
    return "_and_".join([words for text in values if (words := words_for(text))][:2])


def _refusal(case: Case, about: str) -> str:
    """`rejects_minus_1`, `rejects_invalid_name`, or what the error is called."""
    kind = snake(case.raises[0].rpartition(".")[2]) if case.raises else ""
    if not case.arguments:
        return f"raises_{kind}"
    is_told_whole = len(case.arguments) <= 1 or about.count("_and_") == len(case.arguments) - 1
    if about and is_told_whole:
        return f"rejects_{about}"
    return f"rejects_invalid_{snake(next(iter(case.arguments)))}" if len(case.arguments) == 1 else f"raises_{kind}"


def _message(case: Case) -> str:
    """The first words of the error's message that are plain words."""
    plain = re.split(r"['\"`:;,.(<\[]", case.raises[1], maxsplit=1)[0] if case.raises else ""
    words = [word for word in re.findall(r"[a-z]+", plain.lower()) if word not in _IDLE_WORDS]
    return "because_" + "_".join(words[:MOST_WORDS_OF_MESSAGE]) if words else ""


def _ending(case: Case) -> str:
    node = ast.parse(case.act, mode="eval").body
    if isinstance(node, ast.Compare):
        is_denial = isinstance(node.ops[0], ast.NotEq | ast.NotIn | ast.IsNot) or case.checks == ("result is False",)
        return "does_not_hold" if is_denial else "holds"
    expected = expected_of(case.checks[0]) if len(case.checks) == 1 else None
    words = words_for(flat(expected)) if expected is not None else ""
    return f"is_{words}" if words else ""


def _options(source: str) -> str:
    """The outermost call's keyword arguments in words: `with_sep_and_end`, or `without_sep` for one that is off."""
    node = ast.parse(source, mode="eval").body
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Call):
        node = node.func
    if not isinstance(node, ast.Call):
        return ""
    given = {
        snake(keyword.arg): flat(keyword.value) not in {"False", "None"} for keyword in node.keywords if keyword.arg
    }
    on = _joined("with", [name for name, is_on in given.items() if is_on][:2])
    off = _joined("without", [name for name, is_on in given.items() if not is_on][:2])
    return "_and_".join(part for part in (on, off) if part)


def _joined(word: str, names: Iterable[str]) -> str:
    listed = "_and_".join(names)
    return f"{word}_{listed}" if listed else ""
