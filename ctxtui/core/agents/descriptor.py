"""An agent as data: what a descriptor may say, and the sentence for one that says something else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from ctxtui.core.domain.errors import UsageError
from ctxtui.core.domain.nearest import nearest
from ctxtui.core.ports.agents import Trouble
from ctxtui.core.typed import converted

PLACEHOLDERS = frozenset(
    {
        "model_args",
        "attempt",
        "component",
        "conversation",
        "conversation_file",
        "model",
        "program",
        "prompt",
        "prompt_file",
        "scratch",
        "source_path",
        "test_path",
        "worktree",
    }
)
"""Names that an argument or an environment value may hold in braces."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class TroubleRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way an agent tells of trouble: an exit code, or a pattern (regular expression, any case) in its errors.

    A group named `seconds` in the pattern is how long to wait, `epoch` is when to come back. `is_forgotten` marks
    errors after which the conversation cannot be continued.
    """

    kind: Trouble
    pattern: str = ""
    exit_codes: tuple[int, ...] = ()
    is_forgotten: bool = False


class Descriptor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An agent: `command`, then `turn_args` on a first turn or `resume_args` on a later one. Never a shell.

    `prompt` says how the prompt gets there. `conversation` says where its id comes from: `minted` here, `reported`
    by the agent, or `none`; an agent without `resume_args` starts afresh each turn. `usage` and `cost` say what the
    agent's figures count, so that nothing is counted twice. `state_dirs` are the agent's own folders (from `~` or a
    `$VARIABLE`), which a sandbox leaves writable; an agent that `has_own_sandbox` is not put into another, where its
    own would fail.

    Agents with the same `account` (the program, unless it is given) and the same keys share its limits.

    `version_args` ask the program for its version; without them it is asked nothing.

    `env` is set for the agent whatever it was; `env_defaults` only where you have not set such a variable yourself.

    `open_command` opens a conversation in a terminal, for a person to go on with; its `{program}` is the agent's own.

    Records of the types in `repeating` only repeat what a later record says whole, growing with every word: they
    stay in the turn's output file and are not stored.

    `own_records` are patterns of the file in which the agent keeps a conversation for itself, for what its output
    leaves out; a pattern with a variable that is not set stands for nothing. `own_format` is how that file is
    written, where that is not named as the format of the output.

    `spoiled_by` is a pattern of what the program says in its errors when its start went wrong in a way that it does not
    notice itself: it is ended and started again.

    For agents of the Agent Client Protocol: `mode` is the session mode they are put in, `login_method` a way to log
    in without a person. They may always read, and write to the turn's own paths; `permission` is about commands and
    the rest, which `fence` allows inside a sandbox only.
    """

    command: tuple[str, ...]
    driver: Literal["plain", "jsonl", "acp"] = "plain"
    title: str = ""
    account: str = ""
    format: str = "text"
    repeating: tuple[str, ...] = ()
    turn_args: tuple[str, ...] = ()
    resume_args: tuple[str, ...] = ()
    open_command: tuple[str, ...] = ()
    model: str = ""
    model_args: tuple[str, ...] = ()
    prompt: Literal["stdin", "argument", "protocol"] = "stdin"
    conversation: Literal["none", "minted", "reported"] = "none"
    is_bound_to_folder: bool = False
    usage: Literal["per_turn", "per_step", "cumulative_thread", "cumulative_process", "last_call"] = "per_turn"
    cost: Literal["none", "per_turn", "per_step", "cumulative_thread", "cumulative_process"] = "none"
    version_args: tuple[str, ...] = ()
    install_hint: str = ""
    login_hint: str = ""
    env: dict[str, str] = {}
    env_defaults: dict[str, str] = {}
    env_passthrough: tuple[str, ...] = ()
    state_dirs: tuple[str, ...] = ()
    has_own_sandbox: bool = False
    own_records: tuple[str, ...] = ()
    own_format: str = ""
    spoiled_by: str = ""
    permission: Literal["fence", "allow", "deny"] = "fence"
    mode: str = ""
    login_method: str = ""
    trouble: tuple[TroubleRule, ...] = ()


def what_was_meant(word: str, known: tuple[str, ...]) -> str:
    """A question naming the nearest known word, or a list of all of them."""
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else f"known are {', '.join(sorted(known))}."


def parse_descriptor(name: str, raw: Mapping[str, object]) -> Descriptor:
    """Raises UsageError with a sentence that names the agent and the key."""
    _refuse_unknown_keys(f"agent `{name}`", raw, Descriptor)
    rules = raw.get("trouble")
    for rule in rules if isinstance(rules, list | tuple) else ():
        if isinstance(rule, Mapping):
            _refuse_unknown_keys(f"a trouble rule of agent `{name}`", rule, TroubleRule)
    try:
        descriptor = converted(raw, Descriptor)
    except msgspec.ValidationError as error:
        raise UsageError(f"The description of agent `{name}` is not right: {error}.") from error
    _check_sense(name, descriptor)
    return descriptor


def _refuse_unknown_keys(where: str, raw: Mapping[str, object], shape: type[msgspec.Struct]) -> None:
    for key in raw:
        if key not in shape.__struct_fields__:
            raise UsageError(
                f"The description of {where} has an unknown key `{key}`: {what_was_meant(key, shape.__struct_fields__)}"
            )


def _check_sense(name: str, descriptor: Descriptor) -> None:
    if not descriptor.command:
        raise UsageError(f"The description of agent `{name}` has an empty `command`: name the program to run.")
    texts = (*descriptor.command, *descriptor.turn_args, *descriptor.resume_args, *descriptor.model_args)
    texts = (*texts, *descriptor.open_command)
    for text in (*texts, *descriptor.env.values()):
        for word in _PLACEHOLDER.findall(text):
            if word not in PLACEHOLDERS:
                raise UsageError(
                    f"The description of agent `{name}` uses an unknown placeholder {{{word}}}: "
                    f"{what_was_meant(word, tuple(PLACEHOLDERS))}"
                )
    for pattern in (*(rule.pattern for rule in descriptor.trouble), descriptor.spoiled_by):
        try:
            re.compile(pattern)
        except re.error as error:
            raise UsageError(
                f"The description of agent `{name}` has a pattern {pattern!r} that is no regular expression: {error}."
            ) from error


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; values are never looked at again for further placeholders."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
