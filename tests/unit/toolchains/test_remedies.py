"""What mends an environment is told from what pytest and Python say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ctxtui.core.toolchains.remedies import NOT_BUILT, NOT_THERE, Mending


@pytest.fixture
def mending(tmp_path: Path) -> Mending:
    return Mending(tmp_path, "shop", Path("/env/bin/python"))


@pytest.mark.parametrize(
    "message",
    [
        "tests/conftest.py cannot be imported: KeyError: 'SHOP_TOKEN'",
        "decouple.UndefinedValueError: SHOP_TOKEN not found. Declare it as envvar or define a default value.",
        "ImproperlyConfigured: Set the SHOP_TOKEN environment variable",
        "RuntimeError: please set SHOP_TOKEN (an environment variable)",
        "pytest is told to stop: missing env var SHOP_TOKEN",
        "OSError: Environment variables not set: SHOP_TOKEN",
    ],
)
def test_a_variable_of_the_environment_that_is_missing_is_named(mending: Mending, message: str):
    remedy = mending.remedy(message)
    assert 'os.environ.setdefault("SHOP_TOKEN", "…")' in remedy
    assert '`pass_env = ["SHOP_TOKEN"]`' in remedy
    assert remedy.startswith("Tests run without the variables of your shell")


@pytest.mark.parametrize("message", ["KeyError: 'name'", "ValueError: SHOP is closed", "assert 1 == 2"])
def test_what_speaks_of_no_variable_is_given_none(mending: Mending, message: str):
    assert mending.remedy(message) == ""


@pytest.mark.parametrize(
    ("module", "remedy"),
    [
        ("simplejson", "Run `/env/bin/python -m pip install simplejson`."),
        ("orders.test_new", ""),
        ("_winreg", ""),
        ("win32com", "Run `/env/bin/python -m pip install pywin32`."),
        ("zope.interface.common", "Run `/env/bin/python -m pip install zope.interface`."),
        ("zope", ""),
        ("google.cloud.storage", ""),
        ("google.protobuf", "Run `/env/bin/python -m pip install protobuf`."),
        ("mysql", "Run `/env/bin/python -m pip install mysql-connector-python`."),
    ],
)
def test_a_name_that_is_there_or_shared_by_many_is_never_installed(mending: Mending, module: str, remedy: str):
    assert mending.remedy(f"ModuleNotFoundError: No module named '{module}'") == remedy


def test_what_the_project_asks_for_itself_comes_before_a_guess_from_a_modules_name(mending: Mending):
    (mending.project / "requirements-test.txt").write_text("acme-ledger-client\nfreezer-extras\n")
    (mending.project / "requirements-dev.txt").write_text("freezer\n")
    ledger, freezer = (
        mending.remedy(f"ModuleNotFoundError: No module named '{name}'") for name in ("ledger", "freezer")
    )
    assert ledger.endswith("pip install -r requirements-test.txt`.")
    assert freezer.endswith("pip install -r requirements-dev.txt`.")


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        (f"it imports shop._version, {NOT_THERE}shop/_version.py", "Build the project: run "),
        ("ModuleNotFoundError: No module named 'shop._version'", "Build the project: run "),
        ("ModuleNotFoundError: No module named 'shop'", "The project itself is not installed: run "),
    ],
)
def test_a_module_of_the_project_itself_is_made_by_its_build(mending: Mending, message: str, remedy: str):
    (mending.project / "pyproject.toml").write_text("[build-system]\nrequires = []\n")
    assert mending.remedy(message) == f"{remedy}`/env/bin/python -m pip install -e .`."


def test_what_is_installed_and_yet_not_found_is_not_advised_to_install(mending: Mending):
    """As a part of a namespace is that another part hides."""
    message = "ModuleNotFoundError: No module named 'zope.interface'"
    assert mending.remedy(message)
    assert replace(mending, installed=("zope_interface",)).remedy(message) == ""


def test_needs_of_a_kind_are_one_sentence(mending: Mending):
    (mending.project / "requirements-test.txt").write_text("freezer\n")
    missing = ("alpha", "freezer", "beta", "alpha")
    messages = [f"ModuleNotFoundError: No module named '{name}'" for name in missing]
    assert mending.remedy("KeyError: 'SHOP_A'", *messages, "KeyError: 'SHOP_B'").startswith(
        "Install what the project's tests need: run `/env/bin/python -m pip install -r requirements-test.txt`. "
        "Run `/env/bin/python -m pip install alpha beta`. "
        "Tests run without the variables of your shell: where they need SHOP_A, SHOP_B, "
        'hand it on with `pass_env = ["SHOP_A", "SHOP_B"]`'
    )


@pytest.mark.parametrize(
    ("settings", "has_pip", "line"),
    [
        ("home = /usr/bin\nuv = 0.9.1\n", False, "uv pip install --python {python} alpha"),
        ("home = /usr/bin\nuv = 0.9.1\n", True, "{python} -m pip install alpha"),
        ("home = /usr/bin\nversion = 3.12.1\n", False, "{python} -m pip install alpha"),
    ],
)
def test_an_environment_without_pip_that_uv_made_is_filled_by_uv(
    tmp_path: Path, settings: str, has_pip: bool, line: str
):
    (tmp_path / "pyvenv.cfg").write_text(settings)
    if has_pip:
        (tmp_path / "lib" / "python3.12" / "site-packages" / "pip").mkdir(parents=True)
    python = tmp_path / "bin" / "python"
    remedy = Mending(tmp_path, "shop", python).remedy("ModuleNotFoundError: No module named 'alpha'")
    assert remedy == f"Run `{line.format(python=python)}`."


NO_SETTINGS = "ImproperlyConfigured: Requested setting DATABASES, but settings are not configured."


def test_a_plugin_that_is_there_is_not_advised_to_install(mending: Mending):
    assert "run `/env/bin/python -m pip install pytest-django`, write" in mending.remedy(NO_SETTINGS)
    assert "install" not in replace(mending, installed=("pytest_django",)).remedy(NO_SETTINGS)


@pytest.mark.parametrize(
    ("file", "text", "written"),
    [
        ("pytest.ini", "", "`DJANGO_SETTINGS_MODULE = shop.conf` below `[pytest]` in pytest.ini"),
        ("setup.cfg", "", "`DJANGO_SETTINGS_MODULE = shop.conf` below `[tool:pytest]` in setup.cfg"),
        (
            "pyproject.toml",
            "",
            '`DJANGO_SETTINGS_MODULE = "shop.conf"` below `[tool.pytest.ini_options]` in pyproject.toml',
        ),
        (
            "pyproject.toml",
            "[tool.pytest]\n",
            '`DJANGO_SETTINGS_MODULE = "shop.conf"` below `[tool.pytest]` in pyproject.toml',
        ),
        (
            "pyproject.toml",
            '[tool.pytest]\nother = 1\nini_options.addopts = [\n  "-q",\n]\n',
            '`ini_options.DJANGO_SETTINGS_MODULE = "shop.conf"` below `[tool.pytest]` in pyproject.toml',
        ),
        ("pytest.toml", "", '`DJANGO_SETTINGS_MODULE = "shop.conf"` below `[pytest]` in pytest.toml'),
    ],
)
def test_djangos_settings_are_written_as_the_file_of_settings_has_it(
    mending: Mending, file: str, text: str, written: str
):
    (mending.project / "manage.py").write_text("environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.conf')\n")
    (mending.project / file).write_text(text)
    remedy = replace(mending, installed=("pytest-django",), settings=mending.project / file).remedy(NO_SETTINGS)
    assert remedy == f"Django's settings are not named for pytest: write {written}, and commit it."


def test_settings_beside_a_script_in_a_folder_are_named_with_the_folder(mending: Mending):
    site = mending.project / "tests" / "site"
    site.mkdir(parents=True)
    (site / "settings.py").touch()
    (site.parent / "manage.py").write_text("environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n")
    assert "write `DJANGO_SETTINGS_MODULE = site.settings` and `pythonpath = tests` below" in mending.remedy(
        NO_SETTINGS
    )


def test_settings_that_are_there_are_named_before_those_that_are_not(mending: Mending):
    (mending.project / "tox.ini").write_text("commands = django-admin test --settings=gone.settings\n")
    (mending.project / "manage.py").write_text("environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.conf')\n")
    (mending.project / "shop").mkdir()
    (mending.project / "shop" / "conf.py").touch()
    assert "`DJANGO_SETTINGS_MODULE = shop.conf`" in mending.remedy(NO_SETTINGS)


def test_settings_in_a_folder_without_a_manage_py_are_named_with_where_to_look(mending: Mending):
    (mending.project / "tests").mkdir()
    (mending.project / "tests" / "settings.py").touch()
    assert "write `DJANGO_SETTINGS_MODULE = tests.settings` and `pythonpath = .` below" in mending.remedy(NO_SETTINGS)


def test_a_list_that_the_settings_have_gets_one_entry_more(mending: Mending):
    (mending.project / "tests").mkdir()
    (mending.project / "tests" / "settings.py").touch()
    file = mending.project / "pytest.ini"
    file.write_text("[pytest]\npythonpath = src\n")
    with_settings = replace(mending, settings=file)
    assert (
        "write `DJANGO_SETTINGS_MODULE = tests.settings` below `[pytest]` in pytest.ini, and add `.` to `pythonpath`"
        in (with_settings.remedy(NO_SETTINGS))
    )
    told = with_settings.put_on_the_path(mending.project / "lib")
    assert told == "To have it found, add `lib` to `pythonpath` in pytest.ini."


def test_settings_that_a_script_makes_are_advised_to_be_made_for_pytest_too(mending: Mending):
    (mending.project / "runtests.py").write_text("def main():\n    settings.configure(USE_TZ=False)\n")
    remedy = replace(mending, installed=("pytest-django",)).remedy(NO_SETTINGS)
    assert remedy == (
        "Django's settings are made where pytest does not look: have a conftest.py make them as runtests.py does, "
        "with `settings.configure(…)`, and commit it."
    )


@pytest.mark.parametrize("message", ["No module named 'django'", "PackageNotFoundError: shop", NO_SETTINGS])
def test_where_the_projects_own_environment_only_lacks_pytest_that_is_put_there(mending: Mending, message: str):
    borrowed = replace(mending, is_borrowed=True, without_pytest=Path("/own/bin/python"))
    line = "`/own/bin/python -m pip install --upgrade pytest`"
    told = f"Put pytest into the environment that the project has: run {line}."
    assert borrowed.remedy(message) == borrowed.install_or_find(mending.project) == told


def test_a_line_that_only_does_in_its_folder_what_it_says_names_the_folder(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\ndependencies = ['simplejson']\n", "utf-8")
    mending = Mending(tmp_path, "shop", Path("/env/bin/python"), within="packages/shop")
    assert mending.remedy("No module named 'simplejson'").endswith(" -e .` in packages/shop.")
    assert mending.remedy("No module named 'tabulate'").endswith(" tabulate`.")


def test_what_has_to_be_built_is_advised_to_be_built(mending: Mending):
    remedy = mending.remedy(f"it cannot be imported: it imports shop._fast, {NOT_BUILT}")
    assert remedy.startswith("Build the project: run `")
    assert remedy.endswith(" -e .`.")
