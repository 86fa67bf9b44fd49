"""What can be set, and within which bounds: the one place a setting is declared.

What a run is started with has its defaults in the domain, where the run keeps it. Annotations are no texts here: they
would be evaluated each time that the settings are read.
"""

import os
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct, field

from ctxtui.core.domain import plan
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.rung import CHILD_RUNGS, USUAL_RUNGS

if TYPE_CHECKING:
    RungName: TypeAlias = str
else:
    RungName = Literal[tuple(str(rung) for rung in CHILD_RUNGS)]

Text = Annotated[str, Meta(min_length=1)]
Variable = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Seconds = Annotated[float, Meta(gt=0, le=604_800)]
Count = Annotated[int, Meta(ge=1, le=100)]
Jobs = Annotated[int, Meta(ge=1, le=plan.MOST_JOBS)]
Percent = Annotated[float, Meta(ge=0, le=100)]
Ceiling = Annotated[float, Meta(ge=0, le=10**12)]

_JOBS_BY_DEFAULT = 8
_LIMITS, _LADDER, _BUDGET = plan.Limits(), plan.LadderLimits(), plan.Budget()
_RETRY, _EXECUTOR = RetryPolicy(), plan.ExecutorPlan()
_PROMPT = (
    "A file with an agent's first prompt, in which $component $package $source_path $test_path $owned $checks $specs "
    "$present $rules $conventions $examples $siblings $neighbours $note are filled in; empty: the built-in prompt"
)
_FIX_PROMPT = (
    "A file with the prompt after a failure, in which $component $package $source_path $test_path $owned $reason "
    "$evidence $task $note are filled in; empty: the built-in prompt"
)


def usable_cores() -> int:
    """Cores this process may run on, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _default_jobs() -> int:
    return min(usable_cores(), _JOBS_BY_DEFAULT)


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of settings."""


class Commit(Section, frozen=True):
    """How the result is committed."""

    mode: Annotated[
        Literal["plumbing", "git"],
        Meta(description="plumbing: always the same commit id, no hooks; git: `git commit` with your hooks"),
    ] = "plumbing"
    sign: Annotated[bool, Meta(description="Sign the commit with your git signing key, with or without mode git")] = (
        False
    )


class Hooks(Section, frozen=True):
    """Commands of yours, each a list of words. They are told CTXTUI_RUN, CTXTUI_PACKAGE, CTXTUI_BRANCH and more."""

    on_done: Annotated[list[Text], Meta(description="Run when a run has ended with its branch")] = field(
        default_factory=list
    )
    on_needs_you: Annotated[list[Text], Meta(description="Run when a run waits for you")] = field(default_factory=list)


class Limits(Section, frozen=True):
    """Where a turn or a test run is stopped."""

    agent_seconds: Annotated[Seconds, Meta(description="Longest turn of an agent, in seconds")] = _LIMITS.agent_seconds
    agent_stall_seconds: Annotated[Seconds, Meta(description="Longest silence of an agent, in seconds")] = (
        _LIMITS.agent_stall_seconds
    )
    test_seconds: Annotated[Seconds, Meta(description="Longest single test, in seconds")] = _LIMITS.test_seconds
    run_seconds: Annotated[Seconds, Meta(description="Longest test run of one component, in seconds")] = (
        _LIMITS.run_seconds
    )
    file_kb: Annotated[int, Meta(ge=1, le=1_048_576, description="Largest file an agent may add, in kilobytes")] = (
        _LADDER.file_bytes // 1024
    )
    feedback_chars: Annotated[
        int, Meta(ge=200, le=1_000_000, description="Evidence handed to an agent after a failure, in characters")
    ] = _LIMITS.feedback_chars


