"""Taking files over: only plain ones, stored as the person's own git would, and never lost."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.git_workspaces import GitWorkspaces


def test_an_accepted_file_can_be_read_back(person, workspace):
    (file,) = person.accept(workspace, text="def test(): pass\n")
    assert (file.path, file.mode, file.size) == ("tests/test_prices.py", "100644", 17)
    assert workspace.read(file) == b"def test(): pass\n"
    assert workspace.has(file)


def test_an_empty_file_and_a_newline_in_a_name_are_fine(person, workspace):
    worktree = workspace.checkout("one")
    names = ["tests/__init__.py", "tests/a\nb.py", "tests/*.py", "tests/:(top)x.py", "tests/-n.py"]
    for name in names:
        (worktree / name).write_text("")
    files = workspace.accept("one", names)
    assert [file.path for file in files] == names
    assert {file.size for file in files} == {0}
    workspace.commit(person.plan(files))


def test_nothing_to_accept_is_fine(workspace):
    workspace.checkout("one")
    assert workspace.accept("one", []) == ()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("tests/link.py", "symbolic link"),
        ("linked/x.py", "symbolic link"),
        ("tests/hard.py", "hard link"),
        ("tests/pipe", "not a plain file"),
        ("tests", "Is a directory"),
        ("tests/gone.py", "No such file"),
        ("tests/big.txt", "more than the limit"),
        ("../outside.py", "not a plain path"),
        ("/etc/passwd", "not a plain path"),
        ("tests/../tests/ok.py", "not a plain path"),
        ("tests//ok.py", "not a plain path"),
        ("tests/.GIT/config", "not a plain path"),
        ("", "not a plain path"),
    ],
)
def test_anything_but_a_plain_file_inside_is_refused(workspace, tmp_path, path, reason):
    worktree = workspace.checkout("one")
    (tmp_path / "far").mkdir()
    (tmp_path / "far/x.py").write_text("x")
    (worktree / "tests/link.py").symlink_to("conftest.py")
    (worktree / "linked").symlink_to(tmp_path / "far")
    os.link(worktree / "tests/conftest.py", worktree / "tests/hard.py")
    os.mkfifo(worktree / "tests/pipe")
    (worktree / "tests/big.txt").write_bytes(b"x" * ((1 << 20) + 1))
    (worktree / "tests/ok.py").write_text("")
    with pytest.raises(RepositoryError, match=reason):
        workspace.accept("one", ["tests/ok.py", path])


def test_the_size_limit_can_be_set(person):
    workspace = GitWorkspaces(person.cache, person.data, size_limit=4).open(person.root, "run1", person.head)
    with pytest.raises(RepositoryError, match="has 5 bytes, more than the limit of 4"):
        person.accept(workspace, text="12345")


def test_line_ends_and_filters_apply_as_git_add_would(person):
    person.git("config", "core.autocrlf", "true")
    person.git("config", "filter.rot.clean", "tr a-z n-za-m")
    person.git("config", "filter.rot.smudge", "tr a-z n-za-m")
    person.write(".gitattributes", "*.rot filter=rot\n")
    person.commit("Attributes")
    workspace = person.open()
    worktree = workspace.checkout("one")
    (worktree / "tests/test_a.py").write_bytes(b"a = 1\r\nb = 2\r\n")
    (worktree / "tests/data.rot").write_text("hello\n")
    files = workspace.accept("one", ["tests/test_a.py", "tests/data.rot"])
    assert [workspace.read(file) for file in files] == [b"a = 1\nb = 2\n", b"uryyb\n"]
    worktree = workspace.checkout("two", files)
    assert (worktree / "tests/test_a.py").read_bytes() == b"a = 1\r\nb = 2\r\n"
    assert (worktree / "tests/data.rot").read_text() == "hello\n"


def test_attributes_that_an_agent_wrote_do_not_count(workspace):
    worktree = workspace.checkout("one")
    (worktree / ".gitattributes").write_text("* text eol=crlf\n")
    (worktree / "tests/test_a.py").write_bytes(b"a = '\r\n'\r\n")
    (file,) = workspace.accept("one", ["tests/test_a.py"])
    assert workspace.read(file) == b"a = '\r\n'\r\n"


def test_accepted_content_survives_a_gc_by_an_agent(person, workspace):
    files = person.accept(workspace)
    worktree = workspace.checkout("one")
    for words in (("reflog", "expire", "--expire=now", "--all"), ("gc", "-q", "--prune=now"), ("prune",)):
        subprocess.run(["git", "-C", worktree, *words], check=True, capture_output=True)
    assert workspace.has(files[0])


def test_content_that_the_person_had_by_chance_survives_their_gc(person):
    text = "print('thrown away once')\n"
    person.write("draft.py", text)
    person.git("add", "draft.py")
    person.git("rm", "-q", "--cached", "draft.py")
    (person.root / "draft.py").unlink()
    workspace = person.open()
    (file,) = person.accept(workspace, text=text)
    assert person.git("cat-file", "-t", file.digest) == "blob"
    person.git("gc", "-q", "--prune=now")
    assert person.git("cat-file", "-t", file.digest, check=False) == ""
    assert workspace.read(file).decode() == text


def test_what_is_gone_or_damaged_is_not_there(person, workspace):
    (file,) = person.accept(workspace)
    assert not workspace.has(AcceptedFile("x", "0" * 40))
    assert not workspace.has(AcceptedFile("x", "nonsense"))
    for stored in person.data.glob(f"accepted/run1/{file.digest[:2]}/{file.digest[2:]}"):
        stored.chmod(0o600)
        stored.write_bytes(b"")
    assert not workspace.has(file)
    with pytest.raises(RepositoryError):
        workspace.read(file)


def test_accepted_content_outlives_a_hub_that_was_lost(person, workspace):
    files = person.accept(workspace)
    shutil.rmtree(next(person.cache.glob("hubs/*/run1/hub.git")))
    again = person.open()
    assert again.has(files[0])
    again.checkout("writer", files)
    assert [change.path for change in again.changes("writer")] == [files[0].path]


def test_the_text_of_the_base_is_told(person, workspace, tmp_path):
    assert workspace.base_text("tests/conftest.py") == "# shared\n"
    assert workspace.base_text("tests/none.py") is None
    assert workspace.base_text("tests") is None
