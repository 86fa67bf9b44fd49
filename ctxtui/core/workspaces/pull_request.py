"""Opens a pull request for a pushed branch, by the program of the place that it was pushed to."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.git_process import without_credentials
from ctxtui.core.workspaces.person_repository import PersonRepository

SECONDS = 120.0
_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Opener:
    """A program that opens pull requests: how it is asked for one that is there, and to make one."""

    program: str
    host: str
    install_hint: str
    find: Callable[[str], tuple[str, ...]]
    make: Callable[[str, str, str], tuple[str, ...]]


OPENERS = (
    Opener(
        "gh",
        "github",
        "install it from https://cli.github.com and run `gh auth login`",
        lambda branch: ("pr", "list", "--head", branch, "--state", "all", "--json", "url"),
        lambda branch, title, body: ("pr", "create", "--head", branch, "--title", title, "--body", body),
    ),
    Opener(
        "glab",
        "gitlab",
        "install it from https://gitlab.com/gitlab-org/cli and run `glab auth login`",
        lambda branch: ("mr", "list", "--source-branch", branch, "--all", "--output", "json"),
        lambda branch, title, body: (
            *("mr", "create", "--source-branch", branch, "--title", title, "--description", body, "--yes"),
        ),
    ),
)


def opener_for(person: PersonRepository, remote: str, environ: Mapping[str, str] = os.environ) -> Opener:
    """The program for the remote's host; for a host of one's own, whichever is there. Raises RepositoryError."""
    asked = ("remote", "get-url", "--push", remote)
    url = person.look(*asked, doing=f"Cannot read the remote {remote!r}", accepted=(0, 2, 128))
    if url.status:
        raise RepositoryError(
            f"There is no remote {remote!r} in {person.root} to open a pull request at: name another with the setting "
            "`remote`, or leave out --pr."
        )
    named = [one for one in OPENERS if one.host in url.text.lower()]
    found = next((one for one in named or OPENERS if shutil.which(one.program, path=environ.get("PATH"))), None)
    if found is None:
        wanted = " or ".join(f"`{one.program}`" for one in named or OPENERS)
        hint = (named or OPENERS)[0].install_hint
        raise RepositoryError(
            f"A pull request at {without_credentials(url.text)} needs the program {wanted}: {hint}, or leave out --pr."
        )
    return found


def open_pull_request(person: PersonRepository, branch: str, remote: str, message: str) -> str:
    """The address of the branch's pull request; one that is there is not made again. Raises RepositoryError."""
    opener = opener_for(person, remote)
    known = _addresses(_asked(opener, person.root, opener.find(branch)))
    if known:
        return known
    title, _, body = message.partition("\n")
    told = _asked(opener, person.root, opener.make(branch, title, body.strip()))
    address = _URL.search(told)
    if address is None:
        raise RepositoryError(f"`{opener.program}` opened no pull request for {branch!r}: it said {told[:200]!r}.")
    return address[0]


def _addresses(listed: str) -> str:
    """The address of the first of the listed requests; empty without one."""
    try:
        found = json.loads(listed or "[]")
    except ValueError:
        return ""
    first = found[0] if isinstance(found, list) and found else {}
    return str(first.get("url") or first.get("web_url") or "")


def _asked(opener: Opener, folder: Path, words: tuple[str, ...]) -> str:
    """What the program prints. It is asked as the person would, by their own login, and may ask nothing back."""
    quiet = {"GH_PROMPT_DISABLED": "1", "GH_NO_UPDATE_NOTIFIER": "1", "NO_PROMPT": "1", "NO_COLOR": "1"}
    try:
        done = subprocess.run(
            (opener.program, *words),
            cwd=folder,
            env={**os.environ, **quiet},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RepositoryError(f"`{opener.program} {words[0]} {words[1]}` could not be run: {error}.") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        why = said[-1] if said else f"exit code {done.returncode}"
        raise RepositoryError(f"No pull request was opened: `{opener.program} {words[0]} {words[1]}` said: {why}")
    return done.stdout
