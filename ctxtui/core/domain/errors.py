"""Every error this program raises on purpose: one sentence for a person, and an exit code."""

from __future__ import annotations

import errno
from enum import IntEnum


class ExitCode(IntEnum):
    OK = 0
    INTERNAL = 1
    USAGE = 2
    RETRYABLE = 3
    AGENT_UNAVAILABLE = 4
    FAILED_COMPONENTS = 5
    INTERRUPTED = 130


class CtxtuiError(Exception):
    """The root of them all: `str()` is one clear sentence that says what, where and what to do."""

    exit_code: ExitCode = ExitCode.INTERNAL


class UsageError(CtxtuiError):
    """The words typed, or the configuration, ask for something that cannot be done."""

    exit_code = ExitCode.USAGE


class RepositoryError(CtxtuiError):
    """The git repository is missing, in a state that cannot be used, or git itself failed."""

    exit_code = ExitCode.USAGE


class ToolchainError(CtxtuiError):
    """The package, its interpreter or its test runner cannot be used."""

    exit_code = ExitCode.USAGE


class StoreError(CtxtuiError):
    """The database cannot be opened, read or written."""

    exit_code = ExitCode.RETRYABLE


class NotFoundError(CtxtuiError):
    """Nothing of that name exists in this scope."""

    exit_code = ExitCode.USAGE


class ConflictError(CtxtuiError):
    """The stored state is not what the caller thought: somebody else changed it first."""

    exit_code = ExitCode.RETRYABLE


class UnansweredError(ConflictError):
    """The owner of a run did not answer in time; what was asked stays open."""


class OpenRequestsError(ConflictError):
    """The owner of a run cannot leave it yet: somebody asked something that is not answered."""


class LeaseError(CtxtuiError):
    """Another live process owns the run."""

    exit_code = ExitCode.RETRYABLE


class MachineError(CtxtuiError):
    """The machine itself gives out: no space left, no descriptors, a disk that cannot be written."""

    exit_code = ExitCode.RETRYABLE


class AgentError(CtxtuiError):
    """An agent cannot be launched: not installed, not logged in, or unknown."""

    exit_code = ExitCode.AGENT_UNAVAILABLE


class UnknownAgentError(AgentError):
    """No agent has that name: other words help, and not another installation."""

    exit_code = ExitCode.USAGE


class StepError(CtxtuiError):
    """A step cannot give its command: the session lacks what the step needs."""


OF_MACHINE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO})


def is_of_machine(error: BaseException) -> bool:
    """Whether it would meet every other child too: no space, no descriptors, a disk that cannot be read or written."""
    return isinstance(error, MemoryError | MachineError) or (isinstance(error, OSError) and error.errno in OF_MACHINE)
