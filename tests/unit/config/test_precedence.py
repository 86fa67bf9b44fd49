"""Which source wins, and what is said about where a value came from."""

from __future__ import annotations

import pytest

from ctxtui.config import Settings, flat_values


def test_without_any_file_everything_has_its_default(load):
    loaded = load()

    assert loaded.settings == Settings()
    assert set(loaded.origins.values()) == {"default"}
    assert set(loaded.origins) == set(flat_values(loaded.settings))


def test_the_command_line_beats_the_environment_that_the_project_that_the_user(load, project, user_folder):
    (user_folder / "config.toml").write_text("jobs = 2\nmax_attempts = 2\nmax_rounds = 2\nexamples = 1\n")
    (project / "ctxtui.toml").write_text("jobs = 3\nmax_attempts = 4\nmax_rounds = 4\n")

    loaded = load(overrides={"jobs": 6}, CTXTUI_JOBS="5", CTXTUI_MAX_ATTEMPTS="5")

    settings = loaded.settings
    assert (settings.jobs, settings.max_attempts, settings.max_rounds, settings.examples) == (6, 5, 4, 1)
    assert {name: loaded.origins[name] for name in ("jobs", "max_attempts", "max_rounds", "examples", "agent")} == {
        "jobs": "the command line",
        "max_attempts": "the environment (CTXTUI_MAX_ATTEMPTS)",
        "max_rounds": str(project / "ctxtui.toml"),
        "examples": str(user_folder / "config.toml"),
        "agent": "default",
    }


def test_the_nearest_project_file_wins_alone(load, project):
    (project / "ctxtui.toml").write_text("jobs = 3\nexamples = 7\n")
    package = project / "services" / "billing"
    package.mkdir(parents=True)
    (package.parent / "ctxtui.toml").write_text("jobs = 4\n")

    settings = load(package).settings

    assert (settings.jobs, settings.examples) == (4, Settings().examples)


def test_ctxtui_toml_beats_pyproject_in_the_same_folder(load, project):
    (project / "pyproject.toml").write_text("[tool.ctxtui]\njobs = 3\n")
    (project / "ctxtui.toml").write_text("jobs = 4\n")

    assert load().settings.jobs == 4


def test_a_pyproject_without_our_table_does_not_end_the_search(load, project):
    (project / "pyproject.toml").write_text("[tool.ctxtui.limits]\ntest_seconds = 5\n")
    package = project / "package"
    package.mkdir()
    (package / "pyproject.toml").write_text("[project]\nname = 'inner'\n")

    loaded = load(package)

    assert loaded.settings.limits.test_seconds == 5
    assert loaded.origins["limits.test_seconds"] == f"{project / 'pyproject.toml'} [tool.ctxtui]"


def test_files_above_the_repository_are_not_read(load, project, tmp_path):
    (tmp_path / "ctxtui.toml").write_text("jobs = 3\n")

    assert load().origins["jobs"] == "default"
    assert load(root=None).origins["jobs"] == "default"


def test_a_target_outside_the_repository_is_read_by_itself(load, project, tmp_path):
    (project / "ctxtui.toml").write_text("jobs = 3\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    assert load(elsewhere).origins["jobs"] == "default"


def test_a_file_as_target_is_looked_up_from_its_folder(load, project):
    (project / "ctxtui.toml").write_text("jobs = 3\n")
    (project / "module.py").touch()

    assert load(project / "module.py").settings.jobs == 3


def test_maps_are_merged_entry_by_entry(load, project, user_folder):
    (user_folder / "config.toml").write_text("[agents.mine]\ncommand = ['mine']\n[agent_jobs]\nclaude = 2\ncodex = 2\n")
    (project / "ctxtui.toml").write_text("[agents.ours]\ncommand = ['ours']\n[agent_jobs]\ncodex = 3\n")

    loaded = load()

    assert loaded.settings.agents == {"mine": {"command": ["mine"]}, "ours": {"command": ["ours"]}}
    assert loaded.settings.agent_jobs == {"claude": 2, "codex": 3}
    assert loaded.origins["agent_jobs.claude"] == str(user_folder / "config.toml")
    assert loaded.origins["agent_jobs.codex"] == str(project / "ctxtui.toml")


def test_names_with_dots_need_no_quotes_in_tables_of_names(load, project):
    text = "[priorities]\nshop.money = 5\nshop.stock.old = 7\n[specs]\nshop.money = ['a.md']\n"
    (project / "ctxtui.toml").write_text(text + "[prices]\ngpt-4.1 = [1, 2, 3]\n[ui.keymap]\nrun.retry = 'f5'\n")
    settings = load().settings
    assert settings.priorities == {"shop.money": 5, "shop.stock.old": 7}
    assert list(settings.specs) == ["shop.money"]
    assert settings.prices == {"gpt-4.1": [1.0, 2.0, 3.0]}
    assert settings.ui.keymap == {"run.retry": "f5"}


def test_lists_are_replaced_as_a_whole(load, project, user_folder):
    (user_folder / "config.toml").write_text("exclude = ['a', 'b']\n")
    (project / "ctxtui.toml").write_text("exclude = ['c']\n")

    assert load().settings.exclude == ["c"]


def test_every_scalar_setting_has_a_variable(load):
    settings = load(
        CTXTUI_AGENT="codex",
        CTXTUI_PUSH="true",
        CTXTUI_LIMITS_AGENT_SECONDS="12.5",
        CTXTUI_BUDGET_RUN_TOKENS="1000",
        CTXTUI_COMMIT_MODE="git",
        CTXTUI_UI_MOUSE="0",
    ).settings

    assert (settings.agent, settings.push, settings.commit.mode, settings.ui.mouse) == ("codex", True, "git", False)
    assert (settings.limits.agent_seconds, settings.budget.run.tokens) == (12.5, 1000)


def test_an_empty_variable_is_as_good_as_none(load):
    assert load(CTXTUI_JOBS="").origins["jobs"] == "default"


@pytest.mark.parametrize("overrides", [{"limits.test_seconds": 7}, {"limits": {"test_seconds": 7}}])
def test_options_are_named_by_dotted_or_nested_names(load, overrides):
    assert load(overrides=overrides).settings.limits.test_seconds == 7


def test_options_that_were_not_given_change_nothing(load):
    assert load(overrides={"jobs": None, "exclude": (), "push": None}).settings == Settings()


def test_words_typed_for_numbers_are_numbers(load):
    assert load(overrides={"jobs": "7", "exclude": ("a", "b")}).settings.jobs == 7


def test_reading_settings_creates_nothing(load, project, user_folder):
    user_folder.rmdir()

    load()

    assert list(project.iterdir()) == []
    assert not user_folder.exists()
