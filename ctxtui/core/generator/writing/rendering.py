"""Writes the test file: imports, one test or table a group of cases, classes where the module has them."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ctxtui.core.generator.protocol.case import Case, Origin
from ctxtui.core.generator.protocol.style import Style
from ctxtui.core.generator.writing.arranging import arranged
from ctxtui.core.generator.writing.fixtures import (
    EMPTY_FOLDER_FIXTURE,
    definition,
    needs_empty_folder,
    shared_definitions,
    unsetting_fixture,
)
from ctxtui.core.generator.writing.formatting import written_at
from ctxtui.core.generator.writing.grouping import Group, grouped, with_signatures
from ctxtui.core.generator.writing.imports import addressed, by_module, import_lines
from ctxtui.core.generator.writing.naming import class_words, unique
from ctxtui.core.generator.writing.writer import Writer

STEP = 4
RECORDED = "They record how the module behaves today: a failure means that behaviour has changed."


@dataclass(frozen=True, slots=True)
class Rendered:
    """The file's text, and which cases each test stands for (by `Class::test` or `test`)."""

    text: str
    tests: dict[str, tuple[int, ...]]


def render(
    module: str,
    cases: Sequence[Case],
    style: Style | None = None,
    signatures: Mapping[str, Sequence[str]] | None = None,
    unset: Iterable[str] = (),
) -> Rendered:
    """The file for these cases, in the order they are given; `signatures` name what functions and classes take.

    Every test begins with the statements of `unset`.
    """
    style = style or Style()
    cases = addressed(cases, style)
    spelling: Mapping[str, str] = {}
    if style.names_modules:
        cases, spelling = by_module(module, cases)
    layout = written_at(style.width, is_single_quoted=style.is_single_quoted, spelling=spelling)
    with layout, with_signatures(signatures or {}):
        return _render(module, cases, style, [unsetting_fixture(unset)] if unset else [])


def _render(module: str, cases: Sequence[Case], style: Style, fixtures: Sequence[str]) -> Rendered:
    names: dict[str, Origin] = {name: origin for case in cases for name, origin in case.names.items()}
    blocks: list[str] = [*fixtures]
    tests: dict[str, tuple[int, ...]] = {}
    taken: set[str] = set()
    helpers = shared_definitions(cases, names, style)
    blocks += [definition(source) for source in helpers]
    cases = [replace(case, setup=tuple(line for line in case.setup if line not in helpers)) for case in cases]
    is_folder_shared = needs_empty_folder(cases) and not style.is_unittest
    if is_folder_shared:
        blocks.append(EMPTY_FOLDER_FIXTURE)
    by_owner: dict[str, list[Group]] = defaultdict(list)
    for group in grouped(cases):
        by_owner[group.owner].append(group)
    for owner, found in by_owner.items():
        is_class = bool(owner) or style.is_unittest
        groups = arranged(found, names, STEP * 2 if is_class else STEP)
        if is_class:
            words = class_words(owner) if owner else f"{class_words(module.rpartition('.')[2])}Functions"
            class_name = unique(style.class_name(words), taken, ())
            base = "(unittest.TestCase)" if style.is_unittest else ""
            writer = Writer(names, style, siblings=groups, indent=STEP, is_folder_shared=is_folder_shared)
            bodies = [*writer.fixtures(), *(writer.write(group) for group in groups)]
            blocks.append(f"class {class_name}{base}:\n" + "\n\n".join(bodies))
            tests.update({f"{class_name}::{name}": ids for name, ids in writer.tests.items()})
        else:
            writer = Writer(names, style, siblings=groups, taken=taken, is_folder_shared=is_folder_shared)
            blocks += [writer.write(group) for group in groups]
            tests.update(writer.tests)
    body = "\n\n\n".join(blocks)
    head = f'"""Tests for {module}.\n\n{textwrap.fill(RECORDED, style.width)}\n"""\n\n'
    return Rendered(head + import_lines(module, names, body, style.width) + "\n\n\n" + body + "\n", tests)
