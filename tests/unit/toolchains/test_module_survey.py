from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from ctxtui.core.toolchains import module_survey
from ctxtui.core.toolchains.guest.journal import cut
from ctxtui.core.toolchains.guest.order import shuffled
from ctxtui.core.toolchains.module_survey import survey


@pytest.mark.parametrize(
    ("source", "has_behaviour"),
    [
        ("def f(): return 1", True),
        ("async def f(): return 1", True),
        ("class A:\n    def f(self): return 1", True),
        ("if True:\n    def f(): return 1", True),
        ("try:\n    import x\nexcept ImportError:\n    def x(): return 1", True),
        ("f = lambda x: x", True),
        ("import enum\nclass A(enum.Enum):\n    B = 1", True),
        ("@dataclass\nclass A:\n    b: int", True),
        ("Point = namedtuple('Point', 'x y')", True),
        ("class Error(Exception):\n    '''Told apart.'''", False),
        ("class Reader(Protocol):\n    def read(self) -> str: ...", False),
        ("from typing import overload\n@overload\ndef f(x): return 1", False),
        ("LIMIT = 3\nNAMES = ['a']\n", False),
        ("'''Only words.'''", False),
        ("", False),
        ('@runtime_checkable\nclass P(Protocol):\n    def f(self) -> int:\n        """It."""\n', False),
        ('class A:\n    def f(self):\n        raise NotImplementedError("in subclasses")\n', False),
        ("def f():\n    raise ValueError\n", True),
        ("METRE = 1.0\ndef __dir__() -> list[str]:\n    return __all__\n", False),
        ("class A:\n    def __dir__(self):\n        return []\n", True),
        (
            "def __getattr__(name):\n    if name == '__version__':\n        return 1\n    raise AttributeError(name)\n",
            False,
        ),
        ("class A:\n    def __getattr__(self, name):\n        return name\n", True),
    ],
)
def test_a_module_has_behaviour_when_a_test_can_call_something(source: str, has_behaviour: bool):
    assert survey(source.encode()).has_behaviour is has_behaviour


def test_syntax_that_an_older_interpreter_refuses_is_an_error():
    source = b"match x:\n    case 1:\n        pass\n"
    assert survey(source, (3, 11)).error == ""
    assert survey(source, (3, 9)).error.startswith("syntax error at line ")


def test_the_survey_runs_by_itself_under_another_interpreter(tmp_path: Path):
    (tmp_path / "a.py").write_text("from .b import c\ndef f(): return 1\n")
    done = subprocess.run(
        [sys.executable, "-I", "-B", module_survey.__file__],
        cwd=tmp_path,
        input=json.dumps(["a.py"]),
        capture_output=True,
        text=True,
        check=True,
    )
    found = module_survey.ModuleSurvey(*json.loads(done.stdout)["a.py"])
    assert found.has_behaviour
    assert [tuple(entry[:2]) for entry in found.imports] == [(1, "b")]


def test_a_long_text_keeps_its_end_and_loses_long_lines():
    assert cut("a" * 1000, 4000).endswith("(shortened)")
    assert cut("first\n" * 1000 + "last", 20).endswith("last")


def test_a_shuffle_keeps_what_belongs_together_together():
    class Item:
        cls = None

        def __init__(self, nodeid: str):
            self.nodeid = nodeid

    items = [Item(f"tests/test_{file}.py::test_{n}") for file in "abc" for n in range(5)]
    files = [item.nodeid.split("::")[0] for item in shuffled(items, 7)]
    assert len({tuple(files[n : n + 5]) for n in range(0, 15, 5)}) == 3
    assert all(len(set(files[n : n + 5])) == 1 for n in range(0, 15, 5))


def test_what_a_compiler_warns_of_is_not_told():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        module_survey.survey(b"def one():\n    return 1if 1 else 0\n")
    assert not told
