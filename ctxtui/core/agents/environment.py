"""The environment an agent runs in: an allow-list, so that nothing of the caller's session leaks into it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from ctxtui.core.ports.agents import Turn

ALLOWED = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
    }
)  # fmt: skip
ALLOWED_PATTERNS = ("LC_*", "XDG_*")


def clean_environment(
    environ: Mapping[str, str], passthrough: tuple[str, ...], extra: Mapping[str, str], turn: Turn, scratch: Path
) -> dict[str, str]:
    """What of `environ` an agent gets, its own settings, and `scratch` for temporary files.

    A name in `passthrough` may hold `*`; variables that tests are given, an agent that runs them is given, too.
    The terminal is a dumb one, git asks for no password, and `python` is the project's interpreter.
    """
    patterns = (*ALLOWED_PATTERNS, *passthrough, *(turn.test_run.pass_env if turn.test_run else ()))
    kept = {
        name: value
        for name, value in environ.items()
        if name in ALLOWED or (not name.startswith("GIT_") and any(fnmatchcase(name, pattern) for pattern in patterns))
    }
    fixed = {
        "TERM": "dumb",
        "NO_COLOR": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(scratch),
        "PATH": f"{turn.interpreter.parent}{os.pathsep}{environ.get('PATH', os.defpath)}",
    }
    if turn.trace_parent:
        fixed["TRACEPARENT"] = turn.trace_parent
    return {**kept, **fixed, **extra}
