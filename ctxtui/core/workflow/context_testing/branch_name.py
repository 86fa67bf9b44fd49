"""The name of a run's branch, from the name of its context.

`test-context-testing-session-for-` and the component's name: lower-cased, each run of characters other than
`a-z 0-9 _ -` turned into one `-`, hyphens collapsed, leading and trailing hyphens trimmed.

Three cases get eight hexadecimal digits of the SHA-256 of the original name at their end, so that two contexts
never share a name by accident: a name with characters outside ASCII, a name of which nothing is left, and a name
longer than 200 characters (which is cut there). A branch that exists already gives `-2`, `-3`, … (`free_name`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from itertools import count

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.session import Session

PREFIX = "test-context-testing-session-for-"
LONGEST = 200
"""Characters of a name kept; git's limit is 255 bytes for one path segment, and `.lock` is appended to it."""


def branch_name(session: Session) -> str:
    """The branch that a session's context is named after. Raises StepError when the session has no component."""
    if session.component is None:
        raise StepError("Context component not found")
    return name_for(session.component.name)


def name_for(context_name: str) -> str:
    """The branch for a context of that name, while no other branch has it."""
    return f"{PREFIX}{_slug(context_name)}"


def _slug(name: str) -> str:
    slug = re.sub(r"-+", "-", re.sub(r"[^a-z0-9_-]+", "-", name.lower())).strip("-")
    if name.isascii() and slug and len(slug) <= LONGEST:
        return slug
    fingerprint = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    kept = slug[:LONGEST].rstrip("-")
    return f"{kept}-{fingerprint}" if kept else fingerprint


def free_name(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or the first of `wanted-2`, `wanted-3`, … that clashes with no branch in `taken`.

    A name clashes with a branch that is equal to it but for case (some file systems fold it), and with a branch that
    lies in a folder of that name.
    """
    folded = {name.lower() for name in taken}
    folders = {name.rsplit("/", depth)[0] for name in folded for depth in range(1, name.count("/") + 1)}
    for number in count(1):
        name = wanted if number == 1 else f"{wanted}-{number}"
        if name.lower() not in folded and name.lower() not in folders:
            return name
    raise AssertionError
