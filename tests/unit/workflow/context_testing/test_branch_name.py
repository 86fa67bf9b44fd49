"""The branch that a run is named after."""

from __future__ import annotations

import string
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxtui.core.domain.errors import StepError
from ctxtui.core.workflow.context_testing.branch_name import LONGEST, PREFIX, branch_name, free_name, name_for
from tests.unit.workflow.conftest import BRANCH, run

LONGEST_SEGMENT = 255
WRITTEN = [
    "",
    "!!!",
    "-",
    "日本語",
    "日本",
    "pkg.sub",
    "Pkg.Sub",
    "pkg-sub",
    "İ",
    "Straße",
    "pkg.lock",
    ".lock",
    "..",
    "@{",
    "-evil",
    "HEAD",
    "@",
    "a//b",
    "a/b",
    "a b\tc\nd\0e",
    "~^:?*[\\",
    "\ud800",
    "x" * 250,
    "x" * 255,
    "日" * 300,
    "a-" * 150,
]


def is_accepted_by_git(name: str) -> bool:
    done = subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("User Management & Auth", "user-management-auth"),
        ("API/V2/Users", "api-v2-users"),
        ("user_accounts-v2", "user_accounts-v2"),
        ("Accounts", "accounts"),
        ("a  &&  b", "a-b"),
        ("a---b", "a-b"),
        ("--a--", "a"),
        ("!a!", "a"),
        ("__init__", "__init__"),
        ("snake_case_name", "snake_case_name"),
        ("pkg.sub.module", "pkg-sub-module"),
        ("pkg.lock", "pkg-lock"),
        ("v1.2.3", "v1-2-3"),
    ],
)
def test_a_name_is_lowered_and_every_other_character_becomes_one_hyphen(name, expected):
    assert name_for(name) == f"test-context-testing-session-for-{expected}"


def test_a_clean_name_is_unchanged():
    clean = "context_testing-2"
    assert name_for(clean) == PREFIX + clean


def test_the_name_is_that_of_the_session_s_component():
    assert branch_name(run()) == BRANCH


def test_a_session_without_a_component_has_no_branch():
    with pytest.raises(StepError, match=r"^Context component not found$"):
        branch_name(run(component=None))


@pytest.mark.parametrize("name", ["", "!!!", "-", "日本語", "..", "\ud800"])
def test_a_name_of_which_nothing_is_left_becomes_a_fingerprint(name):
    rest = name_for(name).removeprefix(PREFIX)
    assert len(rest) == 8
    assert set(rest) <= set(string.hexdigits.lower())


def test_names_of_which_nothing_is_left_do_not_share_a_branch():
    names = ["", "!!!", "-", "日本語", "日本", "Ω"]
    assert len({name_for(name) for name in names}) == len(names)


@pytest.mark.parametrize(("name", "start"), [("Straße", "stra-e-"), ("café", "caf-"), ("naïve_x", "na-ve_x-")])
def test_a_name_outside_ascii_keeps_what_it_can_and_gets_a_fingerprint(name, start):
    rest = name_for(name).removeprefix(PREFIX)
    assert rest.startswith(start)
    assert len(rest.removeprefix(start)) == 8


def test_names_that_differ_outside_ascii_only_do_not_share_a_branch():
    assert name_for("Straße") != name_for("Stra€e")


def test_a_name_longer_than_the_limit_is_cut_and_gets_a_fingerprint():
    rest = name_for("x" * 250).removeprefix(PREFIX)
    assert rest.startswith("x" * LONGEST + "-")
    assert len(rest) == LONGEST + 9
    assert name_for("x" * 250) != name_for("x" * 251)


def test_a_name_at_the_limit_is_kept_whole():
    assert name_for("x" * LONGEST) == PREFIX + "x" * LONGEST


@pytest.mark.parametrize("name", WRITTEN, ids=ascii)
def test_git_accepts_every_name(name):
    assert is_accepted_by_git(name_for(name))


@given(st.text(st.characters(exclude_categories=()), max_size=400))
def test_any_text_gives_a_valid_name_and_always_the_same_one(text):
    name = name_for(text)
    assert name == name_for(text)
    assert len(f"{name}.lock".encode()) <= LONGEST_SEGMENT
    rest = name.removeprefix(PREFIX)
    assert rest
    assert set(rest) <= set(string.ascii_lowercase + string.digits + "_-")
    assert "--" not in rest
    assert rest == rest.strip("-")


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_git_accepts_the_name_of_any_text(text):
    assert is_accepted_by_git(name_for(text))


def test_a_name_that_nobody_has_is_free():
    assert free_name(BRANCH, {"main", f"{BRANCH}-2"}) == BRANCH


def test_a_name_that_exists_gets_the_first_free_number():
    assert free_name(BRANCH, {BRANCH}) == f"{BRANCH}-2"
    assert free_name(BRANCH, {BRANCH, f"{BRANCH}-2", f"{BRANCH}-4"}) == f"{BRANCH}-3"


def test_names_that_differ_in_case_only_collide():
    assert free_name("shop", {"Shop"}) == "shop-2"
    assert free_name("shop", {"SHOP", "shop-2"}) == "shop-3"


def test_a_name_that_is_a_folder_of_another_branch_collides():
    assert free_name("a", {"a/b"}) == "a-2"
    assert free_name("a", {"A/b/c", "a-2/x"}) == "a-3"
    assert free_name("a/b", {"a/b/c/d"}) == "a/b-2"


def test_a_name_is_free_beside_longer_ones_that_start_like_it():
    assert free_name("a", {"ab/c", "a-b", "b/a"}) == "a"


@given(st.text("aAb/", min_size=1, max_size=3), st.sets(st.sampled_from(["a", "A", "a-2", "a/b", "a-2/b", "b", "B-2"])))
def test_a_free_name_clashes_with_no_branch_whatever_there_is(wanted, there_is):
    wanted = wanted.replace("/", "")
    name = free_name(wanted or "a", there_is)
    for other in there_is:
        assert name.lower() != other.lower()
        assert not other.lower().startswith(f"{name.lower()}/")


def test_contexts_whose_names_become_the_same_get_different_branches():
    taken: set[str] = set()
    for name in ("pkg.sub", "Pkg.Sub", "pkg-sub"):
        taken.add(free_name(name_for(name), taken))
    assert taken == {f"{PREFIX}pkg-sub", f"{PREFIX}pkg-sub-2", f"{PREFIX}pkg-sub-3"}
