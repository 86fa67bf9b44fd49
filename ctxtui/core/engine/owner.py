"""This process, named so that nobody ever mistakes another one for it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import psutil

from ctxtui.core.domain.lease import Owner

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str:
    """A text that changes with every start of the machine."""
    return _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else str(int(psutil.boot_time()))


def this_process() -> Owner:
    return Owner(
        host=socket.gethostname(),
        boot_id=boot_id(),
        pid=os.getpid(),
        process_start=psutil.Process().create_time(),
    )
