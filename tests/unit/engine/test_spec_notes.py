"""A plan says which texts its agents will not see."""

from __future__ import annotations

from ctxtui.core.domain.component import Component
from ctxtui.core.engine.actions.worktree import MOST_SPEC_CHARS
from ctxtui.core.engine.spec_notes import spec_notes


def module(name: str, *specs: str) -> Component:
    return Component(name, name, f"{name}.py", f"tests/test_{name}.py", spec_paths=specs)


def test_a_text_that_is_not_committed_is_said_once_for_all_its_modules(tmp_path):
    components = (module("shop.money", "docs/a.md"), module("shop.stock", "docs/a.md"))
    notes = spec_notes(tmp_path, components, {}, committed=())
    assert notes == (
        "the spec docs/a.md of 2 modules is not in the last commit, so its agent does not see it: commit it",
    )


def test_a_text_that_is_cut_is_said_with_both_sizes(tmp_path):
    (tmp_path / "long.md").write_text("x" * (MOST_SPEC_CHARS + 1))
    (note,) = spec_notes(tmp_path, [module("shop.money", "long.md")], {}, committed={"long.md"})
    assert note == "the spec long.md of shop.money has 60,001 characters; its agent is shown 60,000 of them"


def test_a_name_that_is_no_module_is_said_with_the_nearest(tmp_path):
    named = {"shop.moni": ["a.md"], "shop.*": ["b.md"]}
    (note,) = spec_notes(tmp_path, [module("shop.money")], named, committed=())
    assert "'shop.moni', which is no module of this run" in note
    assert note.endswith("did you mean shop.money?")


def test_whole_texts_of_known_modules_are_not_mentioned(tmp_path):
    (tmp_path / "a.md").write_text("short")
    assert spec_notes(tmp_path, [module("shop.money", "a.md")], {"shop.money": ["a.md"]}, committed={"a.md"}) == ()
