"""What of a project's `addopts` would spoil a proof, and is switched off by name; everything else stays in force."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Spoiler:
    """Options that a proof does without: `flags` stand alone, `valued` take a value, `open` ones may.

    A name that ends in `*` stands for all that begin so.
    """

    why: str
    flags: tuple[str, ...] = ()
    valued: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


PARALLEL = "run in parallel"
COVERAGE = "measure coverage"
AGAIN = "run failed tests again"
STOP = "stop at a failure"
EARLIER = "choose tests by an earlier run"
ORDER = "change the order"
BROWSER = "open a browser"
REPORT = "write reports"
CHECKS = "check more than tests"
DEBUGGER = "stop in a debugger"
PRINT = "change what is printed"
SPOILERS = (
    Spoiler(PARALLEL, ("-f", "--looponfail", "--forked"), ("-n", "--numprocesses", "--dist", "--maxprocesses")),
    Spoiler(PARALLEL, (), ("--tx", "--px", "--max-worker-restart", "--parallel", "--workers")),
    Spoiler(COVERAGE, ("--no-cov*", "--cov-append", "--cov-branch", "--cov-reset"), ("--cov-*",), ("--cov",)),
    Spoiler(AGAIN, ("--force-flaky",), ("--reruns*", "--only-rerun", "--rerun-except", "--count", "--max-runs")),
    Spoiler(AGAIN, ("--no-flaky-report", "--flake-finder"), ("--min-passes", "--flake-*")),
    Spoiler(STOP, ("-x", "--exitfirst", "--sw", "--stepwise*"), ("--maxfail",)),
    Spoiler(EARLIER, ("--lf", "--last-failed", "--ff", "--failed-first", "--nf", "--new-first", "--cache-clear")),
    Spoiler(EARLIER, ("--testmon*", "--picked"), ("--lfnf",)),
    Spoiler(ORDER, ("--randomly-dont*", "--random-order", "--reverse"), ("--randomly-seed", "--random-order-*")),
    Spoiler(BROWSER, ("--headed",), ("--slowmo", "--video", "--screenshot", "--tracing", "--driver*")),
    Spoiler(REPORT, ("--self-contained-html", "--snapshot-update", "--force-regen", "--regen-all", "--json-report")),
    Spoiler(REPORT, ("--benchmark-autosave",), ("--junit*", "--html", "--json*", "--report-log", "--alluredir")),
    Spoiler(REPORT, (), ("--md-report*", "--benchmark-save*", "--benchmark-json", "--log-file", "--pastebin", "--css")),
    Spoiler(CHECKS, ("--mypy*", "--ruff*", "--black", "--flake8", "--flakes", "--isort", "--pylint", "--pycodestyle")),
    Spoiler(DEBUGGER, ("--pdb", "--trace"), ("--pdbcls",), ("--debug",)),
    Spoiler(PRINT, ("-v*", "-q*", "--verbose", "--quiet", "--no-header", "--no-summary", "--force-sugar", "--pretty")),
    Spoiler(PRINT, (), ("-r*", "--tb", "--color", "--code-highlight", "--durations*", "--show-capture", "--verbosity")),
    Spoiler(PRINT, (), ("--basetemp",)),
)
"""Options of pytest and of its known plugins."""

UNTOLD = frozenset({PRINT})
"""What changes no verdict is switched off without a word."""
QUIET_PLUGINS: Mapping[str, str] = {
    "randomly": ORDER,
    "reverse": ORDER,
    "enabler": CHECKS,
    "sugar": PRINT,
    "pretty": PRINT,
    "pytest_pretty": PRINT,
    "rich": PRINT,
    "icdiff": PRINT,
    "clarity": PRINT,
}
"""Plugins, by entry point, that act by merely being installed."""
NEUTRAL_SETTINGS: Mapping[str, str] = {"rerunfailures": "reruns=0", "timeout": "timeout=0"}
"""Settings that keep a plugin from acting without an option, by entry point."""
TAKES_PATH = frozenset({"-c", "--config-file", "--rootdir", "--confcutdir", "--ignore", "--ignore-glob", "--deselect"})
FLAGS = frozenset({"--strict-markers", "--strict-config", "--strict", "--doctest-modules", "-s", "-l", "--showlocals"})


@dataclass(frozen=True, slots=True)
class Options:
    """`kept` is the project's `addopts` without what spoils a proof; `switched_off` says each option and why."""

    kept: tuple[str, ...] = ()
    switched_off: Mapping[str, str] = field(default_factory=dict)

    @property
    def plugins(self) -> tuple[str, ...]:
        """What is given with `-p`."""
        words = iter(self.kept)
        named = [next(words, "") if word == "-p" else word[2:] for word in words if word[:2] == "-p"]
        return tuple(name for name in named if name)

    def values_of(self, name: str) -> list[str]:
        """The values that such a long option is given with, in order."""
        given = [
            value if word == name else word.partition("=")[2]
            for word, value in pairwise([*self.kept, ""])
            if word == name or word.startswith(name + "=")
        ]
        return [value for value in given if value]

    def value_of(self, name: str) -> str:
        """The value of the last such long option, empty when it is not given."""
        return (self.values_of(name) or [""])[-1]


