"""The words sent to an agent. A project may replace either template; `$names` are filled in, unknown ones stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Template
from typing import Any

from ctxtui.core.domain.component import Component
from ctxtui.core.workflow.component_testing.criteria import Criterion, criteria_in

GENERATE = """\
Write pytest tests for one module of the package `$package`. Which one it is stands at the end, under "Your module".

Read the module first, then write its tests. They are judged by running them, in this order:
$checks

State what the module promises: results, errors and their messages, what happens at the edges. Call the module itself;
replace only what its tests must not reach, such as the network.

Run them while you write, as often as you need, with

    .ctxtui/run-tests

It runs your test file as it will be judged: in this project's interpreter, with its plugins and settings, in a clean
process. It says what failed and which lines of the module are not reached yet. You are done when it ends with `passed`
and reaches what can be reached: then stop, and say in one sentence what the tests show.

Do not commit, switch branches or install anything. If the module has a bug, leave it there: write the test for what it
should do, mark it `xfail(strict=True)` with the reason, and say so. Nobody answers while you work: where docstrings and
texts leave something open, take what the code does. Only where no test can be written without an answer, write none,
and end with that one question.
$rules$conventions$siblings$examples
Your module: `$component`, in $source_path
Test file:   $test_path$present

You may write these paths, and nothing else:
$owned
$specs$neighbours$note"""
"""What is the same for every module of a run comes first: services keep the beginning that prompts share."""

DEFAULT_NAMES = {"functions": ["test"], "classes": ["Test"]}
PRESENT = " (it exists: keep what is in it, and add)"
MEND = "Read the test file as it is now, then mend its tests or add what is missing."
WRITE = "There is no test in $test_path yet: write it."
CHECKS = {
    "fence": "only your own files were changed, and no existing test was weakened or deleted",
    "collects": "pytest collects at least one test, the tests import the module, and they assert something",
    "passes": "every test passes in a clean process, without network, and touches no file outside its `tmp_path`",
    "stable": "every test passes again in another order, zone, terminal and folder, and on another date",
    "covers": "the tests reach lines of the module that importing it does not reach: {covers}",
    "kills": "the tests fail when small changes are made to the module's code: {kills}",
    "stories": "each criterion that is listed below is named by a test that shows it",
}
"""What each rung asks for, in the ladder's order; `together` comes last whatever a project chose."""
MORE = "the more of them, the better"
TOGETHER = "every test passes in one run with the tests of the package's other modules"

FIX = """\
Your tests for `$component` in $test_path did not pass the checks: $reason

$evidence

$task `.ctxtui/run-tests` shows whether they pass;
`.ctxtui/run-tests --seed N` repeats a seed that is named above. Leave tests that pass as they are, and weaken none: one
that is right about a bug of the module stays, as `xfail(strict=True)` with the reason. Stop when nothing of this is
left. The module $source_path itself must stay as it is; change only:
$owned
$note"""


def generate_prompt(component: Component, context: Mapping[str, Any], note: str) -> str:
    """The first prompt. `context` is what the child's Initialize found out; see `state.CONTEXT`."""
    return _filled(
        context.get("generate_template") or GENERATE,
        component,
        context,
        note,
        specs=_titled_texts("What the module is for", context.get("specs", ())) + _criteria(context),
        rules=_titled_text("The project's rules for tests", context.get("rules", "")),
        conventions=_titled_texts("What the project's own pages say about tests", context.get("conventions", ())),
        examples=_titled_texts("Tests of this project to take as examples of style", context.get("examples", ())),
        siblings=_siblings(context),
        present=PRESENT if context.get("is_present") else "",
        neighbours=_titled_texts("What the module imports from the package", context.get("neighbours", ())),
        checks=_checks(context),
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
        reason=_headline(reason, evidence),
        task=WRITE.replace("$test_path", component.test_path) if _is_missing(evidence) else MEND,
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


def _headline(reason: str, evidence: Sequence[Mapping[str, Any]]) -> str:
    """The reason without the tests that it names at its end, where the evidence names them anyway."""
    told, _, rest = reason.partition(": ")
    count, _, names = rest.partition(": ")
    tests = (str(item.get("test") or "").rpartition("::")[2] for item in evidence)
    return f"{told}: {count}" if any(test and test in names for test in tests) else reason


def _is_missing(evidence: Sequence[Mapping[str, Any]]) -> bool:
    return any(item.get("kind") == "missing_file" for item in evidence)


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


def _listed(context: Mapping[str, Any]) -> list[Criterion]:
    return [criterion for spec in context.get("specs", ()) for criterion in criteria_in(str(spec.get("text", "")))]


def _criteria(context: Mapping[str, Any]) -> str:
    """Where the project wants them named: the criteria once more, each with the id that a test names it by."""
    listed = _listed(context) if "stories" in (context.get("rungs") or ()) else []
    lines = [f"- {criterion.id}" + (f": {criterion.text}" if criterion.text else "") for criterion in listed]
    told = "Criteria in these texts; name each by its id in the name or the docstring of a test that shows it"
    return _titled_text(told, "\n".join(lines))


def _siblings(context: Mapping[str, Any]) -> str:
    names = list(context.get("siblings", ()))
    return f"\nModules of the package, each of which gets tests of its own: {', '.join(names)}.\n" if names else ""


def _checks(context: Mapping[str, Any]) -> str:
    """The checks that the project chose, numbered; its floors are told where it set some."""
    chosen = context.get("rungs") or tuple(CHECKS)
    floors = context.get("floors") or {}
    wanted = {rung: f"at least {floors[rung]:g} % of them" if floors.get(rung) else MORE for rung in CHECKS}
    if not _listed(context):
        chosen = [rung for rung in chosen if rung != "stories"]
    told = [text.format(**wanted) for rung, text in CHECKS.items() if rung in chosen]
    names = context.get("names") or DEFAULT_NAMES
    if names != DEFAULT_NAMES:
        functions, classes = (" or ".join(f"`{pattern}`" for pattern in names[kind]) for kind in DEFAULT_NAMES)
        told.append(f"test functions are named {functions} and classes of tests {classes}, or pytest never runs them")
    return "\n".join(f"{number}. {text};" for number, text in enumerate([*told, TOGETHER], 1))[:-1] + "."
