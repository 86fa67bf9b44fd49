"""The words sent to an agent. A project may replace either template; `$names` are filled in, unknown ones stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Template
from typing import Any

from ctxtui.core.domain.component import Component

GENERATE = """\
Write tests for the module `$component` of the package `$package`.

Module:    $source_path
Test file: $test_path

Read the module first. Write pytest tests into the test file, and nowhere else:
$owned

Your tests are judged by running them, in this order:
$checks

Do not change the module. Do not commit, switch branches or install anything. If the module has a bug, write the
test for what it should do, mark it `xfail(strict=True)` with the reason, and say so.
$specs$rules$examples$siblings$note"""

CHECKS = {
    "fence": "only the files named above were changed, and no existing test was weakened or deleted",
    "collects": "pytest collects at least one test, the tests import `{module}`, and they assert something",
    "passes": "every test passes in a clean process, without network, and leaves no files behind",
    "stable": "every test passes again in another order, with another hash seed and in another time zone",
    "covers": "the tests reach lines of the module that importing it does not reach: {covers}",
    "kills": "the tests fail when small changes are made to the module's code: {kills}",
}
"""What each rung asks for, in the ladder's order; `together` comes last whatever a project chose."""
MORE = "the more of them, the better"
TOGETHER = "every test passes in one run with the tests of the package's other modules"

FIX = """\
Your tests for `$component` in $test_path did not pass the checks: $reason

$evidence

Mend the tests, in the same file. The module $source_path itself must stay as it is; change only:
$owned
$note"""


def generate_prompt(component: Component, context: Mapping[str, Any], note: str) -> str:
    """The first prompt. `context` is what the child's Initialize found out; see `state.CONTEXT`."""
    return _filled(
        context.get("generate_template") or GENERATE,
        component,
        context,
        note,
        specs=_titled_texts("What the module is for", context.get("specs", ())),
        rules=_titled_text("The project's rules for tests", context.get("rules", "")),
        examples=_titled_texts("Tests of this project to take as examples of style", context.get("examples", ())),
        siblings=_siblings(context),
        checks=_checks(component, context),
    )


def fix_prompt(
    component: Component, context: Mapping[str, Any], evidence: Sequence[Mapping[str, Any]], reason: str, note: str
) -> str:
    """The prompt after a failure: its evidence, cut to the budget in `context["feedback_chars"]` characters."""
    return _filled(
        context.get("fix_template") or FIX,
        component,
        context,
        note,
        reason=reason,
        evidence=evidence_text(evidence, int(context.get("feedback_chars") or 6000)),
    )


def evidence_text(evidence: Sequence[Mapping[str, Any]], budget: int) -> str:
    """Evidence as text, each item whole while the budget lasts, then cut, then counted."""
    parts: list[str] = []
    left = budget
    for number, item in enumerate(evidence):
        text = _evidence_item(item)
        if left <= 0:
            parts.append(f"… and {len(evidence) - number} more like these.")
            break
        parts.append(text if len(text) <= left else text[: max(left - 1, 0)].rstrip() + "…")
        left -= len(text)
    return "\n\n".join(parts)


def _evidence_item(item: Mapping[str, Any]) -> str:
    where = item.get("test") or item.get("path") or ""
    head = f"- {item.get('message', '')}" + (f"  [{where}]" if where and where not in item.get("message", "") else "")
    detail = str(item.get("detail") or "").rstrip()
    return f"{head}\n{_indented(detail)}" if detail else head


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


def _filled(template: str, component: Component, context: Mapping[str, Any], note: str, **parts: str) -> str:
    owned = "\n".join(f"  {pattern}" for pattern in context.get("owned", (component.test_path,)))
    text = Template(template).safe_substitute(
        component=component.name,
        package=context.get("package", ""),
        source_path=component.source_path,
        test_path=component.test_path,
        owned=owned,
        note=_titled_text("A note from the person who asked for this", note),
        **parts,
    )
    return text.rstrip() + "\n"


def _titled_text(title: str, text: str) -> str:
    return f"\n{title}:\n\n{text.strip()}\n" if text.strip() else ""


def _titled_texts(title: str, texts: Sequence[Mapping[str, str]]) -> str:
    if not texts:
        return ""
    shown = "\n\n".join(f"--- {item['path']}\n{item['text'].rstrip()}" for item in texts)
    return f"\n{title}:\n\n{shown}\n"


def _siblings(context: Mapping[str, Any]) -> str:
    names = list(context.get("siblings", ()))
    return f"\nOther modules of the package: {', '.join(names)}.\n" if names else ""


def _checks(component: Component, context: Mapping[str, Any]) -> str:
    """The checks that the project chose, numbered; its floors are told where it set some."""
    chosen = context.get("rungs") or tuple(CHECKS)
    floors = context.get("floors") or {}
    wanted = {rung: f"at least {floors[rung]:g} % of them" if floors.get(rung) else MORE for rung in CHECKS}
    told = [text.format(module=component.name, **wanted) for rung, text in CHECKS.items() if rung in chosen]
    return "\n".join(f"{number}. {text};" for number, text in enumerate([*told, TOGETHER], 1))[:-1] + "."
