"""From the words typed, `[REPOSITORY] TARGET`, to a plan."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctxtui.cli.options import overrides_from
from ctxtui.cli.output.stages import Stages
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import UsageError
from ctxtui.services.starting import plan_request
from ctxtui.services.target import folder_of

if TYPE_CHECKING:
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.engine.planning import Plan

MOST_WORDS = 2
REMOTE = re.compile(r"[a-z+]+://|[^/]+:[^/]")
"""How an address starts that only git can follow: a URL, or `host:path`."""
TARGET_HELP = """\
TARGET is a folder, a module or a dotted package name of the repository you stand in. A repository elsewhere, its top
folder or its URL, may stand before it.

\b
Examples:
  ctxtui {0} shop
  ctxtui {0} src/shop --only 'pay*' --skip legacy
  ctxtui {0} ~/work/webshop shop.orders
  ctxtui {0} https://example.org/webshop.git shop
"""


def make_plan(shell: Shell, words: tuple[str, ...], options: dict[str, Any]) -> tuple[Parts, Plan]:
    """The plan for `[REPOSITORY] TARGET`. Raises CtxtuiError."""
    from ctxtui.core.engine import planning  # noqa: PLC0415 - the engine, when it is needed

    if len(words) > MOST_WORDS:
        raise UsageError(f"One target at a time: there are {len(words)} words, {', '.join(words)}.")
    if not all(words):
        raise UsageError("The target is empty: name a package, such as `ctxtui plan PACKAGE`.")
    shell.overrides |= overrides_from(options)
    repository, target = words if len(words) == MOST_WORDS else ("", words[0])
    directory = _directory(shell, repository, target)
    settings = shell.load(directory).settings
    parts = shell.parts(settings)
    request = plan_request(
        settings,
        target,
        directory,
        only=tuple(options.get("only", ())),
        leave_out=tuple(options.get("skip", ())),
    )
    request = replace(request, changed_since=options.get("changed", ""), below=options.get("below", 0.0))
    request = replace(request, rehearses_anew=options.get("rehearses_anew", False))
    with Stages(shell, "Planning") as stages:
        return parts, planning.make_plan(parts, replace(request, enter=stages.enter))


def _directory(shell: Shell, repository: str, target: str) -> Path:
    """Where git and the settings files are looked for."""
    if repository:
        return _repository(shell, repository)
    return folder_of(target, Path.cwd())


def _repository(shell: Shell, repository: str) -> Path:
    """The top folder of the repository named before the target; cloned when it is an address.

    Raises UsageError for anything else, which is most often a second target.
    """
    folder = Path(repository).expanduser()
    if (folder / ".git").exists() or (folder / "HEAD").is_file():
        return folder.resolve()
    if REMOTE.match(repository) and not folder.exists():
        return shell.parts(shell.here()).workspaces.clone(repository)
    what = "the top folder of a git repository" if folder.is_dir() else "a folder or an address of a git repository"
    raise UsageError(f"{repository} is not {what}: name one, or one target at a time.")
