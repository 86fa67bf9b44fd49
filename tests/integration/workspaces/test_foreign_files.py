"""What worktrees need beside the commit's own files: submodules, filtered content, ignored modules."""

from __future__ import annotations

import hashlib
import os
import subprocess

import pytest

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.git_workspaces import GitWorkspaces

BRANCH = "test-context-testing-session-for-shop"
LOCAL = ("-c", "protocol.file.allow=always")


@pytest.fixture
def part(person, tmp_path):
    """Another repository, with a submodule of its own, used as a submodule of the shop."""
    inner, part = person.at(tmp_path / "inner"), person.at(tmp_path / "part")
    for made in (inner, part):
        made.root.mkdir()
        made.git("init", "-q")
    inner.write("deep.py", "DEEP = 1\n")
    inner.commit("Deep")
    part.write("tables.py", "RATE = 3\n")
    (part.root / "latest.py").symlink_to("tables.py")
    part.write(".gitattributes", "tables.py export-ignore\n")
    part.git(*LOCAL, "submodule", "add", "-q", str(inner.root), "inner")
    part.commit("Part")
    person.git(*LOCAL, "submodule", "add", "-q", str(part.root), "shop/part")
    person.git(*LOCAL, "submodule", "update", "-q", "--init", "--recursive")
    person.commit("Use a part")
    return part


def test_files_of_submodules_are_in_worktrees_and_are_no_changes(person, part):
    workspace = person.open()
    worktree = workspace.checkout("one")
    assert (worktree / "shop/part/tables.py").read_text() == "RATE = 3\n"
    assert (worktree / "shop/part/inner/deep.py").read_text() == "DEEP = 1\n"
    assert (worktree / "shop/part/latest.py").readlink().name == "tables.py"
    assert workspace.changes("one") == ()
    (worktree / "shop/part/tables.py").write_text("RATE = 4\n")
    assert [(change.path, change.kind) for change in workspace.changes("one")] == [("shop/part/tables.py", "modified")]
    workspace.checkout("one")
    assert (worktree / "shop/part/tables.py").read_text() == "RATE = 3\n"


def test_submodules_need_no_network_and_no_allowed_protocol(person, part, monkeypatch):
    person.git("config", "protocol.allow", "never")
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "none")
    (part.root / ".git").rename(part.root / "gone")
    assert (person.open().checkout("one") / "shop/part/tables.py").is_file()


def test_the_commit_that_the_base_records_counts_not_the_one_checked_out(person, part):
    part.write("tables.py", "RATE = 5\n")
    newer = part.commit("Dearer")
    person.at(person.root / "shop/part").git(*LOCAL, "fetch", "-q")
    person.at(person.root / "shop/part").git("checkout", "-q", newer)
    assert (person.open().checkout("one") / "shop/part/tables.py").read_text() == "RATE = 3\n"


def test_a_submodule_that_lacks_its_commit_is_named_with_the_mending_command(person, part):
    person.git("update-index", "--cacheinfo", f"160000,{'1' * 40},shop/part")
    person.git("commit", "-q", "-m", "Point nowhere")
    with pytest.raises(RepositoryError, match=r"submodule shop/part lacks .*git submodule update --init shop/part"):
        person.open()


def test_a_submodule_that_was_never_filled_stays_empty(person, part, tmp_path):
    person.git("clone", "-q", ".", str(tmp_path / "clone"))
    assert person.workspaces.inspect(person.root).empty_submodules == ()
    assert person.workspaces.inspect(tmp_path / "clone").empty_submodules == ("shop/part",)
    worktree = person.at(tmp_path / "clone").open().checkout("one")
    assert list((worktree / "shop/part").iterdir()) == []


KEYED = 'test -f "$(git rev-parse --git-dir)/vault.key" && tr a-z n-za-m'


@pytest.fixture
def vault(person):
    """A filter whose key lies in the git folder, as git-crypt has it."""
    person.write(".git/vault.key", "key")
    for part in ("smudge", "clean"):
        person.git("config", f"filter.vault.{part}", KEYED)
    person.git("config", "filter.vault.required", "true")
    person.write(".gitattributes", "*.sec filter=vault\n")
    # Older than the index, so that git takes the file for what was added without reading it again.
    os.utime(person.write("shop/a.sec", "secret\n"), (1_600_000_000, 1_600_000_000))
    person.commit("Lock up")
    return person


@pytest.mark.parametrize("is_checkout_touched", [False, True])
def test_a_required_filter_with_its_key_in_the_git_folder_works(vault, is_checkout_touched):
    if is_checkout_touched:
        vault.write("shop/a.sec", "edited, not committed\n")
    workspace = vault.open()
    worktree = workspace.checkout("one")
    assert (worktree / "shop/a.sec").read_text() == "secret\n"
    assert workspace.changes("one") == ()
    subprocess.run(["git", "-C", worktree, "status"], check=True, capture_output=True)
    (worktree / "tests/b.sec").write_text("mine\n")
    files = workspace.accept("one", ["tests/b.sec"])
    assert workspace.read(files[0]) == b"zvar\n"
    assert (workspace.checkout("two", files) / "tests/b.sec").read_text() == "mine\n"
    workspace.commit(vault.plan(files))
    workspace.hand_over(BRANCH)
    assert vault.git("show", f"{BRANCH}:tests/b.sec") == "zvar"


