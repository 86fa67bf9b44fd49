"""`--pr` pushes the branch and opens one pull request, by the program of the place it was pushed to."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.integration.cli.conftest import git

pytestmark = pytest.mark.timeout(600)  # whole runs, one after the other
PROGRAM = """\
#!/bin/sh
echo "$@" >> {log}
case "$1 $2" in
  "{noun} list") cat {there} 2>/dev/null || echo '[]';;
  "{noun} create") echo "Creating" >&2; echo "{address}"; printf '[{{"{key}": "{address}"}}]' > {there};;
esac
"""
FORGES = {
    "gh": ("github.com", "pr", "url", "https://github.com/ana/shop/pull/7"),
    "glab": ("gitlab.example.org", "mr", "web_url", "https://gitlab.example.org/ana/shop/-/merge_requests/7"),
}


def forge(person, program: str, *, installs: bool = True) -> Path:
    """A remote at that place, and its program on the PATH; gives the log of what the program is asked."""
    host, noun, key, address = FORGES[program]
    remote, folder = person.folder / host / "shop.git", person.folder / "programs"
    folder.mkdir()
    git(person.root, "init", "-q", "--bare", str(remote))
    git(person.root, "remote", "add", "origin", str(remote))
    log = folder / "asked"
    if installs:
        text = PROGRAM.format(log=log, there=folder / "there", noun=noun, key=key, address=address)
        (folder / program).write_text(text)
        (folder / program).chmod(0o755)
    person.more["PATH"] = f"{folder}{os.pathsep}{person.environ['PATH']}"
    return log


@pytest.mark.parametrize("program", FORGES)
def test_a_run_ends_with_one_pull_request_however_often_it_is_started(person, program):
    log = forge(person, program)
    noun, address = FORGES[program][1], FORGES[program][3]
    answer = person.types("run", "shop", "--pr", "--json")
    assert answer.code == 0, answer.err
    assert answer.lines[-1]["pull_request"] == address
    branch = answer.lines[-1]["branch"]
    assert branch in git(person.root, "ls-remote", "--heads", "origin")
    asked = log.read_text()
    assert f"{noun} create" in asked
    assert "Add tests for shop (2 components)" in asked
    again = person.types("run", "shop", "--pr", "--json")
    assert again.lines[-1]["pull_request"] == address
    assert log.read_text().count(f"{noun} create") == 1


def test_a_run_that_was_not_proposed_is_proposed_when_it_is_asked_for_later(person):
    log = forge(person, "gh")
    assert person.types("run", "shop", "--json").code == 0
    assert not log.exists()
    answer = person.types("run", "shop", "--pr", "--json")
    assert answer.lines[-1]["pull_request"] == FORGES["gh"][3]
    assert "pr create" in log.read_text()


@pytest.mark.parametrize("words", [("plan",), ("run",)])
def test_a_missing_program_is_refused_before_anything_starts(person, words):
    forge(person, "glab", installs=False)
    answer = person.types(*words, "shop", CTXTUI_PULL_REQUEST="true")
    assert answer.code == 2
    assert "needs the program `glab`: install it from" in answer.sentence
    assert json.loads(person.types("ls", "--json").out or "[]") == []


def test_a_refusal_of_the_forge_is_told_in_its_own_words_and_the_run_can_be_finished_later(person):
    forge(person, "gh")
    program = person.folder / "programs" / "gh"
    right = program.read_text()
    program.write_text("#!/bin/sh\n[ $2 = list ] && echo '[]' && exit 0\necho 'GraphQL: not permitted' >&2\nexit 1\n")
    answer = person.types("run", "shop", "--pr")
    assert answer.code == 3
    assert "No pull request was opened: `gh pr create` said: GraphQL: not permitted" in answer.err + answer.out
    program.write_text(right)
    assert person.types("resume", "last", "--headless").code == 0
    assert FORGES["gh"][3] in json.dumps(person.types("show", "--json").lines)


@pytest.mark.parametrize("option", ["--pr", "--push"])
def test_a_missing_remote_is_refused_before_anything_starts(person, option):
    answer = person.types("run", "shop", option)
    assert answer.code == 2
    assert "There is no remote 'origin'" in answer.sentence
    assert f"leave out {option}" in answer.sentence
