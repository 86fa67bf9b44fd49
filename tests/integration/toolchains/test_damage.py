"""What a run does to files outside its own folder, and whose code did it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxtui.core.ports.toolchains import Blame, Touch

CODE = {
    "src/pkg/__init__.py": "",
    "src/pkg/a.py": "def keep(text, path='note.txt'):\n    open(path, 'w').write(text)\n",
}


def touches(report) -> set[tuple[str, str, Blame, str]]:
    return {(touch.path, touch.act, touch.blame, touch.test.rpartition("::")[2]) for touch in report.touched}


def test_a_file_that_a_test_writes_is_put_down_to_that_test(project, run):
    text = "from pkg.a import keep\ndef test_one(): keep('x')\ndef test_two(tmp_path): keep('x', tmp_path / 'own')\n"
    assert touches(run(project({**CODE, "tests/test_a.py": text}))) == {
        ("note.txt", "written", Blame.TESTS, "test_one")
    }


def test_what_an_import_writes_is_put_down_to_the_import(project, run):
    code = {
        **CODE,
        "src/pkg/a.py": "import logging\nlogging.getLogger('x').addHandler(logging.FileHandler('app.log'))\n",
    }
    report = run(project({**code, "tests/test_a.py": "import pkg.a\ndef test_one(): assert pkg.a\n"}))
    assert touches(report) == {("app.log", "written", Blame.IMPORT, "")}


def test_what_the_test_file_itself_writes_when_it_is_imported_is_its_own_doing(project, run):
    text = "open('data.txt', 'w').close()\ndef test_one(): pass\n"
    assert touches(run(project({**CODE, "tests/test_a.py": text}))) == {("data.txt", "written", Blame.TESTS, "")}


def test_what_conftest_writes_is_nobodys_fault(project, run):
    conftest = """
        import pytest
        from pathlib import Path
        @pytest.fixture(autouse=True)
        def _noted():
            Path("seen.txt").write_text("x")
        def pytest_sessionfinish(session):
            Path("report.xml").write_text("<done/>")
        """
    report = run(project({**CODE, "tests/conftest.py": conftest, "tests/test_a.py": "def test_one(): pass\n"}))
    assert touches(report) == {
        ("seen.txt", "written", Blame.CONFTEST, ""),
        ("report.xml", "written", Blame.CONFTEST, ""),
    }


@pytest.mark.parametrize(
    ("line", "path", "act"),
    [
        ("shutil.rmtree('data', ignore_errors=True)", "data", "deleted"),
        ("os.makedirs('out', exist_ok=True)", "out", "made"),
        ("os.rename('kept.txt', 'gone.txt')", "kept.txt", "deleted"),
        ("sqlite3.connect('state.db')", "state.db", "written"),
        ("Path('a').symlink_to('b')", "a", "written"),
    ],
)
def test_every_kind_of_harm_is_seen_even_when_nothing_is_there_yet(project, run, line: str, path: str, act: str):
    text = f"import os, shutil, sqlite3\nfrom pathlib import Path\ndef test_one(): {line}\n"
    report = run(project({**CODE, "kept.txt": "x", "tests/test_a.py": text}))
    assert (path, act, Blame.TESTS, "test_one") in touches(report)


def test_a_file_elsewhere_on_the_machine_is_seen_too(project, run, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    victim = tmp_path / "elsewhere" / "precious.txt"
    text = f"from pathlib import Path\ndef test_one(): Path({str(victim)!r}).write_text('x')\n"
    report = run(project({**CODE, "tests/test_a.py": text}))
    assert report.touched == (Touch(str(victim), "written", Blame.TESTS, "tests/test_a.py::test_one"),)


def test_a_file_of_its_own_is_nothing_to_tell(project, run):
    text = """
        import tempfile, os
        from pathlib import Path
        def test_one(tmp_path, monkeypatch):
            monkeypatch.chdir(tmp_path)
            Path("here.txt").write_text("x")
            (Path.home() / "note").write_text("x")
            with tempfile.NamedTemporaryFile() as file: file.write(b"x")
            with open(os.devnull, "w") as file: file.write("x")
        """
    assert run(project({**CODE, "tests/test_a.py": text})).touched == ()


@pytest.mark.parametrize(
    "line", ["shutil.rmtree({root!r} + '/data')", "open({root!r} + '/state.json', 'w').write('x')"]
)
def test_what_a_test_would_do_to_the_checkout_that_it_is_for_does_not_happen(project, run, line: str):
    checkout = project({"data/precious.txt": "x", "state.json": "{}"}, name="checkout")
    text = f"import shutil\ndef test_one():\n    {line.format(root=str(checkout))}\n"
    report = run(project({**CODE, "tests/test_a.py": text}), checkout=str(checkout))
    assert (checkout / "data/precious.txt").read_text() == "x"
    assert (checkout / "state.json").read_text() == "{}"
    assert [(case.outcome, "may not change files outside" in case.message) for case in report.cases] == [
        ("failed", True)
    ]
    assert [(touch.blame, touch.test) for touch in report.touched] == [(Blame.TESTS, "tests/test_a.py::test_one")]


def test_what_any_run_writes_may_be_written_by_a_test_too(project, run):
    checkout = project({"state.json": "{}"}, name="checkout")
    place = str(checkout / "state.json")
    text = f"def test_one():\n    open({place!r}, 'w').write('x')\n"
    report = run(project({**CODE, "tests/test_a.py": text}), checkout=str(checkout), tolerated=(place,))
    assert [case.outcome for case in report.cases] == ["passed"]


def test_a_link_that_leads_to_the_checkout_is_no_way_around(project, run, tmp_path: Path):
    checkout = project({"state.json": "{}"}, name="checkout")
    (tmp_path / "link").symlink_to(checkout)
    text = f"def test_one():\n    open({str(tmp_path / 'link/state.json')!r}, 'w').write('x')\n"
    run(project({**CODE, "tests/test_a.py": text}), checkout=str(checkout))
    assert (checkout / "state.json").read_text() == "{}"


def test_a_worktree_that_lies_in_the_checkout_is_the_tests_own(project, run):
    checkout = project({"state.json": "{}"}, name="checkout")
    text = "from pathlib import Path\ndef test_one(): Path('here.txt').write_text('x')\n"
    report = run(project({**CODE, "tests/test_a.py": text}, name="checkout/cache/slot-01"), checkout=str(checkout))
    assert [case.outcome for case in report.cases] == ["passed"]
