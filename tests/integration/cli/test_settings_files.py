"""Settings that cannot be used: each file and variable is named, with what was found and what is allowed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.integration.cli.conftest import unprivileged

USAGE = 2
PROJECT = "{root}/ctxtui.toml"
SHARED = "{root}/pyproject.toml"
OWN = "{folder}/config/config.toml"

MISTAKES = [
    (PROJECT, b"jbos = 3\n", "Unknown setting `jbos` in {file}: did you mean `jobs`?"),
    (PROJECT, b'jobs = "many"\n', '`jobs` in {file} is "many", but must be a whole number from 1 to 256.'),
    (PROJECT, b"jobs = \n", "The settings cannot be read, line 1 of {file} is not valid TOML: Invalid value."),
    (PROJECT, b"\xff\xfe", "The settings file {file} is not UTF-8 text at byte 0: save it so."),
    (SHARED, b"[tool]\nctxtui = 3\n", "`tool.ctxtui` in {file} must be a table of settings."),
    (SHARED, b"[tool.ctxtui]\nfoo = 3\n", "Unknown setting `foo` in {file} [tool.ctxtui]; `ctxtui config schema`"),
    (
        PROJECT,
        b"[agents.x]\ncomand = ['x']\n",
        "The description of agent `x` has an unknown key `comand`: did you mean",
    ),
    (PROJECT, b"[agents.codex]\nmodle = 'x'\n", "The description of agent `codex` has an unknown key `modle`: did you"),
    (PROJECT, b"[agent_jobs]\ncodx = 3\n", "There is no agent `codx`: did you mean `codex`? It stands in {file}."),
    (OWN, b"jobs = 0\n", "`jobs` in {file} is 0, but must be a whole number from 1 to 256."),
    (OWN, b"[agents]\nx = 3\n", '`agents` in {file} is {{"x":3}}, but must be a table'),
]


@pytest.mark.parametrize(("place", "text", "sentence"), MISTAKES)
def test_a_settings_file_with_a_mistake_is_named_everywhere(person, place, text, sentence):
    file = Path(place.format(root=person.root, folder=person.folder))
    file.write_bytes(text)
    wanted = sentence.format(file=file)
    for words in (["config", "show"], ["plan", "shop"], ["ls"]):
        told = person.types(*words)
        assert told.code == USAGE
        assert told.sentence.startswith(wanted)
    validated = person.types("config", "validate")
    assert validated.code == USAGE
    assert validated.out.startswith(wanted)
    assert person.types("config", "validate", "--json").lines[0][0].startswith(wanted)


def test_validate_lists_every_mistake_and_the_others_say_that_there_are_more(person):
    (person.root / "ctxtui.toml").write_text("jbos = 3\nrungz = 1\n")
    assert len(person.types("config", "validate").out.splitlines()) == 2
    assert "(and 1 more: `ctxtui config validate` lists them)" in person.types("config", "show").sentence


def test_variables_that_cannot_be_used_are_named(person):
    assert '`jobs` in the environment (CTXTUI_JOBS) is "x"' in person.types("plan", "shop", CTXTUI_JOBS="x").sentence
    told = person.types("config", "validate", CTXTUI_JBOS="1")
    assert (told.code, told.out) == (USAGE, "CTXTUI_JBOS is no setting: did you mean CTXTUI_JOBS?\n")


def test_a_misspelt_variable_is_named_once_by_every_command(person):
    told = person.types("ls", CTXTUI_JBOS="1", CTXTUI_RUN="told to a hook")
    assert told.code == 0
    assert told.err.count("note: CTXTUI_JBOS is no setting: did you mean CTXTUI_JOBS?\n") == 1
    assert "CTXTUI_RUN" not in told.err
    assert "CTXTUI_JBOS" not in person.types("ls", "-q", CTXTUI_JBOS="1").err


def test_validate_names_what_a_run_would_be_refused_for(person):
    text = 'agent = "cluade"\nescalate = ["codx:x"]\nlanguage = "cobol"\njbos = 3\n'
    (person.root / "ctxtui.toml").write_text(text)
    told = person.types("config", "validate")
    assert told.code == USAGE
    for sentence in ("`jbos`", "There is no agent `cluade`: did you mean", "There is no agent `codx`", "'cobol'"):
        assert sentence in told.out


def test_validate_names_themes_and_keys_that_the_interface_has_not(person):
    keymap = '[ui.keymap]\nrun.rety = "f5"\n"home.new" = "Ctrl-x"\nrun.skip = "f6,ctrl+k,?"\nretry = "z"\n'
    (person.root / "ctxtui.toml").write_text(f'[ui]\ntheme = "nrod"\n{keymap}')
    told = person.types("config", "validate")
    written = "they are written as `z`, `f5`, `ctrl+x` or `question_mark`."
    origin = f"It stands in {person.root / 'ctxtui.toml'}."
    assert told.code == USAGE
    assert sorted(told.out.splitlines()) == [
        f"There is no theme `nrod`: did you mean `nord`? {origin}",
        f"`ui.keymap` has 'Ctrl-x' for `home.new`, which is no key: {written} {origin}",
        f"`ui.keymap` has `retry`, which is no key's name: did you mean `run.retry`? {origin}",
        f"`ui.keymap` has `run.rety`, which is no key's name: did you mean `run.retry`? {origin}",
    ]


def test_keys_are_listed_with_the_names_that_a_keymap_takes(person):
    listed = person.types("config", "keys", "--json").lines[0]
    assert listed["run.retry"]["keys"] == ["r"]
    assert listed["home.delete"]["keys"] == ["X", "delete"]
    (line,) = (line for line in person.types("config", "keys").out.splitlines() if line.startswith("run.skip "))
    assert line.split(maxsplit=2) == ["run.skip", "s", "leave it out; r takes that back"]


WORDS = {
    ("plan", "shop", "--jobs", "0"): "`jobs` in the command line is 0, but must be a whole number from 1 to 256.",
    ("plan", "shop", "--jobs", "x"): "invalid value for '--jobs' / '-j': 'x' is not a valid integer. `ctxtui plan --h",
    ("plan", "shop", "--jbos", "1"): "no such option '--jbos'",
    ("plan",): "missing argument '[REPOSITORY] TARGET'. `ctxtui plan --help` shows what it takes.",
    ("show", "a", "b", "c"): "got unexpected extra argument (c)",
    ("plan", "shop", "--below", "101"): "invalid value for '--below': 101.0 is not in the range 0<=x<=100.",
    ("export", "--html", "--junit"): "--html and --junit: ask for one report at a time.",
    ("jobs", "last", "x"): "invalid value for 'NUMBER': 'x' is not a valid whole number.",
    ("jobs", "last", "0"): "invalid value for 'NUMBER': 0 is not in the range 1<=x<=256.",
    ("pln", "shop"): "there is no command 'pln'. Did you mean `plan`?",
    ("zzz",): "there is no command 'zzz'. `ctxtui --help` lists the commands.",
    ("shop",): "there is no command 'shop'. `ctxtui run shop` tests its modules.",
    ("z" * 300,): f"there is no command '{'z' * 300}'. `ctxtui --help` lists the commands.",
    (
        "config",
        "show",
        "nope",
    ): "got unexpected extra argument (nope). `ctxtui config show --help` shows",
    ("config", "nope"): "no such command 'nope'. `ctxtui config --help` shows what it takes.",
}


@pytest.mark.parametrize("words", WORDS)
def test_words_that_cannot_be_understood_get_one_sentence(person, words):
    told = person.types(*words)
    assert (told.code, told.out) == (USAGE, "")
    assert told.sentence.startswith(WORDS[words])


def test_settings_are_shown_with_their_origin(person):
    told = person.types("config", "show", "--json", CTXTUI_MAX_ROUNDS="7").lines[0]
    assert told["max_rounds"] == {"value": 7, "origin": "the environment (CTXTUI_MAX_ROUNDS)"}
    assert told["jobs"]["origin"] == str(person.folder / "config" / "config.toml")
    assert "max_rounds" in person.types("config", "show").out
    assert person.types("config", "schema").lines[0]["$defs"]["Settings"]


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_the_password_of_a_database_is_not_shown(person, more):
    url = "postgresql://ana:hunt:er2@db.example.org/ctxtui"
    told = person.types("config", "show", *more, CTXTUI_DATABASE=url).out
    assert "hunt" not in told
    assert "postgresql://ana:***@db.example.org/ctxtui" in told


def test_init_writes_a_file_that_validates_and_never_overwrites(person):
    written = person.types("init", "--json", at=person.root / "shop")
    assert written.lines == [{"type": "written", "path": str(person.root / "ctxtui.toml")}]
    assert person.types("config", "validate").code == 0
    again = person.types("init")
    assert (again.code, again.sentence) == (
        USAGE,
        f"{person.root / 'ctxtui.toml'} exists already; it was left as it is.",
    )


@pytest.fixture
def guarded_folder():
    """A folder outside of pytest's own, which nobody else may enter."""
    with tempfile.TemporaryDirectory(prefix="ctxtui-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_settings_that_may_not_be_read_are_named(person, guarded_folder):
    inner = guarded_folder / "config"
    inner.mkdir()
    file = inner / "config.toml"
    file.write_text("jobs = 2\n")
    person.types("config", "show")  # imports what another person's Python may not be allowed to
    file.chmod(0)
    with unprivileged():
        told = person.types("config", "show", at=guarded_folder, CTXTUI_CONFIG_DIR=str(inner))
    assert (told.code, told.sentence) == (USAGE, f"The settings file {file} cannot be read: Permission denied.")
    inner.chmod(0)
    with unprivileged():
        told = person.types("config", "show", at=guarded_folder, CTXTUI_CONFIG_DIR=str(inner))
    inner.chmod(0o755)
    assert told.code == USAGE
    assert told.sentence == f"{file} cannot be used (Permission denied): check its permissions"
