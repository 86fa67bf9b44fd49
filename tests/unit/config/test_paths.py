"""Folders of this machine, and relative paths in settings files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxtui.config import cache_dir, config_dir, data_dir

FOLDERS = [(data_dir, "CTXTUI_DATA_DIR"), (cache_dir, "CTXTUI_CACHE_DIR"), (config_dir, "CTXTUI_CONFIG_DIR")]


@pytest.mark.parametrize(("folder", "variable"), FOLDERS)
def test_a_variable_names_the_folder_and_nothing_is_created(folder, variable, tmp_path):
    chosen = tmp_path / "chosen"

    assert folder({variable: str(chosen)}) == chosen
    assert not chosen.exists()


@pytest.mark.parametrize(("folder", "variable"), FOLDERS)
def test_a_relative_folder_is_made_absolute(folder, variable, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert folder({variable: "here"}) == tmp_path / "here"


@pytest.mark.parametrize("folder", [folder for folder, _ in FOLDERS])
def test_without_a_variable_the_platform_says_where(folder, tmp_path, monkeypatch):
    for variable in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))

    place = folder({})

    assert place.is_relative_to(tmp_path)
    assert place.name == "ctxtui"


def test_paths_in_a_project_file_start_from_its_folder(load, project):
    service = project / "services" / "billing"
    service.mkdir(parents=True)
    (service / "ctxtui.toml").write_text(
        "interpreter = '.venv/bin/python'\ntests_dir = 'tests'\ntest_rules = '../rules.md'\nprompt = 'ask.md'\n"
        "database = 'runs.db'\n"
        "[specs]\n'billing.tax' = ['docs/tax.md', '../shared.md']\n"
    )

    settings = load(service).settings

    assert settings.interpreter == str(service / ".venv/bin/python")
    assert settings.tests_dir == "services/billing/tests"
    assert settings.test_rules == str(project / "services/rules.md")
    assert settings.prompt == str(service / "ask.md")
    assert settings.database == str(service / "runs.db")
    assert settings.specs == {"billing.tax": ["services/billing/docs/tax.md", "services/shared.md"]}


def test_names_urls_and_absolute_paths_stay_as_they_are(load, project):
    (project / "ctxtui.toml").write_text(
        "interpreter = 'python3.12'\ntests_dir = '/elsewhere/tests'\ndatabase = 'postgresql://host/runs'\n"
    )

    settings = load().settings

    assert (settings.interpreter, settings.tests_dir) == ("python3.12", "/elsewhere/tests")
    assert settings.database == "postgresql://host/runs"


def test_an_interpreter_is_not_followed_through_its_link(load, project):
    (project / "bin").mkdir()
    (project / "bin" / "python").symlink_to("/usr/bin/env")
    (project / "ctxtui.toml").write_text("interpreter = 'bin/python'\n")

    assert load().settings.interpreter == str(project / "bin" / "python")


def test_paths_typed_start_from_the_current_folder(load, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    settings = load(
        overrides={"interpreter": "env/bin/python", "tests_dir": "tests"}, CTXTUI_DATABASE="runs.db"
    ).settings

    assert settings.interpreter == str(tmp_path / "env/bin/python")
    assert settings.tests_dir == "tests"
    assert settings.database == str(tmp_path / "runs.db")


def test_a_home_folder_is_expanded(load, monkeypatch):
    monkeypatch.setenv("HOME", "/home/someone")

    assert load(overrides={"test_rules": "~/rules.md"}).settings.test_rules == str(Path("/home/someone/rules.md"))


def test_a_tests_folder_in_the_persons_own_file_is_meant_in_every_repository(load, user_folder):
    (user_folder / "config.toml").write_text("tests_dir = 'checks'\ntest_rules = 'rules.md'\n")

    settings = load().settings

    assert settings.tests_dir == "checks"
    assert settings.test_rules == str(user_folder / "rules.md")


def test_programs_of_agents_and_hooks_are_found_from_the_folder_of_their_file(load, project):
    (project / "ctxtui.toml").write_text(
        "[agents.mine]\ncommand = ['tools/agent.sh', 'a/b']\n[agents.bare]\ncommand = ['agent', 'a/b']\n"
        "[agents.within]\ncommand = ['{worktree}/agent']\n[agents.known]\nmodel = 'small'\n"
        "[agents.wrong]\ncommand = 3\n"
        "[hooks]\non_done = ['./tell.sh', './x']\non_needs_you = ['notify-send', 'a/b']\n"
    )

    settings = load().settings

    assert settings.agents["mine"]["command"] == [str(project / "tools/agent.sh"), "a/b"]
    assert settings.agents["bare"]["command"] == ["agent", "a/b"]
    assert settings.agents["within"]["command"] == ["{worktree}/agent"]
    assert settings.agents["wrong"]["command"] == 3
    assert settings.hooks.on_done == [str(project / "tell.sh"), "./x"]
    assert settings.hooks.on_needs_you == ["notify-send", "a/b"]