class Ladder(Section, frozen=True):
    """What the checks `covers` and `kills` ask of each component's tests."""

    coverage_floor: Annotated[
        Percent, Meta(description="Least share of a module's lines and branches that its tests reach, in percent")
    ] = _LADDER.coverage_floor
    mutants: Annotated[
        int, Meta(ge=1, le=1000, description="Most small changes to a module that its tests are tried on")
    ] = _LADDER.mutants
    mutants_floor: Annotated[Percent, Meta(description="Least share of those changes to be noticed, in percent")] = (
        _LADDER.mutants_floor
    )
    mutation_seconds: Annotated[Seconds, Meta(description="Longest time given to those changes, in seconds")] = (
        _LADDER.mutation_seconds
    )


class BudgetLimits(Section, frozen=True):
    """What may be spent; 0 means no ceiling."""

    tokens: Annotated[int, Meta(ge=0, le=10**12, description="Tokens, in and out")] = _BUDGET.tokens
    cost: Annotated[Ceiling, Meta(description="US dollars")] = _BUDGET.cost
    seconds: Annotated[Ceiling, Meta(description="Agent time, in seconds")] = _BUDGET.seconds


class DayLimits(Section, frozen=True):
    """What all runs of the account together may spend from midnight to midnight; 0 means no ceiling."""

    tokens: Annotated[int, Meta(ge=0, le=10**12, description="Tokens, in and out")] = 0
    cost: Annotated[Ceiling, Meta(description="US dollars")] = 0.0


class Budget(Section, frozen=True):
    """What one component, the whole run and all runs of a day may spend."""

    child: BudgetLimits = field(default_factory=BudgetLimits)
    run: BudgetLimits = field(default_factory=BudgetLimits)
    day: DayLimits = field(default_factory=DayLimits)


class Builtin(Section, frozen=True):
    """How the embedded agent works."""

    effort: Annotated[
        Literal["quick", "normal", "thorough"],
        Meta(description="Time it takes to try a module's functions and classes, in proportion to the module"),
    ] = "normal"


class Executor(Section, frozen=True):
    """Where components are worked on."""

    kind: Annotated[Literal["local", "dask"], Meta(description="This machine, or the workers of a Dask cluster")] = (
        _EXECUTOR.kind
    )
    scheduler: Annotated[str, Meta(description="The Dask scheduler's address, such as tcp://host:8786")] = ""
    python: Annotated[
        str, Meta(description="The project's interpreter at the workers, in the checkout or absolute; empty: as here")
    ] = ""
    setup: Annotated[
        list[str], Meta(description="A command that makes it, run once per worker in the checkout, as a list of words")
    ] = field(default_factory=list)
    worker_jobs: Annotated[
        int,
        Meta(ge=0, le=256, description="Agents at work at the same time at one worker; 0: as many as its threads"),
    ] = 0


class Ui(Section, frozen=True):
    """How the screens look and answer."""

    theme: Annotated[str, Meta(description="Colour theme; empty: follows the terminal")] = ""
    notify: Annotated[bool, Meta(description="Ring when a run ends or needs you")] = True
    mouse: Annotated[bool, Meta(description="Use the mouse")] = True
    commands: Annotated[
        dict[str, str],
        Meta(description="Programs of your own by key, in a module's working area: g = 'lazygit -p $WORKTREE'"),
    ] = field(default_factory=dict)
    keymap: Annotated[
        dict[str, str], Meta(description="Keys by their names, which `ctxtui config keys` lists: run.retry = 'f5'")
    ] = field(default_factory=dict)


