"""`init`: writes a settings file with everything explained, or the skill that lets other agents start runs."""

from __future__ import annotations

from pathlib import Path

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.shell import Shell
from ctxtui.config import assets_dir
from ctxtui.config.describing import example_file
from ctxtui.core.domain.errors import ExitCode, UsageError
from ctxtui.services.target import repository_root

SKILL_PLACES = (".claude/skills/ctxtui/SKILL.md", ".agents/skills/ctxtui/SKILL.md")
"""Where Claude Code looks for a project's skills, and where Codex and others do."""


@click.command("init")
@click.option("--skill", is_flag=True, help="Write the skill with which Claude Code, Codex and others start runs.")
@output_options
def init_command(shell: Shell, *, skill: bool) -> int:
    """Write a settings file, ctxtui.toml, with every setting explained and commented out."""
    root = repository_root(Path.cwd()) or Path.cwd()
    if not skill:
        _write(shell, root / "ctxtui.toml", example_file())
        shell.say("Every line in it shows a default.")
        return int(ExitCode.OK)
    text = (assets_dir() / "skill" / "SKILL.md").read_text("utf-8")
    places = [root / place for place in SKILL_PLACES if not (root / place).exists()]
    if not places:
        raise UsageError(f"{root / SKILL_PLACES[0]} exists already; it was left as it is.")
    for place in places:
        _write(shell, place, text)
    shell.say("Agents that work in this project find it from now on; `ctxtui mcp` gives them tools as well.")
    return int(ExitCode.OK)


def _write(shell: Shell, path: Path, text: str) -> None:
    """A new file; one that is there is left as it is. Raises UsageError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} exists already; it was left as it is.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): check the folder's permissions.") from error
    if shell.is_json:
        shell.out_json({"type": "written", "path": str(path)})
    shell.say(f"Wrote {path}.")
