"""The whole way, from worktree to hand-over, in every kind of repository a person may have."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from ctxtui.core.domain.errors import RepositoryError

BRANCH = "test-context-testing-session-for-shop"


def whole_way(person, **options) -> str:
    """Runs a session in the person's repository as it is; says the commit that arrived."""
    workspace = person.open(**options)
    assert workspace.reserve_branch(BRANCH) == BRANCH
    workspace.create_branch(BRANCH)
    files = person.accept(workspace)
    commit = workspace.commit(person.plan(files, base=options.get("base", person.head)))
    workspace.hand_over(BRANCH)
    worktree = workspace.checkout("writer", files)
    assert (worktree / "shop/prices.py").is_file()
    workspace.destroy()
    assert person.git("rev-parse", BRANCH) == commit
    assert person.git("show", f"{BRANCH}:tests/test_prices.py").startswith("def test_total")
    return commit


def test_a_detached_head(person):
    person.git("checkout", "-q", "--detach")
    whole_way(person)


def test_a_linked_worktree(person, tmp_path):
    person.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    whole_way(person.at(tmp_path / "linked"))


def test_a_submodule(person, tmp_path):
    outer = person.at(tmp_path / "outer")
    outer.root.mkdir()
    outer.git("init", "-q")
    outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(person.root), "inner")
    outer.commit("Use the shop")
    whole_way(person.at(outer.root / "inner"))
    assert outer.git("config", "--file", ".git/modules/inner/config", "core.worktree") == "../../../inner"


def test_a_repository_with_a_submodule(person, tmp_path):
    part = person.at(tmp_path / "part")
    person.git("clone", "-q", ".", str(part.root))
    person.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(part.root), "part")
    person.commit("Use a part")
    workspace = person.open()
    worktree = workspace.checkout("one")
    assert workspace.changes("one") == ()
    (worktree / "part/hidden.py").write_text("x")
    assert [change.path for change in workspace.changes("one")] == ["part/hidden.py"]
    workspace.checkout("one")
    assert workspace.changes("one") == ()
    whole_way(person)


def test_a_shallow_clone(person, tmp_path):
    person.write("more.py", "")
    person.commit("More")
    shallow = person.at(tmp_path / "shallow")
    person.git("clone", "-q", "--no-local", "--depth=1", ".", str(shallow.root))
    whole_way(shallow)
    assert (shallow.root / ".git/shallow").read_text().split() == [person.head]


def test_a_shallow_clone_that_is_deepened_meanwhile(person, tmp_path):
    person.write("more.py", "")
    person.commit("More")
    shallow = person.at(tmp_path / "shallow")
    person.git("clone", "-q", "--no-local", "--depth=1", f"file://{person.root}", str(shallow.root))
    workspace = shallow.open()
    workspace.commit(shallow.plan(shallow.accept(workspace)))
    shallow.git("fetch", "-q", "--unshallow")
    workspace.hand_over(BRANCH)
    shallow.git("fsck", "--strict")


def test_a_partial_clone_fetches_what_it_lacks_into_the_hub(person, tmp_path):
    person.git("config", "uploadpack.allowFilter", "true")
    person.git("config", "uploadpack.allowAnySHA1InWant", "true")
    old = person.head
    person.write("shop/prices.py", "def total(a, b):\n    return b + a\n")
    person.commit("Turn round")
    partial = person.at(tmp_path / "partial")
    person.git("clone", "-q", "--no-local", "--filter=blob:none", f"file://{person.root}", str(partial.root))
    lacking = partial.git("rev-list", "--objects", "--all", "--missing=print").count("?")
    assert lacking > 0
    whole_way(partial, base=old)
    assert partial.git("rev-list", "--objects", "main", "--missing=print").count("?") == lacking


def test_a_sparse_checkout_gets_whole_worktrees(person):
    person.git("update-index", "-q", "--refresh")
    person.git("sparse-checkout", "set", "tests")
    whole_way(person)
    assert not (person.root / "shop/prices.py").exists()


