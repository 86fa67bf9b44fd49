"""The fifth rung: the tests reach lines of the module that importing it does not."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.syntax import parse
from ctxtui.core.domain.verdict import Evidence, MarkedLines, RungOutcome, RungVerdict, line_ranges
from ctxtui.core.ports.toolchains import Coverage, TestRunner
from ctxtui.core.ports.validation import Candidate, LadderLimits
from ctxtui.core.validation.evidence import EXCERPT_CHARS, count, skipped
from ctxtui.core.validation.measured import UNMEASURED, reached_by_import, reached_by_tests

RUNG = Rung.COVERS

MOST_RANGES = 30
MOST_LINES_OF_A_RANGE = 12

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Covers:
    """Judges what the tests reach beyond the import, and, where a floor is set, how much of the module that is."""

    runner: TestRunner
    limits: LadderLimits
    rung: Rung = RUNG

    def judge(self, candidate: Candidate) -> RungVerdict:
        started = time.monotonic()
        reached = reached_by_tests(self.runner, candidate)
        if reached is None:
            return skipped(RUNG, started, UNMEASURED)
        by_import = reached_by_import(self.runner, candidate)
        module = _Module.of(candidate)
        gained = len(set(reached.reached) - set(by_import.reached))
        is_idle = not gained and module.can_be_called(reached.missing)
        is_below = reached.percent < self.limits.coverage_floor
        percent = f"{int(reached.percent)} % of lines and branches"
        metrics = {
            "covered": round(reached.percent, 1),
            "by_import": round(by_import.percent, 1),
            "gained": gained,
            "missed": len(reached.missing),
        }
        if is_idle:
            summary = f"the tests reach nothing that importing {candidate.component_name} does not reach"
        elif is_below:
            summary = f"{percent}, below the floor of {self.limits.coverage_floor:g} %"
        else:
            summary = f"{percent}, {count(gained, 'line')} gained"
        return RungVerdict(
            RUNG,
            RungOutcome.FAILED if is_idle or is_below else RungOutcome.PASSED,
            summary,
            tuple(_gaps(module, reached)),
            time.monotonic() - started,
            metrics,
            marked_lines(reached),
        )


def marked_lines(reached: Coverage) -> MarkedLines:
    """Where the tests went in the component's source and where not."""
    return MarkedLines(
        reached.path,
        reached=line_ranges(reached.reached),
        missed=line_ranges(reached.missing),
        partial=line_ranges(source for source, _ in ways_not_taken(reached)),
    )


def ways_not_taken(reached: Coverage) -> list[tuple[int, int]]:
    """The branches of reached lines that no test took, without those whose missed lines say so already."""
    known, missing = set(reached.reached), set(reached.missing)
    return [way for way in reached.missing_branches if way[0] in known and way[1] not in missing]


def ranges_of(missing: Sequence[int], reached: Sequence[int]) -> list[tuple[int, int]]:
    """First and last line of each stretch of missing lines that no reached line interrupts."""
    is_missing = dict.fromkeys(reached, False) | dict.fromkeys(missing, True)
    ranges: list[tuple[int, int]] = []
    is_open = False
    for line in sorted(is_missing):
        if is_missing[line]:
            ranges[-1:] = [(ranges[-1][0], line)] if is_open else [*ranges[-1:], (line, line)]
        is_open = is_missing[line]
    return ranges


@dataclass(frozen=True, slots=True)
class _Module:
    """The component's source: its lines, and first line, last line and name of each function, outer ones first."""

    path: str
    lines: tuple[str, ...]
    functions: tuple[tuple[int, int, str], ...]

    @classmethod
    def of(cls, candidate: Candidate) -> _Module:
        text = (candidate.worktree / candidate.source_path).read_bytes().decode("utf-8", "replace")
        try:
            nodes = [node for node in ast.walk(parse(text)) if isinstance(node, _FUNCTIONS)]
        except (SyntaxError, ValueError):
            nodes = []  # newer syntax than this program's own Python knows: the lines speak for themselves
        functions = sorted((node.lineno, node.end_lineno or node.lineno, node.name) for node in nodes)
        return cls(candidate.source_path, tuple(text.splitlines()), tuple(functions))

    def can_be_called(self, lines: Sequence[int]) -> bool:
        """Whether any of the lines stands in a function: the others only run when the module is imported."""
        return any(self.function_at(line) for line in lines) or (bool(lines) and not self.functions)

    def function_at(self, line: int) -> str:
        inside = [name for start, end, name in self.functions if start <= line <= end]
        return inside[-1] if inside else ""


def _gaps(module: _Module, reached: Coverage) -> Iterator[Evidence]:
    """`lines 12-18, 40 are not reached`, with their text; `lines 7, 9 …` for ways that were never taken."""
    ranges = ranges_of(reached.missing, reached.reached)
    if ranges:
        listed = ", ".join(_range_text(*lines) for lines in ranges[:MOST_RANGES])
        more = f" and {len(ranges) - MOST_RANGES} more" if len(ranges) > MOST_RANGES else ""
        is_one = len(reached.missing) == 1
        message = f"{_noun(is_one=is_one)} {listed}{more} {'is' if is_one else 'are'} not reached"
        detail = _excerpt(module, ranges)
        yield Evidence("missed_lines", message, module.path, detail=detail, lines=tuple(reached.missing))
    branches = ways_not_taken(reached)
    if branches:
        sources = sorted({source for source, _ in branches})
        message = f"{_noun(is_one=len(sources) == 1)} {', '.join(map(str, sources))} never took every way"
        ways = [f"{source} -> {target if target > 0 else 'the end of the function'}" for source, target in branches]
        detail = "\n".join(ways[:MOST_RANGES])
        yield Evidence("missed_branches", message, module.path, detail=detail, lines=tuple(sources))


def _noun(*, is_one: bool) -> str:
    return "line" if is_one else "lines"


def _range_text(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _excerpt(module: _Module, ranges: Sequence[tuple[int, int]]) -> str:
    """The source of each range under a heading that says where it stands, as far as the budget goes."""
    blocks: list[str] = []
    left = EXCERPT_CHARS
    for first, last in ranges:
        name = module.function_at(first)
        heading = f"{_noun(is_one=first == last)} {_range_text(first, last)}" + (f", in {name}" if name else "")
        shown = range(first, min(last, first + MOST_LINES_OF_A_RANGE - 1) + 1)
        source = [f"{number:>5}  {line}" for number, line in zip(shown, module.lines[first - 1 :], strict=False)]
        block = "\n".join([heading, *source, *(["       …"] if shown.stop <= last else [])])
        left -= len(block)
        if blocks and left < 0:
            blocks.append("…")
            break
        blocks.append(block[:EXCERPT_CHARS])
    return "\n".join(blocks)
