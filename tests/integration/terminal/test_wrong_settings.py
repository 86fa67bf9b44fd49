"""What is wrong with the settings of the interface is said in a sentence before it opens."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario import Project


def settings(project: Project, text: str) -> None:
    with (Path(project.environ["CTXTUI_CONFIG_DIR"]) / "config.toml").open("a", encoding="utf-8") as file:
        file.write(text)


@pytest.mark.timeout(200)
def test_a_theme_that_there_is_none_of_is_refused_and_one_that_was_remembered_is_forgotten(project_of):
    project = project_of({"alpha": []})
    remembered = Path(project.environ["CTXTUI_DATA_DIR"]) / "interface.json"
    remembered.parent.mkdir(parents=True, exist_ok=True)
    remembered.write_text('{"theme": "of another version"}')
    window = project.type()
    window.sees("new run")
    window.leave()
    settings(project, '\n[ui]\ntheme = "nrod"\n')
    window = project.type()
    window.sees("There is no theme `nrod`: did you mean `nord`?")


@pytest.mark.timeout(200)
def test_a_key_that_nothing_answers_to_is_refused_and_others_work_without_quotes(project_of):
    project = project_of({"alpha": []})
    settings(project, '\n[ui.keymap]\nfirst.check = "f5"\n')
    window = project.type()
    window.sees("f5 check again")
    window.leave()
    settings(project, 'first.chekc = "f6"\n')
    window = project.type()
    window.sees("`ui.keymap` has `first.chekc`, which is no key's name: did you mean `first.check`?")
