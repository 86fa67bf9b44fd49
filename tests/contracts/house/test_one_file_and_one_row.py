"""The table of additions in CONTRIBUTING: one of each is added by exactly the file and the rows it names, and used."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.doubles.surroundings import small_environ

ROOT = Path(__file__).parents[3]
PLACEHOLDERS = re.compile(r"LANGUAGE_RUNNER|NAME")


@dataclass(frozen=True)
class Addition:
    """`file` is the new file's path and text, `rows` are what stands where by file, `use` is a program to run then."""

    what: str
    file: tuple[str, str] | None
    rows: dict[str, list[tuple[str, str]]]
    use: str


AGENT = Addition(
    "an agent",
    (
        "core/agents/descriptors/parrot.toml",
        'driver = "plain"\ntitle = "Parrot"\ncommand = ["parrot", "{prompt_file}"]\ninstall_hint = "Buy one."\n',
    ),
    {},
    """
from ctxtui.bootstrap import open_agents
from ctxtui.config import Settings
health = open_agents(Settings()).get("parrot").check()
assert not health.is_installed and health.remedy == "Buy one.", health
""",
)
FORMAT = Addition(
    "an agent's output format",
    (
        "core/agents/formats/shout.py",
        (
            "from ctxtui.core.domain.event import EventKind\n\n\ndef read_shout(record, notes):\n"
            '    yield EventKind.MESSAGE, record["shout"].upper(), {}\n'
        ),
    ),
    {
        "core/agents/formats/__init__.py": [
            ("FORMATS: Mapping", "from ctxtui.core.agents.formats.shout import read_shout\n\nFORMATS: Mapping"),
            ('        "codex":', '        "shout": lambda: read_shout,\n        "codex":'),
        ]
    },
    """
from ctxtui.bootstrap import open_agents
from ctxtui.config import Settings
mine = {"driver": "jsonl", "format": "shout", "command": ["x"]}
reader = open_agents(Settings(agents={"mine": mine})).get("mine").reader()
texts = [event.text for event in reader.feed(b'{"shout": "hello"}\\n')]
assert "HELLO" in texts, texts
""",
)
LANGUAGE = Addition(
    "a language",
    (
        "core/toolchains/shell_bats.py",
        "class ShellToolchain:\n    name = 'shell'\n",
    ),
    {
        "core/toolchains/registry.py": [
            (
                "TOOLCHAINS: Mapping",
                "from ctxtui.core.toolchains.shell_bats import ShellToolchain\n\nTOOLCHAINS: Mapping",
            ),
            ('        "python":', '        "shell": ShellToolchain,\n        "python":'),
        ]
    },
    """
import os
from ctxtui import bootstrap
from ctxtui.config import Settings
settings = Settings(language="shell")
store = bootstrap.open_store(settings, os.environ)
assert bootstrap.open_parts(settings, os.environ, store).toolchain.name == "shell"
store.close()
""",
)
RUNG = Addition(
    "a rung of the ladder",
    (
        "core/validation/polite.py",
        (
            "import time\n\nfrom ctxtui.core.domain.rung import Rung\n"
            "from ctxtui.core.validation.evidence import conclude\n\n\n"
            "class Polite:\n    rung = Rung.POLITE\n\n    def judge(self, candidate):\n"
            "        return conclude(self.rung, time.monotonic(), [], 'says please')\n"
        ),
    ),
    {
        "core/validation/ladder.py": [
            ("RUNGS: Mapping", "from ctxtui.core.validation.polite import Polite\n\nRUNGS: Mapping"),
            ("    Rung.COVERS:", "    Rung.POLITE: lambda *_: Polite(),\n    Rung.COVERS:"),
        ],
        "core/domain/rung.py": [("    COVERS =", '    POLITE = "polite"\n    COVERS =')],
    },
    """
import os
from pathlib import Path
from ctxtui.config import load_settings
from ctxtui.core.validation.ladder import build_ladder
from ctxtui.core.views.rungs import CHILD_RUNGS
Path("ctxtui.toml").write_text('rungs = ["polite"]')
rungs = load_settings(Path(), None, {}, os.environ).settings.rungs
(rung,) = build_ladder(None, rungs).rungs
assert rung.judge(None).summary == "says please"
assert "polite" in CHILD_RUNGS
""",
)
SESSION_TYPE = Addition(
    "a session type",
    (
        "core/workflow/context_notes/__init__.py",
        '''"""Prepares a run, and is done."""

from ctxtui.core.domain.interaction import Action, Command, ResultStatus
from ctxtui.core.domain.session import SessionStatus, SessionUpdates
from ctxtui.core.workflow.orchestrator import COMPLETE, Loop, Orchestrator


class Prepare:
    name = "prepare_notes"

    def get_command(self, scope, session, now):
        metadata = {"branch_name": "notes", "is_named": False, "component_ids": [], "working_area": "."}
        return Command(self.name, Action.PREPARE_RUN, metadata, now)

    def handle_result(self, scope, session, result):
        return SessionUpdates(SessionStatus.COMPLETE if result.is_ok else None), result


NAME = Prepare.name
CONTEXT_NOTES = Orchestrator(
    session_type="context_notes",
    ordered_steps=(Prepare(),),
    routes={
        (NAME, ResultStatus.OK): COMPLETE,
        (NAME, ResultStatus.ERROR): NAME,
        (NAME, ResultStatus.WARNING): NAME,
    },
    loops={NAME: Loop(bound=lambda policy: policy.max_step_errors, counts=frozenset({NAME}))},
)
''',
    ),
    {
        "core/workflow/registry.py": [
            (
                "SESSION_TYPES: Mapping",
                "from ctxtui.core.workflow.context_notes import CONTEXT_NOTES\n\nSESSION_TYPES: Mapping",
            ),
            ("(CONTEXT_TESTING, COMPONENT_TESTING)", "(CONTEXT_TESTING, COMPONENT_TESTING, CONTEXT_NOTES)"),
        ]
    },
    """
import json, os, subprocess, sys
from pathlib import Path
root = Path("project")
(root / "shop").mkdir(parents=True)
for name in ("__init__", "money"):
    (root / "shop" / f"{name}.py").write_text("def value():\\n    return 1\\n")
git = ["git", "-C", str(root), "-c", "user.name=S", "-c", "user.email=s@example.org"]
for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "shop"]):
    subprocess.run([*git, *words], check=True)

def types(*words):
    argv = [sys.executable, "-m", "ctxtui", *words]
    environ = {**os.environ, "CTXTUI_SESSION_TYPE": "context_notes"}
    return subprocess.run(argv, cwd=root, capture_output=True, text=True, env=environ)

done = types("run", "shop", "--headless")
assert done.returncode == 0, done.stderr
assert "prepare_notes" in types("history", "last").stdout
for words in (["show"], ["ls"], ["stats"], ["export", "last"], ["watch", "last"]):
    assert types(*words).returncode == 0, words
""",
)
SETTING = Addition(
    "a setting",
    None,
    {
        "config/schema.py": [
            (
                "    partial: Annotated",
                '    colour: Annotated[Text, Meta(description="Of the sky")] = "blue"\n    partial: Annotated',
            )
        ]
    },
    """
import json, os, subprocess, sys
def types(*words, **more):
    argv = [sys.executable, "-m", "ctxtui", *words]
    return subprocess.run(argv, capture_output=True, text=True, env={**os.environ, **more}).stdout
assert json.loads(types("config", "show", "--json", CTXTUI_COLOUR="red"))["colour"]["value"] == "red"
assert "Of the sky" in types("config", "schema")
types("init")
assert "colour = " in open("ctxtui.toml").read()
""",
)
SCREEN = Addition(
    "a screen",
    (
        "screens/about/screen.py",
        (
            "from textual.screen import Screen\nfrom textual.widgets import Static\n\n\nclass AboutScreen(Screen):\n"
            "    def compose(self):\n        yield Static('all about it')\n"
        ),
    ),
    {"screens/opening.py": [('    "home":', '    "about": ("about.screen", "AboutScreen"),\n    "home":')]},
    """
import asyncio
from textual.app import App
from ctxtui.screens.opening import screen_class
async def scene():
    app = App()
    async with app.run_test() as pilot:
        await app.push_screen(screen_class("about")())
        assert app.screen.query("Static").first()
asyncio.run(scene())
""",
)
SUBCOMMAND = Addition(
    "a subcommand",
    (
        "cli/commands/greet.py",
        "import click\n\n\n@click.command('greet')\ndef greet_command():\n    click.echo('good day')\n",
    ),
    {"cli/group.py": [('        "ls":', '        "greet": "Say good day.",\n        "ls":')]},
    """
import subprocess, sys
def types(*words):
    return subprocess.run([sys.executable, "-m", "ctxtui", *words], capture_output=True, text=True).stdout
assert types("greet") == "good day\\n"
assert "Say good day." in types("--help")
""",
)
ADDITIONS = (AGENT, FORMAT, LANGUAGE, RUNG, SESSION_TYPE, SETTING, SCREEN, SUBCOMMAND)