def test_filtered_files_come_to_a_worker_as_the_checkout_has_them(vault, tmp_path):
    content = vault.open().snapshot()
    elsewhere = GitWorkspaces(tmp_path / "worker" / "cache", tmp_path / "worker" / "data")
    root = elsewhere.unpack(hashlib.sha256(content).hexdigest(), content)
    workspace = elsewhere.open(root, "0f" * 16, vault.git("rev-parse", "HEAD"))
    worktree = workspace.checkout("one")
    assert (worktree / "shop/a.sec").read_text() == "secret\n"
    assert workspace.changes("one") == ()
    (worktree / "tests/b.sec").write_text("mine\n")
    with pytest.raises(RepositoryError, match=r"b\.sec is stored through git's filter 'vault', which this worker"):
        workspace.accept("one", ["tests/b.sec"])


def test_a_filter_that_cannot_work_is_named_before_anything_starts(vault):
    (vault.root / ".git/vault.key").unlink()
    (vault.root / "shop/a.sec").unlink()
    with pytest.raises(RepositoryError, match=r"filter 'vault' cannot make shop/a\.sec: .*filter\.vault\.smudge"):
        vault.open()


def test_what_the_checkout_has_is_used_when_the_filter_cannot_work_now(vault):
    (vault.root / ".git/vault.key").unlink()
    assert (vault.open().checkout("one") / "shop/a.sec").read_text() == "secret\n"


def test_a_filter_command_is_found_beside_the_persons_files(person):
    person.write("tools/upper", "#!/bin/sh\ntr a-z A-Z\n").chmod(0o755)
    person.git("config", "filter.up.smudge", "./tools/upper")
    person.git("config", "filter.up.clean", "tr A-Z a-z")
    person.write(".gitattributes", "*.up filter=up\n")
    person.write("a.up", "loud\n")
    person.commit("Upper")
    (person.root / "a.up").unlink()
    assert (person.open().checkout("one") / "a.up").read_text() == "LOUD\n"


@pytest.mark.parametrize("value", ["true", "warn", "false"])
def test_safecrlf_refuses_no_file_that_was_proved(person, value):
    person.git("config", "core.autocrlf", "true")
    person.git("config", "core.safecrlf", value)
    workspace = person.open()
    worktree = workspace.checkout("one")
    assert workspace.changes("one") == ()
    texts = {"tests/test_lf.py": b"a = 1\nb = 2\n", "tests/test_mixed.py": b"a = 1\r\nb = 2\n"}
    for path, text in texts.items():
        (worktree / path).write_bytes(text)
    files = workspace.accept("one", list(texts))
    assert [workspace.read(file) for file in files] == [b"a = 1\nb = 2\n"] * 2


def test_line_ends_that_git_made_are_no_change_after_a_restart(person):
    person.git("config", "core.autocrlf", "true")
    workspace = person.open()
    worktree = workspace.checkout("one")
    assert b"\r\n" in (worktree / "shop/prices.py").read_bytes()
    assert person.open().changes("one") == ()


def test_ignored_code_and_small_data_in_packages_are_seeded(person):
    wanted = {
        "shop/version.py": "version = 1\n",
        "shop/msg_pb2.py": "LIMIT = 3\n",
        "shop/grammar/parser.py": "TABLE = {}\n",
        "shop/grammar/tables.json": "{}",
        "local_settings.py": "DEBUG = True\n",
    }
    foreign = (
        *("shop/__pycache__/version.cpython-311.pyc", "shop/debug.log", ".env", "notes.txt", "build/lib/shop/old.py"),
        *(
            "elsewhere/pyvenv.cfg",
            "elsewhere/lib/x.py",
            "shop.egg-info/PKG-INFO",
            ".tox/x.py",
            "other/.git",
            "other/y.py",
        ),
    )
    for path in (*wanted, *foreign):
        person.write(path, wanted.get(path, "x"))
    person.write("shop/model.bin", "x" * ((1 << 20) + 1))
    ignored = ("version.py", "*_pb2.py", "grammar/", "local_settings.py", "*.log", ".env", "notes.txt", "build/")
    others = ("elsewhere/", "*.egg-info", ".tox", "other/", "*.bin", "__pycache__/")
    person.write(".gitignore", "".join(f"{line}\n" for line in (*ignored, *others)))
    person.git("add", ".gitignore")
    person.git("commit", "-q", "-m", "Ignore")
    workspace = person.open()
    worktree = workspace.checkout("one")
    tracked = set(person.git("ls-files").split())
    there = {file.relative_to(worktree).as_posix() for file in worktree.rglob("*") if file.is_file()} - {".git"}
    assert there - tracked == set(wanted)
    assert workspace.changes("one") == ()


def test_files_that_git_does_not_know_are_not_seeded(person):
    person.write("shop/fresh.py", "ONE = 1\n")
    assert not (person.open().checkout("one") / "shop/fresh.py").exists()
