"""A report as one HTML page that loads nothing: to be kept, sent or published as it is."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ctxtui.cli.output.reports.words import coverage, facts, headline, mutants
from ctxtui.core.domain.verdict import RungOutcome
from ctxtui.core.views.run_report import ModuleReport, RunReport

STYLE = """
:root { color-scheme: light dark; --line: #8885; --good: #2a8a3e; --bad: #c03030; --dim: #888; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem; }
tr { border-bottom: 1px solid var(--line); } td.number { text-align: right; font-variant-numeric: tabular-nums; }
pre { overflow-x: auto; padding: .6rem; border: 1px solid var(--line); font-size: 13px; }
section { margin-top: 2rem; }
.passed { color: var(--good); } .failed { color: var(--bad); } .skipped { color: var(--dim); }
ins { color: var(--good); text-decoration: none; } del { color: var(--bad); text-decoration: none; }
dt { float: left; clear: left; min-width: 10rem; color: var(--dim); } dd { margin-left: 10rem; }
""".strip()
GLYPHS = {RungOutcome.PASSED: "✓", RungOutcome.FAILED: "✕", RungOutcome.SKIPPED: "○"}


def as_html(report: RunReport) -> str:
    title = escape(f"Tests of {report.summary.name}")
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    body = "\n".join(_body(report))
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>\n<h1>{title}</h1>\n{body}\n</body></html>\n'


def _body(report: RunReport) -> Iterator[str]:
    yield f"<p>{escape(headline(report))}.</p>"
    yield f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{escape(value)}</dd>' for name, value in facts(report))}</dl>"
    heads = ("module", "verdict", "tests", "covered (import → tests)", "mutants noticed", "attempts")
    yield f"<table><thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead><tbody>"
    yield from (_row(number, module) for number, module in enumerate(report.modules))
    yield "</tbody></table>"
    for number, module in enumerate(report.modules):
        yield from _module(number, module)
    if report.left_out:
        rows = (f"<li><code>{escape(path)}</code>: {escape(why)}</li>" for path, why in sorted(report.left_out.items()))
        yield f"<section><h2>Left out</h2><ul>{''.join(rows)}</ul></section>"


def _row(number: int, module: ModuleReport) -> str:
    one = module.summary
    name = f'<td><a href="#m{number}">{escape(one.name)}</a></td>'
    verdict = f'<td class="{"passed" if module.has_passed else "failed"}">{escape(one.verdict)}</td>'
    numbers = (str(one.tests), coverage(module), mutants(module), str(one.attempts))
    cells = "".join(f'<td class="number">{cell}</td>' for cell in numbers)
    return f"<tr>{name}{verdict}{cells}</tr>"


def _module(number: int, module: ModuleReport) -> Iterator[str]:
    one = module.summary
    yield f'<section id="m{number}"><h2>{escape(one.name)}</h2>'
    if one.reason and not module.has_passed:
        yield f'<p class="failed">{escape(one.reason)}</p>'
    rungs = (
        f'<li class="{verdict.outcome}">{GLYPHS[verdict.outcome]} {verdict.rung}: {escape(verdict.summary)}</li>'
        for verdict in module.rungs
    )
    yield f"<ul>{''.join(rungs)}</ul>"
    for verdict, item in module.evidence:
        shown = f"<pre>{_diff(item.detail) if item.change else escape(item.detail)}</pre>" if item.detail else ""
        yield f"<details><summary>{verdict.rung}: {escape(item.message)}</summary>{shown}</details>"
    for path, diff in module.diffs.items():
        yield f"<details><summary>{escape(path)}</summary><pre>{_diff(diff)}</pre></details>"
    yield "</section>"


def _diff(text: str) -> str:
    return "\n".join(_diff_line(line) for line in text.splitlines())


def _diff_line(line: str) -> str:
    if line.startswith("+") and not line.startswith("+++"):
        return f"<ins>{escape(line)}</ins>"
    if line.startswith("-") and not line.startswith("---"):
        return f"<del>{escape(line)}</del>"
    return escape(line)
