"""The settings told to programs (a JSON schema) and to people (a settings file to start from)."""

from __future__ import annotations

from typing import Any

import msgspec

from ctxtui.config.leaves import flat_values, leaves
from ctxtui.config.schema import Settings
from ctxtui.config.wording import allowed, shown

_PREAMBLE = """\
# Settings of ctxtui for this project. Every line shows a default: remove the `#` to change it.
# The same tables may stand in pyproject.toml, under [tool.ctxtui].
"""


def json_schema() -> dict[str, Any]:
    """A JSON schema of a settings file, for editors and checkers."""
    return msgspec.json.schema(Settings)


def example_file() -> str:
    """A settings file in which every setting stands, commented out, with its default and what it may be."""
    defaults = flat_values(Settings())
    lines = [_PREAMBLE]
    table = ""
    for name, leaf in leaves().items():
        prefix, _, last = name.rpartition(".")
        if leaf.is_map:
            prefix, last = name, ""
        if prefix != table:
            lines.append(f"\n# [{prefix}]")
            table = prefix
        lines.append(f"# {leaf.description} ({allowed(leaf.type)})")
        if last:
            lines.append(f"# {last} = {shown(defaults[name])}")
    return "\n".join(lines) + "\n"