def table() -> dict[str, tuple[str, str]]:
    """The file and the row of each addition, as CONTRIBUTING says them; what stands after `;` is not needed."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [
        line.strip("| \n").split(" | ")
        for line in text[text.index("## To add") :].splitlines()
        if line.startswith("| a")
    ]
    return {what: (file, row.partition(";")[0]) for what, file, row in rows}


def paths(text: str) -> set[str]:
    return {path for path in re.findall(r"`([\w./-]+)`", text) if "/" in path}


@pytest.mark.parametrize("addition", ADDITIONS, ids=lambda addition: addition.what)
def test_the_page_names_the_file_and_every_row(addition):
    file, row = table()[addition.what]
    assert paths(row) == set(addition.rows)
    if addition.file is not None:
        pattern = re.escape(next(iter(paths(file.partition(":")[0]))))
        assert re.fullmatch(PLACEHOLDERS.sub(r"\\w+", pattern), addition.file[0])


@pytest.mark.slow
@pytest.mark.parametrize("addition", ADDITIONS, ids=lambda addition: addition.what)
def test_the_file_and_the_rows_are_enough(addition, tmp_path):
    package = tmp_path / "house" / "ctxtui"
    shutil.copytree(ROOT / "ctxtui", package, ignore=shutil.ignore_patterns("__pycache__"))
    if addition.file is not None:
        path, text = addition.file
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(text, encoding="utf-8")
    for path, changes in addition.rows.items():
        text = (package / path).read_text(encoding="utf-8")
        for before, after in changes:
            assert before in text, f"{path} has no {before!r}"
            text = text.replace(before, after, 1)
        (package / path).write_text(text, encoding="utf-8")
    folder = tmp_path / "place"
    folder.mkdir()
    places = {f"CTXTUI_{name.upper()}_DIR": str(tmp_path / name) for name in ("data", "cache", "config")}
    environ = {**small_environ("LANG", "HOME"), **places, "PYTHONPATH": str(package.parent)}
    argv = [sys.executable, "-c", addition.use]
    done = subprocess.run(argv, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
