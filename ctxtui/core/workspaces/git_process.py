"""Runs git: explicit folders, a clean environment, no prompts, and errors as sentences."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, BinaryIO, cast

from ctxtui.core.domain.errors import OF_MACHINE, ExitCode, MachineError, RepositoryError

if TYPE_CHECKING:
    from git import Git

OLDEST_GIT = (2, 36)
LOOK_TIMEOUT = 120.0
WORK_TIMEOUT = 1800.0
"""Seconds: for what should be instant, and for what may move a whole repository or run a person's hooks."""

TAIL_LINES = 6
GIT_DIR = "--git-dir="

UNATTENDED = {
    "GIT_TERMINAL_PROMPT": "0",
    "SSH_ASKPASS_REQUIRE": "never",
    "GIT_EDITOR": "true",
    "GIT_PAGER": "cat",
    # English messages, yet UTF-8 for the hooks and filters that git starts.
    "LC_ALL": "C.UTF-8",
}

NOT_REPORTED_AS_LOCAL = (
    "GIT_QUARANTINE_PATH",
    "GIT_NAMESPACE",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_REFLOG_ACTION",
    "GIT_INDEX_VERSION",
    "GIT_DEFAULT_HASH",
    "GIT_DEFAULT_REF_FORMAT",
    "GIT_TEMPLATE_DIR",
)
"""Variables that bend git's behaviour, or mean a hook's surroundings, beside those git itself lists as local."""

SETTINGS_BY_ENVIRONMENT = ("GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS")
"""How containers and CI give safe.directory or credentials; git passes both on to submodules as well."""

INTERNAL = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
)
"""Options of every operation that is not a person's own: no hook, no daemon, no housekeeping."""


@dataclass(frozen=True, slots=True)
class GitOutput:
    status: int
    stdout: bytes
    stderr: str

    @property
    def text(self) -> str:
        """The output without its last newline; bytes that are not UTF-8 survive as surrogates."""
        return os.fsdecode(self.stdout).removesuffix("\n")

    @property
    def records(self) -> tuple[str, ...]:
        """The NUL-terminated records of a `-z` listing."""
        return tuple(os.fsdecode(record) for record in self.stdout.split(b"\0") if record)


class GitFailure(RepositoryError):  # noqa: N818 - it is one kind of RepositoryError, told apart inside this package
    """Git ended with a failure: what it was asked to do, and its own last words."""

    def __init__(self, doing: str, output: GitOutput) -> None:
        self.output = output
        super().__init__(f"{doing}: {last_words(output) or f'git ended with status {output.status}'}")


class GitWithoutMeans(GitFailure, MachineError):  # noqa: N818 - as above
    """Git failed for what the machine lacks: it would fail for every other child, too."""

    exit_code = ExitCode.RETRYABLE


def _failure(doing: str, output: GitOutput, arguments: Sequence[str]) -> GitFailure:
    """Git does not always say why it could not write a file: then its folder's disk is looked at."""
    if any(os.strerror(number) in output.stderr for number in OF_MACHINE):
        return GitWithoutMeans(doing, output)
    if any(_is_full(folder) for folder in _folders(arguments)):
        return GitWithoutMeans(f"The disk is full. {doing}", output)
    return GitFailure(doing, output)


def _folders(arguments: Sequence[str]) -> Iterator[str]:
    """Where git is told to work: `-C FOLDER`, `--git-dir=FOLDER`."""
    for word, following in zip(arguments, (*arguments[1:], ""), strict=True):
        if word == "-C":
            yield following
        elif word.startswith(GIT_DIR):
            yield word.removeprefix(GIT_DIR)


def _is_full(folder: str) -> bool:
    try:
        return os.statvfs(folder).f_bavail == 0
    except OSError:
        return False


def without_credentials(text: str) -> str:
    return re.sub(r"(://)[^/@\s]+@", r"\1***@", text)


