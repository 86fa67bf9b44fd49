"""What is said about settings that cannot be used."""

from __future__ import annotations

import pytest

from ctxtui.config import settings_problems
from ctxtui.core.domain.errors import ExitCode, UsageError


def refusal(load, project, text: str, file: str = "ctxtui.toml") -> str:
    (project / file).write_text(text)
    with pytest.raises(UsageError) as raised:
        load()
    assert raised.value.exit_code is ExitCode.USAGE
    return str(raised.value).replace(str(project / file), "FILE")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("jbos = 3", "Unknown setting `jbos` in FILE: did you mean `jobs`?"),
        ("[limit]\ntest_seconds = 3", "Unknown setting `limit` in FILE: did you mean `limits`?"),
        ("[commit]\nsgin = true", "Unknown setting `commit.sgin` in FILE: did you mean `commit.sign`?"),
        ("mode = 'git'", "Unknown setting `mode` in FILE: did you mean `commit.mode`?"),
        ("[ui]\njobs = 3", "Unknown setting `ui.jobs` in FILE: did you mean `jobs`?"),
        ("zzz = 3", "Unknown setting `zzz` in FILE; `ctxtui config schema` lists them all."),
    ],
)
def test_an_unknown_setting_is_refused_with_the_nearest_name(load, project, text, sentence):
    assert refusal(load, project, text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("jobs = 0", "`jobs` in FILE is 0, but must be a whole number from 1 to 256."),
        ("jobs = '3'", '`jobs` in FILE is "3", but must be a whole number from 1 to 256.'),
        ("jobs = true", "`jobs` in FILE is true, but must be a whole number from 1 to 256."),
        ("push = 'yes'", '`push` in FILE is "yes", but must be true or false.'),
        ("agent = ''", '`agent` in FILE is "", but must be text that is not empty.'),
        ("sandbox = 'on'", '`sandbox` in FILE is "on", but must be one of auto, off, require.'),
        (
            "exclude = ['a', 3]",
            '`exclude` in FILE is ["a",3], but must be a list whose entries are each text.',
        ),
        (
            "[priorities]\na = 'high'",
            '`priorities` in FILE is {"a":"high"}, but must be a table whose values are each a whole number.',
        ),
        ("agents = 3", "`agents` in FILE is 3, but must be a table whose values are each a table."),
        ("limits = 3", "`limits` in FILE is 3, but must be a table of settings."),
        (
            "[limits]\ntest_seconds = nan",
            "`limits.test_seconds` in FILE is nan, but must be a number above 0 and up to 604,800.",
        ),
        (
            "[limits]\nfile_kb = 1000000000000000000000",
            "`limits.file_kb` in FILE is 1000000000000000000000, but must be a whole number from 1 to 1,048,576.",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_what_is_allowed(load, project, text, sentence):
    assert refusal(load, project, text) == sentence


def test_a_long_value_is_cut_in_the_sentence(load, project):
    assert len(refusal(load, project, f"jobs = '{'9' * 5000}'")) < 150


def test_only_known_rungs_may_be_named(load, project):
    told = "must be a list that is not empty and whose entries are each one of"
    assert told in refusal(load, project, "rungs = ['fence', 'shines']")
    assert told in refusal(load, project, "rungs = []")
    assert "a list of 3 whose entries are each a number" in refusal(load, project, "prices = {x = [1.0, 2.0]}")


@pytest.mark.parametrize("file", ["ctxtui.toml", "pyproject.toml"])
def test_broken_toml_is_told_with_its_line(load, project, file):
    sentence = refusal(load, project, "# settings\njobs 3\n", file)

    assert sentence.startswith("The settings cannot be read, line 2 of FILE is not valid TOML: ")
    assert "at line" not in sentence


def test_a_file_that_is_not_utf8_is_told(load, project):
    (project / "ctxtui.toml").write_bytes(b"agent = '\xff'\n")

    with pytest.raises(UsageError, match="is not UTF-8 text at byte 9"):
        load()


def test_a_table_that_is_no_table_is_told(load, project):
    sentence = refusal(load, project, "[tool]\nctxtui = 3\n", "pyproject.toml")

    assert sentence == "`tool.ctxtui` in FILE must be a table of settings."


def test_a_wrong_word_in_the_environment_names_the_variable(load):
    with pytest.raises(UsageError, match=r"^`jobs` in the environment \(CTXTUI_JOBS\) is \"many\", but must be"):
        load(CTXTUI_JOBS="many")


def test_a_wrong_option_names_the_command_line(load):
    with pytest.raises(UsageError, match=r"^`jobs` in the command line is 0, but must be"):
        load(overrides={"jobs": 0})


def test_one_mistake_of_several_is_told_with_how_to_see_the_rest(load, project):
    sentence = refusal(load, project, "jbos = 3\njobs = 0\npush = 3\n")

    assert sentence.endswith("did you mean `jobs`? (and 2 more: `ctxtui config validate` lists them)")


def test_validation_lists_every_mistake_of_every_source(project, user_folder, environ):
    (user_folder / "config.toml").write_text("jobs =\n")
    (project / "ctxtui.toml").write_text("jbos = 3\npush = 3\n")

    problems = settings_problems(project, project, environ | {"CTXTUI_EXAMPLES": "-1"})

    assert len(problems) == 4
    assert all(problem.endswith((".", "?")) or "TOML" in problem for problem in problems)


def test_validation_names_misspelt_variables_and_ones_without_effect(project, environ):
    strays = {"CTXTUI_JBOS": "3", "CTXTUI_EXCLUDE": "a", "CTXTUI_DATA_DIR": "/data", "HOME": "/home"}

    assert settings_problems(project, project, environ | strays) == (
        "CTXTUI_EXCLUDE has no effect: set `exclude` in a settings file.",
        "CTXTUI_JBOS is no setting: did you mean CTXTUI_JOBS?",
    )


def test_good_settings_have_no_problems(project, environ):
    (project / "ctxtui.toml").write_text("jobs = 3\n")

    assert settings_problems(project, project, environ) == ()


@pytest.mark.parametrize("name", ["agent", "interpreter", "tests_dir"])
def test_a_word_that_is_no_text_is_refused(load, name):
    with pytest.raises(UsageError, match=rf"^`{name}` in the command line is not UTF-8 text\.$"):
        load(overrides={name: "\udcff"})
    with pytest.raises(UsageError, match=r"in the environment .* is not UTF-8 text"):
        load(**{f"CTXTUI_{name.upper()}": "\udcff"})
