from __future__ import annotations

from ctxtui.core.generator.reading.surroundings import Surroundings, surroundings_of


def test_a_project_without_settings_adds_nothing(tmp_path):
    assert surroundings_of(tmp_path, "tests/test_a.py") == Surroundings(str(tmp_path))


def test_import_paths_and_django_settings_come_from_the_ini_file(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = lib .\nDJANGO_SETTINGS_MODULE = web.settings\n")
    found = surroundings_of(tmp_path, "tests/test_a.py")
    assert found.import_paths == (str(tmp_path / "lib"), str(tmp_path))
    assert found.settings_module == "web.settings"


def test_the_settings_of_the_nearest_project_count(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\nDJANGO_SETTINGS_MODULE = site.settings\n")
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend" / "pyproject.toml").write_text(
        '[tool.pytest]\nDJANGO_SETTINGS_MODULE = "web.settings"\npythonpath = ["lib"]\n'
    )
    found = surroundings_of(tmp_path, "backend/tests/unit/test_a.py")
    assert found == Surroundings(str(tmp_path / "backend"), (str(tmp_path / "backend" / "lib"),), (), "web.settings")
    assert surroundings_of(tmp_path, "tests/test_a.py").settings_module == "site.settings"


def test_import_paths_come_from_pyproject(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["src", "lib"]\n')
    assert surroundings_of(tmp_path, "test_a.py").import_paths == (str(tmp_path / "src"), str(tmp_path / "lib"))


def test_settings_of_setup_cfg_stand_in_its_own_section(tmp_path):
    (tmp_path / "setup.cfg").write_text("[tool:pytest]\nDJANGO_SETTINGS_MODULE = tests.settings\n")
    assert surroundings_of(tmp_path, "tests/test_a.py").settings_module == "tests.settings"


def test_conftest_files_on_the_way_to_the_test_are_listed_outermost_first(tmp_path):
    inner = tmp_path / "tests" / "unit"
    inner.mkdir(parents=True)
    (tmp_path / "conftest.py").write_text("import sys\nsys.path.insert(0, 'lib')\n")
    (inner / "conftest.py").write_text("import os\nos.environ['A'] = '1'\n")
    (tmp_path / "tests" / "conftest.py").write_text("import pytest\n")
    found = surroundings_of(tmp_path, "tests/unit/test_a.py")
    assert found.conftests == (str(tmp_path / "conftest.py"), str(inner / "conftest.py"))


def test_a_settings_file_that_cannot_be_read_is_as_good_as_none(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.pytest\n")
    (tmp_path / "tox.ini").write_text("no section\n")
    assert surroundings_of(tmp_path, "tests/test_a.py") == Surroundings(str(tmp_path))
