"""What others do with a run's area: look into it, measure it, remove it."""

from __future__ import annotations

import shutil

import pytest

from ctxtui.core.domain.errors import RepositoryError


def test_a_view_reads_what_the_workspace_holds_and_writes_nothing(person, workspace):
    (file,) = person.accept(workspace)
    before = person.at(person.cache).snapshot()
    view = person.workspaces.view(person.root, "run1", person.head)
    assert view.read(file) == workspace.read(file)
    assert view.base_text("tests/conftest.py") == "# shared\n"
    assert view.base_text("tests") is None
    assert view.base_text("none.py") is None
    assert view.path("writer") == workspace.path("writer")
    assert person.at(person.cache).snapshot() == before


def test_content_that_a_view_keeps_can_be_laid_out_as_an_accepted_file(person, workspace):
    view = person.workspaces.view(person.root, "run1", person.head)
    kept = view.keep("tests/test_kept.py", b"def test_kept():\n    assert True\n")
    assert workspace.has(kept)
    folder = workspace.checkout("reviewer", [kept])
    assert (folder / "tests/test_kept.py").read_text().startswith("def test_kept")


def test_a_view_of_a_run_without_a_workspace_is_refused(person):
    with pytest.raises(RepositoryError, match="The workspace of run run9 is gone"):
        person.workspaces.view(person.root, "run9", person.head)


def test_a_discarded_run_leaves_nothing(person):
    before = person.snapshot()
    person.accept(person.open())
    assert person.workspaces.size("run1") > 0
    person.workspaces.discard(person.root, "run1")
    person.workspaces.discard(person.root, "run1")
    assert person.workspaces.size("run1") == 0
    assert person.snapshot() == before


def test_a_run_that_put_its_area_away_gives_its_base_free_when_it_is_discarded(person):
    before = person.snapshot()
    person.open("run1").put_away()
    person.open("run2")
    assert person.workspaces.kept_bases(person.root) == {"run1", "run2"}
    person.workspaces.discard(person.root, "run1")
    assert person.workspaces.kept_bases(person.root) == {"run2"}
    person.workspaces.discard(person.root, "run2")
    assert person.snapshot() == before


def test_a_run_is_discarded_when_its_repository_is_none_any_more(person, workspace):
    shutil.rmtree(person.root / ".git")
    person.workspaces.discard(person.root, "run1")
    assert person.workspaces.size("run1") == 0
    assert not person.workspaces.kept_bases(person.root)


def test_a_folder_is_founded_as_a_repository(person, tmp_path):
    new = person.at(tmp_path / "new")
    new.write("a.py", "")
    person.workspaces.found(new.root, "Begin")
    assert new.git("log", "--format=%s by %an") == "Begin by ctxtui"
    assert person.workspaces.files_at(new.root, new.head) == {"a.py"}
