"""A module that takes long is said to be under way: who is silent for minutes is taken for one that hangs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ctxtui.core.generator import generation
from ctxtui.core.generator.pipeline import generate as write_tests
from ctxtui.core.generator.protocol.task import Task


@pytest.mark.parametrize(("seconds", "is_said"), [(0.0, True), (1000.0, False)])
def test_a_long_stage_says_how_far_it_is(tmp_path, monkeypatch, seconds, is_said):
    monkeypatch.setattr(generation, "LONGEST_SILENCE", seconds)
    (tmp_path / "tree" / "shop").mkdir(parents=True)
    (tmp_path / "tree" / "shop" / "__init__.py").touch()
    (tmp_path / "tree" / "shop" / "subject.py").write_text("def doubled(number: int) -> int:\n    return 2 * number\n")
    (tmp_path / "turn").mkdir()
    said: list[str] = []
    task = Task(
        worktree=tmp_path / "tree",
        folder=tmp_path / "turn",
        source_path="shop/subject.py",
        test_path="tests/test_subject.py",
        package_name="shop",
        import_roots=("",),
        interpreter=Path(sys.executable),
        feedback=(),
        memory=None,
        time_limit=60.0,
    )
    write_tests(task, lambda _kind, **more: said.append(str(more.get("text", ""))))
    for word in (" facts so far", " facts once more"):
        assert any(text.endswith(word) for text in said) is is_said
