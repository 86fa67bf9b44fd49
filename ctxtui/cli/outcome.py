"""What the program ends with: an exit code, and one sentence where something went wrong."""

from __future__ import annotations

import errno
import os
import sys
import traceback
import uuid

from ctxtui.cli.output.streams import mute
from ctxtui.cli.shell import Shell
from ctxtui.config import data_dir
from ctxtui.core.domain.errors import CtxtuiError, ExitCode


def exit_code_of(error: BaseException) -> int:
    """Tells what went wrong, where there is somebody to tell."""
    match error:
        case SystemExit():
            # click's way to say that whoever read the output has had enough, or that a shell's completion is done.
            return int(ExitCode.OK)
        case CtxtuiError():
            return complained(str(error), error.exit_code)
        case KeyboardInterrupt():
            return complained("interrupted", ExitCode.INTERRUPTED)
        case OSError(errno=errno.ENOSPC):
            mute(sys.stdout)
            return complained("the disk is full: free some space and try again", ExitCode.RETRYABLE)
        case OSError(errno=errno.EACCES | errno.EPERM | errno.EROFS, filename=str() as place, strerror=reason):
            return complained(f"{place} cannot be used ({reason}): check its permissions", ExitCode.USAGE)
        case _:
            return complained(_report(error), ExitCode.INTERNAL)


def complained(sentence: str, code: ExitCode) -> int:
    Shell().complain(f"ctxtui: {sentence}")
    return int(code)


def _report(error: BaseException) -> str:
    """Keeps the details of a fault of ours among the logs, and says where."""
    told = f"something went wrong inside ctxtui ({type(error).__name__}: {error})."
    path = data_dir(os.environ) / "logs" / f"fault-{uuid.uuid4().hex[:12]}.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        traceback.print_exception(error)
        return told
    return f"{told} The details are in {path}"