def test_a_repository_that_borrows_objects_itself(person, tmp_path):
    person.git("clone", "-q", "--shared", ".", str(tmp_path / "borrower"))
    whole_way(person.at(tmp_path / "borrower"))


def test_a_repository_with_sha256_ids(person, tmp_path):
    modern = person.at(tmp_path / "modern")
    modern.root.mkdir()
    modern.git("init", "-q", "--object-format=sha256")
    shutil.copytree(person.root / "shop", modern.root / "shop")
    modern.commit("Open")
    assert len(whole_way(modern)) == 64


@pytest.mark.parametrize("name", ['odd "name"', "back\\slash", "new\nline", "# hash", "tab\there", "日本語 ; x"])
def test_a_repository_in_a_folder_with_an_odd_name(person, tmp_path, name):
    person.root.rename(tmp_path / name)
    whole_way(person.at(tmp_path / name))


def test_tracked_files_with_odd_names(person):
    odd = ("a\nb", "[x]", ":(top)y", " z ", '"q"', "\udcff", "日本", "back\\slash")
    names = [f"shop/{name}.py" for name in odd]
    for name in names:
        (person.root / name).write_text("x = 1\n")
    person.commit("Odd")
    workspace = person.open()
    worktree = workspace.checkout("one")
    assert workspace.changes("one") == ()
    for name in names:
        (worktree / name).write_text("x = 2\n")
    assert len(workspace.changes("one")) == len(names)
    workspace.checkout("one")
    assert {(worktree / name).read_text() for name in names} == {"x = 1\n"}
    whole_way(person)


def test_a_cache_in_a_folder_with_an_odd_name(person, tmp_path):
    whole_way(replace(person, cache=tmp_path / "cache [1]\n: \udcff"))


def test_settings_that_would_bend_the_hub_do_not(person, tmp_path):
    settings = {
        "core.fsmonitor": "true",
        "core.untrackedCache": "true",
        "core.splitIndex": "true",
        "core.bare": "false",
        "core.logAllRefUpdates": "always",
        "core.trustctime": "false",
        "feature.manyFiles": "true",
        "index.version": "4",
        "commit.gpgSign": "true",
        "status.showUntrackedFiles": "no",
        "diff.external": "false",
        "core.quotePath": "true",
        "gc.auto": "1",
        "i18n.commitEncoding": "latin1",
        "branch.autoSetupMerge": "always",
        "clean.requireForce": "true",
        "worktree.useRelativePaths": "true",
        "checkout.defaultRemote": "x",
    }
    for key, value in settings.items():
        person.git("config", key, value)
    whole_way(person)


def test_a_history_rewritten_and_collected_meanwhile_does_not_lose_the_base(person):
    base = person.head
    workspace = person.open()
    files = person.accept(workspace)
    person.git("commit", "-q", "--amend", "-m", "Other")
    person.git("reflog", "expire", "--expire=now", "--all")
    person.git("gc", "-q", "--prune=now")
    workspace.checkout("late")
    workspace.commit(person.plan(files, base=base))
    workspace.hand_over(BRANCH)
    person.git("fsck", "--strict")


def test_a_base_is_any_revision_and_an_unknown_one_is_named(person):
    person.git("tag", "v1")
    person.write("later.py", "")
    person.commit("Later")
    workspace = person.open(base="v1")
    assert not (workspace.checkout("one") / "later.py").exists()
    for revision in ("v2", "--all", "v1:shop"):
        with pytest.raises(RepositoryError, match="There is no commit"):
            person.open("run2", base=revision)


def test_runs_of_one_repository_have_their_own_areas(person):
    first, second = person.open("run1"), person.open("run2")
    assert first.path("one") != second.path("one")
    first.destroy()
    second.checkout("one")
    assert second.changes("one") == ()
    second.destroy()
    first.destroy()


def test_a_workspace_of_a_repository_that_is_gone_can_be_destroyed(person, workspace):
    shutil.rmtree(person.root)
    workspace.destroy()
    assert not list(person.cache.glob("hubs/*"))
