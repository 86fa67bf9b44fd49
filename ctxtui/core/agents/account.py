"""Which account an agent works on: its limits are shared by everything that uses the same one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import PurePath

from ctxtui.core.agents.descriptor import Descriptor

TELLING = ("*_API_KEY", "*_TOKEN", "*_AUTH*", "*_CONFIG_DIR", "*_BASE_URL", "CODEX_HOME", "AWS_PROFILE")
"""Variables that decide whose account is used; of others an agent may have many that say nothing of it."""


def account_name(descriptor: Descriptor, environ: Mapping[str, str]) -> str:
    """The program's name and a fingerprint of the keys it would use: the same for all runs of one account."""
    program = descriptor.account or PurePath(descriptor.command[0]).name
    given = {**environ, **descriptor.env}
    keys = {
        name: value
        for name, value in given.items()
        if any(fnmatchcase(name, pattern) for pattern in (*descriptor.env_passthrough, *descriptor.env))
        and any(fnmatchcase(name, pattern) for pattern in TELLING)
    }
    told = repr(sorted({**keys, "HOME": given.get("HOME", "")}.items()))
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", program)[:60]
    return f"{plain}-{hashlib.sha256(told.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"