def read_options(value: object, folder: Path) -> Options:
    """`value` is `addopts` as a settings file has it, `folder` the one that paths in it start from."""
    words = [str(word) for word in value] if isinstance(value, list) else _split(str(value or ""))
    kept: list[str] = []
    off: dict[str, str] = {}
    while words:
        word = words.pop(0)
        spoiler, names = _spoiler(word)
        if spoiler is None:
            if not _is_path(word, kept, folder):
                kept.append(word)
            continue
        has_value = "=" in word or (word[:2] != "--" and len(word) > len("-n"))
        is_valued = names is spoiler.valued or (names is spoiler.open and words[:1] and words[0][:1] != "-")
        shown = f"{word} {words.pop(0)}" if is_valued and words and not has_value else word
        if spoiler.why not in UNTOLD:
            off[shown] = spoiler.why
    return Options(tuple(kept), off)


def choosing(options: Sequence[str]) -> str:
    """The options among them that choose tests by mark or name, as they would be typed."""
    apart = [joined((word, value)) for word, value in pairwise([*options, ""]) if word in {"-m", "-k"}]
    return " ".join([*apart, *(word for word in options if word[:2] in {"-m", "-k"} and len(word) > len("-m"))])


def joined(options: Sequence[str]) -> str:
    return shlex.join(options)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _spoiler(word: str) -> tuple[Spoiler | None, tuple[str, ...]]:
    """The family that an option is of, and the one of its lists that names it."""
    name = word.partition("=")[0]
    for spoiler in SPOILERS:
        for names in (spoiler.flags, spoiler.valued, spoiler.open):
            if any(_is_called(name, known) for known in names):
                return spoiler, names
    return None, ()


def _is_called(name: str, known: str) -> bool:
    """`-n4` is called `-n`, whose value is glued to it."""
    if known.endswith("*"):
        return name.startswith(known[:-1])
    return name == known or (known == "-n" and name[:2] == "-n" and name[2:].isalnum())


def _is_path(word: str, before: Sequence[str], folder: Path) -> bool:
    """Whether this names tests to run: the run names its own."""
    if word.startswith("-") or (before and before[-1] in TAKES_PATH):
        return False
    is_value = bool(before) and before[-1].startswith("-") and "=" not in before[-1] and before[-1] not in FLAGS
    return not is_value and (folder / word.partition("::")[0]).exists()


def told(off: Mapping[str, str]) -> Iterator[str]:
    """`-n auto (run in parallel)`, one a reason."""
    for why in dict.fromkeys(off.values()):
        options = [option for option, its_reason in off.items() if its_reason == why]
        yield f"{', '.join(options)} ({why})"
