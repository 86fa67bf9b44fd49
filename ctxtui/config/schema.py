"""What can be set, with defaults and bounds: the one place a setting is declared."""

from __future__ import annotations

import os
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

Rung = Literal["fence", "collects", "passes", "stable", "covers", "kills"]

Text = Annotated[str, Meta(min_length=1)]
Seconds = Annotated[float, Meta(gt=0, le=604_800)]
Count = Annotated[int, Meta(ge=1, le=100)]
Jobs = Annotated[int, Meta(ge=1, le=256)]
Percent = Annotated[float, Meta(ge=0, le=100)]
Ceiling = Annotated[float, Meta(ge=0, le=10**12)]

_JOBS_BY_DEFAULT = 8
_PROMPT = (
    "A file with an agent's first prompt, in which $component $package $source_path $test_path $owned $checks $specs "
    "$rules $examples $siblings $note are filled in; empty: the built-in prompt"
)
_FIX_PROMPT = (
    "A file with the prompt after a failure, in which $component $package $source_path $test_path $owned $reason "
    "$evidence $note are filled in; empty: the built-in prompt"
)


def _usable_cores() -> int:
    """Cores this process may run on, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _default_jobs() -> int:
    return min(_usable_cores(), _JOBS_BY_DEFAULT)


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of settings."""


class Commit(Section, frozen=True):
    """How the result is committed."""

    mode: Annotated[
        Literal["plumbing", "git"],
        Meta(description="plumbing: always the same commit id, no hooks; git: `git commit` with your hooks"),
    ] = "plumbing"
    sign: Annotated[bool, Meta(description="Sign the commit with your git signing key (needs mode git)")] = False


class Limits(Section, frozen=True):
    """Where a turn or a test run is stopped."""

    agent_seconds: Annotated[Seconds, Meta(description="Longest turn of an agent, in seconds")] = 900.0
    agent_stall_seconds: Annotated[Seconds, Meta(description="Longest silence of an agent, in seconds")] = 300.0
    test_seconds: Annotated[Seconds, Meta(description="Longest single test, in seconds")] = 20.0
    run_seconds: Annotated[Seconds, Meta(description="Longest test run of one component, in seconds")] = 300.0
    file_kb: Annotated[int, Meta(ge=1, le=1_048_576, description="Largest file an agent may add, in kilobytes")] = 1024
    feedback_chars: Annotated[
        int, Meta(ge=200, le=1_000_000, description="Evidence handed to an agent after a failure, in characters")
    ] = 6000


class Ladder(Section, frozen=True):
    """What the checks `covers` and `kills` ask of each component's tests."""

    coverage_floor: Annotated[
        Percent, Meta(description="Least share of a module's lines and branches that its tests reach, in percent")
    ] = 0.0
    mutants: Annotated[
        int, Meta(ge=1, le=1000, description="Most small changes to a module that its tests are tried on")
    ] = 20
    mutants_floor: Annotated[Percent, Meta(description="Least share of those changes to be noticed, in percent")] = 0.0
    mutation_seconds: Annotated[Seconds, Meta(description="Longest time given to those changes, in seconds")] = 30.0


class BudgetLimits(Section, frozen=True):
    """What may be spent; 0 means no ceiling."""

    tokens: Annotated[int, Meta(ge=0, le=10**12, description="Tokens, in and out")] = 0
    cost: Annotated[Ceiling, Meta(description="US dollars")] = 0.0
    seconds: Annotated[Ceiling, Meta(description="Agent time, in seconds")] = 0.0


class Budget(Section, frozen=True):
    """What one component and the whole run may spend."""

    child: BudgetLimits = field(default_factory=BudgetLimits)
    run: BudgetLimits = field(default_factory=BudgetLimits)


class Ui(Section, frozen=True):
    """How the screens look and answer."""

    theme: Annotated[str, Meta(description="Colour theme; empty: follows the terminal")] = ""
    notify: Annotated[bool, Meta(description="Ring when a run ends or needs you")] = True
    mouse: Annotated[bool, Meta(description="Use the mouse")] = True
    keymap: Annotated[dict[str, str], Meta(description="Keys by binding id, such as retry = 'f5'")] = field(
        default_factory=dict
    )


class Settings(Section, frozen=True):
    """Everything that can be set; text settings left empty are worked out when they are needed."""

    agent: Annotated[Text, Meta(description="Who writes the tests; `ctxtui agents` lists them")] = "builtin"
    jobs: Annotated[Jobs, Meta(description="Components worked on at the same time")] = field(
        default_factory=_default_jobs
    )
    max_attempts: Annotated[Count, Meta(description="Passes over one component before a person is asked")] = 3
    max_rounds: Annotated[Count, Meta(description="Passes over all components before a person is asked")] = 3
    interpreter: Annotated[str, Meta(description="Python that runs the project's tests; empty: found by itself")] = ""
    tests_dir: Annotated[str, Meta(description="Where new tests go; empty: where the project has its tests")] = ""
    exclude: Annotated[list[str], Meta(description="Modules left out: names or globs")] = field(default_factory=list)
    test_rules: Annotated[str, Meta(description="A file with the project's rules for tests, shown to agents")] = ""
    prompt: Annotated[str, Meta(description=_PROMPT)] = ""
    fix_prompt: Annotated[str, Meta(description=_FIX_PROMPT)] = ""
    examples: Annotated[int, Meta(ge=0, le=20, description="Existing tests shown to an agent as examples")] = 2
    pytest_plugins: Annotated[list[str], Meta(description="pytest plugins the project's tests need, by name")] = field(
        default_factory=list
    )
    rungs: Annotated[
        list[Rung], Meta(min_length=1, description="Checks on each component's tests; `together` always runs")
    ] = field(default_factory=lambda: ["fence", "collects", "passes", "stable", "covers"])
    partial: Annotated[bool, Meta(description="Finish with what passed instead of asking a person")] = False
    push: Annotated[bool, Meta(description="Push the branch when the run is done")] = False
    remote: Annotated[Text, Meta(description="Where to push to")] = "origin"
    sandbox: Annotated[
        Literal["auto", "require", "off"],
        Meta(description="Keep an agent's writes inside its folder: where possible, always, or never"),
    ] = "auto"
    database: Annotated[str, Meta(description="Where runs are kept: a path or a URL; empty: the data folder")] = ""
    account: Annotated[Text, Meta(description="Whose runs these are, where several people share a database")] = "local"
    priorities: Annotated[
        dict[str, int], Meta(description="What goes first: a number by module name or glob, higher is earlier")
    ] = field(default_factory=dict)
    specs: Annotated[
        dict[str, list[str]], Meta(description="Specifications and user stories: paths by module name")
    ] = field(default_factory=dict)
    commit: Commit = field(default_factory=Commit)
    limits: Limits = field(default_factory=Limits)
    ladder: Ladder = field(default_factory=Ladder)
    budget: Budget = field(default_factory=Budget)
    agents: Annotated[
        dict[str, dict[str, Any]], Meta(description="Agents of your own, or changes to known ones, by name")
    ] = field(default_factory=dict)
    agent_jobs: Annotated[dict[str, Jobs], Meta(description="Components at the same time, by agent name")] = field(
        default_factory=dict
    )
    ui: Ui = field(default_factory=Ui)
