"""Runs and components named by a person: found by their start, refused in a sentence, shown without a repository."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.integration.cli.conftest import git

USAGE = 2
RETRYABLE = 3


@pytest.mark.parametrize(
    "words", [("show",), ("resume",), ("history", "last"), ("stats",), ("export",), ("clean", "x")]
)
def test_without_runs_there_is_nothing_to_name(person, words):
    told = person.types(*words)
    assert (told.code, told.sentence) == (
        USAGE,
        "There are no runs yet: start one with `ctxtui run PACKAGE`, or try `ctxtui demo`.",
    )


def test_a_run_is_named_by_its_start_and_only_by_that_of_one(person):
    person.stores_run("abc111")
    person.stores_run("abc222")
    assert person.types("show", "abc1", "--json").lines[0]["run"] == "abc111"
    assert person.types("show", "last", "--json").lines[0]["run"] == "abc222"
    several = person.types("show", "abc")
    assert (several.code, several.sentence) == (USAGE, "'abc' is the start of several runs: abc222, abc111.")
    unknown = person.types("show", "xyz")
    assert (unknown.code, unknown.sentence) == (
        USAGE,
        "There is no run 'xyz': `ctxtui ls` lists the runs there are.",
    )
    assert (
        person.types("show", "").sentence
        == "RUN is empty: give the start of a run's id, its package's name, or \"last\"."
    )


def test_a_component_is_named_by_the_end_of_its_name_and_refused_with_those_there_are(done):
    assert done.types("history", "last", "money", "--json").code == 0
    for words in (["history", "last", "mony"], ["retry", "last", "mony"], ["skip", "last", "mony"]):
        told = done.types(*words)
        assert told.code == USAGE
        assert told.sentence.endswith("has no component 'mony'; it has shop.stock, shop.money.")


def test_a_name_alone_is_not_told_to_all_agents(done):
    told = done.types("tell", "last", "money")
    assert (told.code, told.sentence) == (USAGE, "What is shop.money to be told? Give the words behind its name.")


def test_a_run_that_did_not_begin_has_no_components_yet(person):
    person.stores_run("abc")
    assert "has no components yet: `ctxtui show abc` says what" in person.types("retry", "abc", "money").sentence
    assert person.types("show", "abc").out.startswith("shop: 0 of 0 components passed, 0 tests (run abc, queued)")
    assert "has not tried any component yet" in person.types("stats", "abc").err


@pytest.fixture
def two_projects(person):
    """Runs `here` and, newer, `there`, in two projects that look alike; a third one has none."""
    person.stores_run("here")
    for name in ("elsewhere", "third"):
        shutil.copytree(person.root, person.folder / name / "shop")
    try:
        person.projects = person.folder / "elsewhere"
        person.stores_run("there")
    finally:
        person.projects = None
    return person


@pytest.mark.parametrize("name", ["last", "shop"])
def test_the_newest_run_is_that_of_the_repository_one_stands_in(two_projects, name):
    assert two_projects.types("show", name, "--json").lines[0]["run"] == "here"
    elsewhere = two_projects.folder / "elsewhere" / "shop"
    assert two_projects.types("show", name, "--json", at=elsewhere).lines[0]["run"] == "there"
    assert two_projects.types("show", "--json", at=two_projects.folder).lines[0]["run"] == "there"


def test_another_projects_newest_run_is_shown_by_name_and_never_acted_on(two_projects):
    third = two_projects.folder / "third" / "shop"
    shown = two_projects.types("show", at=third)
    elsewhere = two_projects.folder / "elsewhere" / "shop"
    assert shown.code == 0
    assert shown.err.startswith(f"note: run there is of another project, shop in {elsewhere}.")
    for words in (("cancel", "last"), ("retry", "last"), ("clean", "last", "--force", "--yes"), ("resume", "last")):
        refused = two_projects.types(*words, at=third)
        assert (refused.code, refused.sentence.partition(":")[0]) == (
            USAGE,
            'This project has no runs, so "last" names none to act on',
        )
    several = two_projects.types("show", "shop", at=third)
    assert several.sentence.startswith("'shop' was run in several other projects: there in ")
    outside = two_projects.types("cancel", "last", at=two_projects.folder)
    assert outside.sentence.startswith('You stand in no project, so "last" names none to act on')


def test_an_id_of_another_project_is_named_with_it(two_projects):
    told = two_projects.types("cancel", "there", "--note", "not mine")
    assert told.err.startswith(f"note: run there is of another project, shop in {two_projects.folder / 'elsewhere'}")


def test_what_clean_removes_is_named_by_project(two_projects):
    for run in ("here", "there"):
        (two_projects.data / "turns" / run).mkdir(parents=True)
        assert two_projects.types("cancel", run).code == 0
    told = two_projects.types("clean", "--ended", "--yes")
    assert told.code == 0
    elsewhere = two_projects.folder / "elsewhere" / "shop"
    lines = [line for line in told.err.splitlines() if not line.startswith("note")]
    assert lines[0] == str(elsewhere)
    assert lines[1].split()[:2] == ["there", "shop"]
    assert lines[2] == str(two_projects.root)
    assert lines[3].split()[:2] == ["here", "shop"]


ASKED = [
    ("resume", "abc", "--headless"),
    ("resume", "abc", "--detach"),
    ("retry", "abc"),
    ("cancel", "abc"),
    ("pause", "abc"),
    ("jobs", "abc", "2"),
    ("finalize", "abc"),
]


def test_a_run_whose_repository_is_gone_can_be_looked_at_but_not_go_on(person):
    person.stores_run("abc")
    person.root.rename(person.folder / "moved")
    for words in ASKED:
        told = person.types(*words, at=person.folder)
        assert told.code == USAGE, words
        assert told.sentence.startswith(f"The repository of run abc is no longer at {person.root}: put it back there")
    for words in (["ls"], ["show"], ["history"], ["export"], ["stats"]):
        assert person.types(*words, at=person.folder).code == 0, words
    (person.folder / "moved").rename(person.root)
    assert git(person.root, "status", "--porcelain") == ""


def test_clean_removes_nothing_where_no_run_has_ended(person):
    told = person.types("clean", "--ended", "--yes")
    assert (told.code, told.err) == (0, "There is nothing to remove.\n")


def test_clean_keeps_what_has_not_ended_unless_it_is_told_to_lose_it(person):
    person.stores_run("abc")
    (person.data / "turns" / "abc").mkdir(parents=True)
    kept = person.types("clean", "abc", "--yes")
    assert kept.code == USAGE
    assert kept.sentence.startswith("Run abc has not ended: finalize or cancel it first, or use --force")
    shutil.rmtree(person.root)
    removed = person.types("clean", "abc", "--force", "--yes", "--json", at=person.folder)
    assert (removed.code, removed.lines) == (0, [{"type": "cleaned", "runs": ["abc"], "bytes": 0}])
    assert not (person.data / "turns" / "abc").exists()
    assert person.types("ls", "--json", at=person.folder).lines[0][0]["run"] == "abc"


def test_clean_gives_back_the_ref_that_kept_the_base_of_a_run_that_left_nothing_else(person):
    assert person.runs("run", "shop", "--headless").code == 0
    assert "refs/ctxtui" in git(person.root, "for-each-ref")
    removed = person.types("clean", "last", "--yes", "--json").lines[0]
    assert len(removed["runs"]) == 1
    assert "refs/ctxtui" not in git(person.root, "for-each-ref")
    assert "There is nothing to remove." in person.types("clean", "last", "--yes").err


def test_clean_without_a_terminal_wants_a_word(done):
    run = done.types("show", "--json").lines[0]["run"]
    (done.data / "turns" / run).mkdir(parents=True, exist_ok=True)
    told = done.types("clean", "--ended", "-q")
    assert (told.code, told.sentence) == (
        USAGE,
        "Without a terminal nobody can be asked: add --yes to remove what was listed.",
    )
    assert (done.data / "turns" / run).exists()
    assert done.types("clean", "--ended", run, "--yes").code == 0
    assert not (done.data / "turns" / run).exists()
    assert "There is nothing to remove." in done.types("clean", "--ended").err
    assert done.types("clean").sentence.startswith("Name runs to clean, or use --ended")


def test_the_interface_needs_a_terminal(person):
    told = person.types()
    assert told.code == USAGE
    assert told.sentence.startswith("The interface needs a terminal; `ctxtui ls`")


def test_a_run_that_has_ended_is_watched_to_its_summary_at_once(done):
    told = done.types("watch", "last", "--json")
    assert told.code == 0
    assert told.lines[-1]["type"] == "summary"
    assert json.loads(told.out.splitlines()[-1])["status"] == "passed"


@pytest.mark.parametrize("words", [("skip", "last", "money"), ("cancel", "last"), ("pause", "last")])
def test_whoever_asks_something_of_a_run_that_is_done_is_told_so_at_once(done, words):
    refused = done.types(*words)
    assert (refused.code, refused.out) == (RETRYABLE, "")
    assert refused.err.startswith("ctxtui: refused: ")
    requests = done.types("history", "last", "--json").lines[0]["requests"]
    assert all(request["answered_at"] for request in requests)


def test_what_all_components_answer_alike_is_said_once_and_one_named_twice_is_asked_once(done):
    words = ("retry", "last", "money", "stock", "money")
    assert done.types(*words).err.count("The run is complete") == 1
    assert [line["granted"] for line in done.types(*words, "--json").lines] == [False, False]
