"""The settings as programs and people get to read them."""

from __future__ import annotations

import subprocess
import sys
import tomllib

from ctxtui.config import Settings, leaves
from ctxtui.config.describing import example_file, json_schema


def test_the_schema_names_every_setting_and_refuses_others():
    schema = json_schema()
    tables = {name: definition["properties"] for name, definition in schema["$defs"].items()}

    assert {name.split(".")[0] for name in leaves()} == set(tables["Settings"])
    assert all(not definition["additionalProperties"] for definition in schema["$defs"].values())
    assert tables["Settings"]["jobs"]["description"]


def test_every_setting_is_described():
    assert [name for name, leaf in leaves().items() if not leaf.description] == []


def test_the_example_file_changes_nothing(load, project):
    (project / "ctxtui.toml").write_text(example_file())

    assert load().settings == Settings()


def test_the_example_file_with_every_line_in_force_is_the_defaults(load, project):
    text = example_file()
    rows = [line[2:] for line in text.splitlines() if line.startswith(("# [", "# ")) and _is_toml(line[2:])]
    (project / "ctxtui.toml").write_text("\n".join(rows))

    loaded = load()

    assert loaded.settings == Settings()
    assert loaded.origins["limits.file_kb"] == str(project / "ctxtui.toml")


def _is_toml(line: str) -> bool:
    try:
        return bool(tomllib.loads(line))
    except tomllib.TOMLDecodeError:
        return False


def test_settings_do_not_load_what_the_screens_or_the_store_need():
    heavy = {"sqlalchemy", "textual", "pydantic", "git"}
    code = f"import ctxtui.config, sys; print(sorted({heavy} & set(sys.modules)))"

    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "[]"
