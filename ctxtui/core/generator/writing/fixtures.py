"""Set-up that several tests share, written once as a fixture."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.protocol.style import Style
from ctxtui.core.generator.writing.formatting import statement
from ctxtui.core.generator.writing.grouping import Group

SHARED = 3
"""How many tests have to start alike before a fixture is worth its name."""
STEP = 4
DEFINING = ("def ", "async def ", "class ")
EMPTY_FOLDER = "empty_folder"
PINNING = "monkeypatch."
IN_EMPTY_FOLDER = f'@pytest.mark.usefixtures("{EMPTY_FOLDER}")'
UNSETTING = "monkeypatch.delenv("
EMPTY_FOLDER_FIXTURE = f"""@pytest.fixture
def {EMPTY_FOLDER}(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)"""


def shared_setups(groups: Iterable[Group], taken: Iterable[str]) -> dict[str, str]:
    """First statements that enough tests have in common, each with the name that it gives its value."""
    counted = Counter(case.setup[0] for group in groups for case in group.cases if case.setup)
    found: dict[str, str] = {}
    for source, count in counted.most_common():
        name = _name_given(source)
        if count >= SHARED and name and name not in {*taken, *found.values()}:
            found[source] = name
    return found


def shared_definitions(cases: Iterable[Case], taken: Iterable[str], style: Style) -> list[str]:
    """Functions and classes that several tests define for themselves, where a name stands for one of them only.

    What looks like a test stays inside of them: at the top of the file pytest would take it for one.
    """
    counted = Counter(source for case in cases for source in case.setup if source.startswith(DEFINING))
    names = Counter(_name_defined(source) for source in counted)
    return [
        source
        for source, count in counted.items()
        if count > 1
        and names[_name_defined(source)] == 1
        and _name_defined(source) not in set(taken)
        and not style.is_collected(_name_defined(source))
    ]


def definition(source: str) -> str:
    return statement(source, 0).rstrip("\n")


def _name_defined(source: str) -> str:
    return re.split(r"[\s(:]+", source.removeprefix("async "), maxsplit=2)[1]


def fixture(source: str, name: str) -> str:
    """The fixture of a test class for a statement such as `basket = Basket("apples")`."""
    pad = " " * STEP
    made = source.partition("=")[2].strip()
    return f"{pad}@pytest.fixture\n{pad}def {name}(self):\n{statement(f'return {made}', STEP * 2)}"


def needs_empty_folder(cases: Iterable[Case]) -> bool:
    """Whether so many cases use files that they share a fixture."""
    return sum(case.uses_files for case in cases) >= SHARED


def unset_by_many(cases: Iterable[Case]) -> frozenset[str]:
    """Statements that take away an environment variable, and that enough tests begin with.

    They may hold for the whole file: where a test does not begin so, what it calls does not look the variable up.
    """
    counted = Counter(line for case in cases for line in set(case.setup) if line.startswith(UNSETTING))
    return frozenset(line for line, count in counted.items() if count >= SHARED)


def without_statements(case: Case, lines: frozenset[str]) -> Case:
    return replace(case, setup=tuple(line for line in case.setup if line not in lines))


def unsetting_fixture(lines: Iterable[str]) -> str:
    body = "\n".join(statement(line, STEP) for line in lines)
    return f"@pytest.fixture(autouse=True)\ndef unset_variables(monkeypatch):\n{body}"


def fixtures_of(case: Case, shared: Mapping[str, str], *, is_folder_shared: bool) -> list[str]:
    """The parameters of the case's test."""
    given = [shared[case.setup[0]]] if case.setup and case.setup[0] in shared else []
    given += ["capsys"] if case.prints else []
    is_moved = case.uses_files and not is_folder_shared
    given += ["monkeypatch"] if is_moved or any(line.startswith(PINNING) for line in case.setup) else []
    return given + (["tmp_path"] if is_moved else [])


def _name_given(source: str) -> str:
    match ast.parse(source).body:
        case [ast.Assign(targets=[ast.Name(id=name)], value=ast.Call())] if name != "decorated":
            return name
        case _:
            return ""
