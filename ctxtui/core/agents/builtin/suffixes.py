"""The ends of test names: what sets one test of a function apart from the others."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ctxtui.core.agents.builtin.cases import Case
from ctxtui.core.agents.builtin.formatting import flat
from ctxtui.core.agents.builtin.grouping import expected_of, shape_of
from ctxtui.core.agents.builtin.naming import slug, snake


def suffix_of(case: Case) -> str:  # noqa: PLR0911 - one return a way to end
    """What sets a case apart: how it ends, its options, or the argument that varies most."""
    options = _options(case)
    values = [slug(text) for text in case.arguments.values()] or [
        slug(flat(slot.value)) for slot in shape_of(case).slots
    ]
    about = "_and_".join(value for value in values[:2] if value)
    if case.raises:
        return f"rejects_{about}" if case.arguments and about else f"raises_{snake(case.raises[0])}"
    if case.changes and not case.arguments:
        return "changes_state"
    if case.prints:
        return f"prints_{slug(repr(case.prints))}"
    if case.warns:
        return f"warns_about_{about}" if about else "warns"
    if options:
        return "_and_".join(options[:2])
    if len(case.checks) == 1 and (expected := expected_of(case.checks[0])) is not None and not about:
        return f"is_{slug(flat(expected))}"
    return f"of_{about}" if about else ""


def _options(case: Case) -> list[str]:
    """The act's keyword arguments in words: `with_sep`, or `without_sep` for one that is off."""
    node = ast.parse(case.act, mode="eval").body
    if not isinstance(node, ast.Call):
        return []
    return [
        f"{'without' if flat(keyword.value) == 'False' else 'with'}_{snake(keyword.arg)}"
        for keyword in node.keywords
        if keyword.arg
    ]


def further_of(case: Case) -> list[str]:
    values = [slug(text) for text in case.arguments.values()]
    found = [f"of_{values[0]}", f"of_{'_and_'.join(values[:3])}"] if values else []
    if case.checks and (expected := expected_of(case.checks[0])) is not None:
        found.append(f"is_{slug(flat(expected))}")
    if case.setup:
        found.append(f"of_{slug(case.setup[0].partition(' = ')[2])}")
    if len(case.setup) > 1:
        found.append("afterwards")
    return found


def table_suffix_of(first: Case, columns: Sequence[str]) -> str:
    if first.raises:
        return f"rejects_invalid_{snake(columns[0])}" if columns and columns[0] != "message" else "rejects"
    keywords = [name for name in columns[1:] if name != "expected"]
    return f"by_{columns[0]}" + (f"_and_{keywords[0]}" if keywords else "") if columns else ""
