"""A report in Markdown, for a pull request or a wiki."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctxtui.cli.output.reports.words import coverage, facts, headline, mutants
from ctxtui.core.views.run_report import ModuleReport, RunReport

FENCE = re.compile(r"^`{3,}", re.MULTILINE)


def as_markdown(report: RunReport) -> str:
    return "\n".join(_lines(report)) + "\n"


def _lines(report: RunReport) -> Iterator[str]:
    yield f"# Tests of {_text(report.summary.name)}"
    yield f"\n{headline(report)}.\n"
    yield from (f"- {name}: {_text(value)}" for name, value in facts(report))
    yield "\n| module | verdict | tests | covered (import → tests) | mutants noticed | attempts |"
    yield "|---|---|---|---|---|---|"
    for module in report.modules:
        one = module.summary
        cells = (one.name, one.verdict, str(one.tests), coverage(module), mutants(module), str(one.attempts))
        yield f"| {' | '.join(map(_text, cells))} |"
    for module in report.modules:
        yield from _module(module)
    if report.left_out:
        yield "\n## Left out\n"
        yield from (f"- `{path}`: {_text(reason)}" for path, reason in sorted(report.left_out.items()))


def _module(module: ModuleReport) -> Iterator[str]:
    one = module.summary
    yield f"\n## {_text(one.name)}: {one.verdict}\n"
    if one.reason and not module.has_passed:
        yield f"{_text(one.reason)}\n"
    yield from (f"- {verdict.rung}: {verdict.outcome}, {_text(verdict.summary)}" for verdict in module.rungs)
    for verdict, item in module.evidence:
        yield f"\n{verdict.rung}: {_text(item.message)}"
        yield from _block(item.detail, "diff" if item.change else "")
    for path, diff in module.diffs.items():
        yield f"\n<details><summary>{_text(path)}</summary>"
        yield from _block(diff, "diff")
        yield "\n</details>"


def _block(text: str, language: str) -> Iterator[str]:
    """Fenced by more back quotes than any line of the text begins with."""
    if text:
        longest = max((len(found) for found in FENCE.findall(text)), default=2)
        fence = "`" * (longest + 1)
        yield f"\n{fence}{language}\n{text.rstrip()}\n{fence}"


def _text(text: str) -> str:
    """On one line, with nothing that Markdown or HTML would take for its own."""
    return re.sub(r"([\\`*_<>|\[\]])", r"\\\1", " ".join(text.split()))