def printable(path: str) -> str:
    """A path as text that any store or terminal takes: bytes that are not UTF-8 become escapes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def last_words(output: GitOutput) -> str:
    """The end of what git, or a hook that it ran, had to say, without the last full stop: a sentence goes on."""
    said = f"{output.text}\n{output.stderr}" if output.stderr else output.text
    lines = [line.rstrip() for line in said.splitlines() if line.strip() and not line.startswith("hint:")]
    return printable(without_credentials("; ".join(lines[-TAIL_LINES:]))).removesuffix(".")


@cache
def _local_variables() -> tuple[str, ...]:
    listed = _execute(["git", "rev-parse", "--local-env-vars"], {}, None, LOOK_TIMEOUT)
    return (*listed.text.split(), *NOT_REPORTED_AS_LOCAL)


def _leaking() -> list[str]:
    return [name for name in _local_variables() if name in os.environ]


def given_settings() -> Mapping[str, str]:
    """The settings that a person gave by environment variables: they count in their own repository only."""
    return {name: os.environ[name] for name in SETTINGS_BY_ENVIRONMENT if name in os.environ}


def bare_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a git that this module does not run itself."""
    leaking = _leaking()
    return {**{name: value for name, value in os.environ.items() if name not in leaking}, **UNATTENDED, **extra}


def run_git(
    arguments: Sequence[str],
    *,
    doing: str,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float = LOOK_TIMEOUT,
    accepted: tuple[int, ...] = (0,),
) -> GitOutput:
    """One git command. `doing` begins the sentence of the GitFailure when its status is not an accepted one."""
    variables = {**UNATTENDED, **(env or {})}
    leaked = [name for name in _leaking() if name not in variables]
    unset = ["env", *(word for name in leaked for word in ("-u", name))] if leaked else []
    with tempfile.TemporaryFile() as source:
        source.write(stdin)
        source.seek(0)
        output = _execute([*unset, "git", *arguments], variables, cast("BinaryIO", source), timeout)
    if output.status not in accepted:
        raise _failure(doing, output, arguments)
    return output


def _execute(command: list[str], env: Mapping[str, str], stdin: BinaryIO | None, timeout: float) -> GitOutput:
    try:
        # A terminal's Ctrl-C must not stop git halfway, and ssh must not ask on the terminal: own process session.
        result = _git().execute(
            command,
            istream=stdin,
            env=env,
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
            kill_after_timeout=timeout,
            start_new_session=True,
        )
        status, stdout, stderr = cast("tuple[int, bytes, str | bytes]", result)
    except (FileNotFoundError, ImportError) as error:
        raise _git_is_missing() from error
    except OSError as error:
        raise RepositoryError(f"Cannot start git: {error.strerror or error}.") from error
    except Exception as error:
        if type(error).__name__ == "GitCommandNotFound":
            raise _git_is_missing() from error
        raise
    said = stderr.decode("utf-8", "surrogateescape") if isinstance(stderr, bytes) else stderr
    return GitOutput(status, stdout, said)


def _git() -> Git:
    # GitPython looks for git when it is imported, and costs the first frame a quarter of a second.
    from git import Git  # noqa: PLC0415 - see above

    return Git()


def _git_is_missing() -> RepositoryError:
    needed = ".".join(map(str, OLDEST_GIT))
    return RepositoryError(f"git was not found: install git {needed} or newer and put it on the PATH.")


@cache
def _version() -> tuple[int, ...]:
    words = _execute(["git", "version"], {}, None, LOOK_TIMEOUT).text
    found = re.search(r"(\d+)\.(\d+)", words)
    if found is None:
        raise RepositoryError(f"Cannot tell the version of git from {words!r}: install git from git-scm.com.")
    return tuple(int(part) for part in found.groups())


def require_git() -> None:
    """Raises RepositoryError when git is missing or too old."""
    if _version() < OLDEST_GIT:
        have, need = (".".join(map(str, version)) for version in (_version(), OLDEST_GIT))
        raise RepositoryError(f"git {have} is too old: install git {need} or newer.")