class Settings(Section, frozen=True):
    """Everything that can be set; text settings left empty are worked out when they are needed."""

    agent: Annotated[Text, Meta(description="Who writes the tests; `ctxtui agents` lists them")] = "builtin"
    escalate: Annotated[
        list[Text], Meta(description="Agents that take over, in this order, where the one before used up its attempts")
    ] = field(default_factory=list)
    jobs: Annotated[Jobs, Meta(description="Agents at work at the same time")] = field(default_factory=_default_jobs)
    max_attempts: Annotated[Count, Meta(description="Passes over one component before a person is asked")] = (
        _RETRY.max_attempts
    )
    best_of: Annotated[
        int, Meta(ge=1, le=10, description="Tries at each component, of which the tests that notice most are kept")
    ] = 1
    max_rounds: Annotated[Count, Meta(description="Passes over all components before a person is asked")] = (
        _RETRY.max_rounds
    )
    interpreter: Annotated[str, Meta(description="Python that runs the project's tests; empty: found by itself")] = ""
    tests_dir: Annotated[str, Meta(description="Where new tests go; empty: where the project has its tests")] = ""
    exclude: Annotated[list[str], Meta(description="Modules left out: names or globs")] = field(default_factory=list)
    test_rules: Annotated[str, Meta(description="A file with the project's rules for tests, shown to agents")] = ""
    prompt: Annotated[str, Meta(description=_PROMPT)] = ""
    fix_prompt: Annotated[str, Meta(description=_FIX_PROMPT)] = ""
    examples: Annotated[int, Meta(ge=0, le=20, description="Existing tests shown to an agent as examples")] = (
        plan.EXAMPLES
    )
    pytest_plugins: Annotated[list[str], Meta(description="pytest plugins the project's tests need, by name")] = field(
        default_factory=list
    )
    pass_env: Annotated[
        list[Variable], Meta(description="Variables of your shell that tests and imports need, by name")
    ] = field(default_factory=list)
    rungs: Annotated[
        list[RungName],
        Meta(
            min_length=1,
            description="Checks on each component's tests; `together` always runs; with `specs`, `stories` too",
        ),
    ] = field(default_factory=lambda: [str(rung) for rung in USUAL_RUNGS])
    execution_mode: Annotated[
        Literal["auto", "manual"],
        Meta(description="auto: a run takes its steps by itself; manual: each waits for `ctxtui step`"),
    ] = "auto"
    language: Annotated[Text, Meta(description="The language whose tools discover modules and run tests")] = "python"
    session_type: Annotated[Text, Meta(description="What a run does: a session type by its name")] = "context_testing"
    partial: Annotated[bool, Meta(description="Finish with what passed instead of asking a person")] = False
    push: Annotated[bool, Meta(description="Push the branch when the run is done")] = False
    remote: Annotated[Text, Meta(description="Where to push to")] = plan.REMOTE
    pull_request: Annotated[bool, Meta(description="Push, and open a pull request by `gh` or `glab`")] = False
    sandbox: Annotated[
        Literal["auto", "require", "off"],
        Meta(description="Keep an agent's writes inside its folder: where possible, always, or never"),
    ] = "auto"
    database: Annotated[str, Meta(description="Where runs are kept: a path or a URL; empty: the data folder")] = ""
    account: Annotated[Text, Meta(description="Whose runs these are, where several people share a database")] = "local"
    priorities: Annotated[
        dict[str, int],
        Meta(description="What goes first: a number by module name or glob, higher is earlier; without one, 0 to 1000"),
    ] = field(default_factory=dict)
    specs: Annotated[
        dict[str, list[str]], Meta(description="Specifications and user stories: paths by module name")
    ] = field(default_factory=dict)
    commit: Commit = field(default_factory=Commit)
    hooks: Hooks = field(default_factory=Hooks)
    limits: Limits = field(default_factory=Limits)
    ladder: Ladder = field(default_factory=Ladder)
    budget: Budget = field(default_factory=Budget)
    agents: Annotated[
        dict[str, dict[str, Any]], Meta(description="Agents of your own, or changes to known ones, by name")
    ] = field(default_factory=dict)
    prices: Annotated[
        dict[str, Annotated[list[float], Meta(min_length=3, max_length=3)]],
        Meta(description="US dollars a million tokens of a model: read fresh, read from a cache, written"),
    ] = field(default_factory=dict)
    agent_jobs: Annotated[dict[str, Jobs], Meta(description="Jobs that an agent gets at most, by its name")] = field(
        default_factory=dict
    )
    executor: Executor = field(default_factory=Executor)
    builtin: Builtin = field(default_factory=Builtin)
    ui: Ui = field(default_factory=Ui)
