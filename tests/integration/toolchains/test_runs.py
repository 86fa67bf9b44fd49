from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.ports.toolchains import RunEnd, TestOutcome, TestReport

Run = Callable[..., TestReport]
Project = Callable[..., Path]

CODE = {
    "src/pkg/__init__.py": "",
    "src/pkg/a.py": "def double(x):\n    if x is None:\n        return 0\n    return 2 * x\n",
}
PASSING = "from pkg.a import double\n\ndef test_double():\n    assert double(2) == 4\n"


@pytest.fixture
def with_tests(project: Project) -> Callable[[str], Path]:
    return lambda text: project({**CODE, "tests/test_a.py": text})


def outcomes(report: TestReport) -> dict[str, str]:
    return {case.id.rpartition("::")[2]: str(case.outcome) for case in report.cases}


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def snapshot(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


def test_a_passing_run_says_what_it_imported_and_leaves_nothing_behind(with_tests, run: Run, run_folders: Path):
    root = with_tests(PASSING)
    before = snapshot(root)
    report = run(root, measure=("src/pkg/a.py",))
    assert report.end is RunEnd.PASSED
    assert report.message == ""
    assert [case.file for case in report.cases] == ["tests/test_a.py"]
    assert report.imported == ("pkg", "pkg.a")
    assert snapshot(root) == before
    assert list(run_folders.iterdir()) == []


def test_a_long_failure_is_told_from_its_beginning(with_tests, run: Run):
    """As those of pytester, whose message goes on with all that the inner run printed."""
    root = with_tests(
        """
        import pytest

        def test_inner():
            printed = [f"and: 'line {number} of the inner run'" for number in range(60)]
            pytest.fail("\\n".join(["nomatch: '*1 passed*'", *printed]))
        """
    )
    (case,) = run(root).cases
    assert case.message.startswith("Failed: nomatch: '*1 passed*'\n")


def test_every_kind_of_outcome_is_told_apart(with_tests, run: Run):
    root = with_tests(
        """
        import pytest
        @pytest.fixture
        def broken():
            raise RuntimeError("no fixture")
        @pytest.fixture
        def messy():
            yield
            raise RuntimeError("no teardown")
        def test_passes(): pass
        def test_fails(): assert [1, 2] == [1, 3]
        def test_errors(broken): pass
        def test_ends_badly(messy): pass
        @pytest.mark.skip(reason="later")
        def test_skipped(): pass
        @pytest.mark.xfail(reason="known")
        def test_known(): assert False
        """
    )
    report = run(root)
    assert report.end is RunEnd.FAILED
    assert report.message == "3 of 6 tests failed"
    assert outcomes(report) == {
        "test_passes": "passed",
        "test_fails": "failed",
        "test_errors": "error",
        "test_ends_badly": "error",
        "test_skipped": "skipped",
        "test_known": "skipped",
    }
    failed = next(case for case in report.cases if case.outcome is TestOutcome.FAILED)
    assert "assert [1, 2] == [1, 3]" in failed.message
    assert failed.detail.startswith("tests/test_a.py:")


def test_coverage_counts_lines_and_branches_of_the_named_files(with_tests, run: Run):
    root = with_tests(PASSING)
    (root / "src/pkg/b.py").write_text("VALUE = 1\n", "utf-8")
    report = run(root, measure=("src/pkg/a.py", "src/pkg/b.py"))
    measured = {entry.path: entry for entry in report.coverage}
    assert measured["src/pkg/a.py"].missing == (3,)
    assert 0 < measured["src/pkg/a.py"].percent < 100
    assert measured["src/pkg/b.py"].percent == 0


def test_the_projects_own_coverage_settings_do_not_change_what_is_measured(project: Project, run: Run):
    settings = "[run]\nparallel = true\nomit = *\n[report]\nfail_under = 100\n"
    root = project({**CODE, "tests/test_a.py": PASSING, ".coveragerc": settings})
    assert run(root, measure=("src/pkg/a.py",)).coverage[0].missing == (3,)


def test_collecting_only_names_the_tests_and_runs_none(with_tests, run: Run):
    root = with_tests("from pkg.a import double\ndef test_one(): assert False\ndef test_two(): assert False\n")
    report = run(root, collect_only=True)
    assert report.end is RunEnd.PASSED
    assert outcomes(report) == {"test_one": "skipped", "test_two": "skipped"}
    assert report.imported == ("pkg", "pkg.a")


def test_a_file_without_tests_is_no_pass(with_tests, run: Run):
    report = run(with_tests("import pkg.a\n"))
    assert report.end is RunEnd.NO_TESTS
    assert report.message == "no tests were found in tests/test_a.py"


def test_a_file_that_is_skipped_as_a_whole_says_why(with_tests, run: Run):
    report = run(with_tests("import pytest\npytest.importorskip('nowhere_to_be_found')\ndef test_a(): pass\n"))
    assert report.end is RunEnd.NO_TESTS
    assert "skipped as a whole" in report.message
    assert "nowhere_to_be_found" in report.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import nowhere_to_be_found\n", "ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("def test_(:\n", "SyntaxError"),
        ("import sys\nsys.exit(3)\n", "SystemExit"),
    ],
)
def test_a_file_that_cannot_be_collected_is_named_with_its_reason(with_tests, run: Run, text: str, reason: str):
    report = run(with_tests(text))
    assert report.end is RunEnd.COLLECTION_ERROR
    assert report.message.startswith("tests/test_a.py cannot be collected: ")
    assert reason in report.message
    assert report.cases[0].file == "tests/test_a.py"


def test_one_broken_file_does_not_hide_the_others(with_tests, run: Run):
    root = with_tests(PASSING)
    (root / "tests/test_b.py").write_text("import nowhere_to_be_found\n", "utf-8")
    report = run(root, "tests/test_a.py", "tests/test_b.py")
    assert report.end is RunEnd.COLLECTION_ERROR
    assert {case.file: str(case.outcome) for case in report.cases} == {
        "tests/test_a.py": "passed",
        "tests/test_b.py": "error",
    }


def test_a_broken_conftest_is_a_collection_error(with_tests, run: Run):
    root = with_tests(PASSING)
    (root / "tests/conftest.py").write_text("import nowhere_to_be_found\n", "utf-8")
    report = run(root)
    assert report.end is RunEnd.COLLECTION_ERROR
    assert "tests/conftest.py" in report.message
    assert "nowhere_to_be_found" in report.message


def test_the_projects_conftest_applies(with_tests, run: Run):
    root = with_tests("def test_a(word): assert word == 'given'\n")
    (root / "tests/conftest.py").write_text("import pytest\n@pytest.fixture\ndef word(): return 'given'\n", "utf-8")
    assert run(root).end is RunEnd.PASSED


def test_a_test_that_hangs_fails_and_the_others_still_run(with_tests, run: Run):
    root = with_tests("import time\ndef test_hangs(): time.sleep(60)\ndef test_after(): pass\n")
    report = run(root, test_timeout=0.5)
    assert report.end is RunEnd.FAILED
    assert outcomes(report) == {"test_hangs": "failed", "test_after": "passed"}
    assert "did not end within 0.5 s" in report.cases[0].message


def test_an_interruption_that_is_swallowed_once_comes_again(with_tests, run: Run):
    root = with_tests(
        """
        import time, unittest
        class TestParts(unittest.TestCase):
            def test_parts(self):
                for n in range(2):
                    with self.subTest(n=n):
                        time.sleep(60)
        def test_after(): pass
        """
    )
    assert outcomes(run(root, test_timeout=0.5))["test_after"] == "passed"


def test_a_test_that_cannot_be_interrupted_ends_the_run_and_is_named(with_tests, run: Run, monkeypatch):
    monkeypatch.setattr("ctxtui.core.toolchains.pytest_run.HARD_KILL_GRACE", 0.5)
    root = with_tests(
        """
        import time
        def test_before(): pass
        def test_stubborn():
            while True:
                try: time.sleep(60)
                except BaseException: pass
        """
    )
    report = run(root, test_timeout=0.5)
    assert report.end is RunEnd.TIMEOUT
    assert "test_stubborn did not end within 0.5 s" in report.message
    assert outcomes(report) == {"test_before": "passed", "test_stubborn": "error"}
    assert "test_a.py" in report.cases[1].detail


def test_a_hang_while_importing_is_a_collection_error(with_tests, run: Run):
    report = run(with_tests("import time\ntime.sleep(60)\n"), test_timeout=0.5)
    assert report.end is RunEnd.COLLECTION_ERROR
    assert "did not end within 0.5 s" in report.message


def test_a_run_over_its_time_is_ended_with_every_process_it_started(with_tests, run: Run, tmp_path: Path, run_folders):
    pids = tmp_path / "pids"
    root = with_tests(
        f"""
        import subprocess, sys, time
        def test_spawns():
            plain = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
            away = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
            with open({str(pids)!r}, "w") as file:
                file.write(f"{{plain.pid}} {{away.pid}}")
            time.sleep(60)
        """
    )
    for timeout in (2.0, 6.0, 18.0):  # a busy machine may not come to the test in time
        report = run(root, timeout=timeout)
        if pids.exists():
            break
    assert report.end is RunEnd.TIMEOUT
    assert report.message == f"the run did not end within {timeout:g} s in tests/test_a.py::test_spawns"
    deadline = time.monotonic() + 10
    while any(is_alive(int(pid)) for pid in pids.read_text().split()):  # a killed process takes a moment to go
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert list(run_folders.iterdir()) == []


def test_a_thread_that_outlives_the_tests_is_told(with_tests, run: Run, monkeypatch):
    monkeypatch.setattr("ctxtui.core.processes.bounded.LINGER", 0.5)
    root = with_tests("import threading, time\ndef test_a(): threading.Thread(target=time.sleep, args=(60,)).start()\n")
    report = run(root)
    assert report.end is RunEnd.TIMEOUT
    assert "a thread they started still runs" in report.message
    assert outcomes(report) == {"test_a": "passed"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("os._exit(0)", "the interpreter ended with exit code 0 before the tests did"),
        ("os.kill(os.getpid(), 11)", "the interpreter was ended by SIGSEGV"),
    ],
)
def test_a_test_that_ends_the_interpreter_is_named(with_tests, run: Run, line: str, message: str):
    report = run(with_tests(f"import os\ndef test_before(): pass\ndef test_a(): {line}\n"))
    assert report.end is RunEnd.CRASHED
    assert report.message == f"{message} in tests/test_a.py::test_a"
    assert outcomes(report) == {"test_before": "passed", "test_a": "error"}


def test_huge_output_is_cut(with_tests, run: Run):
    root = with_tests("def test_a():\n    print('x' * 5_000_000)\n    assert 'y' * 100_000 == ''\n")
    report = run(root)
    assert report.end is RunEnd.FAILED
    assert len(report.output_tail) <= 7000
    assert len(report.cases[0].detail) <= 4100
    assert len(report.cases[0].message) <= 700


def test_output_without_end_is_stopped(with_tests, run: Run, monkeypatch):
    monkeypatch.setattr("ctxtui.core.processes.bounded.LARGEST_OUTPUT", 100_000)
    root = with_tests(
        "import os\ndef test_a(capfd):\n  with capfd.disabled():\n    while True: os.write(1, b'x' * 4096)\n"
    )
    report = run(root)
    assert report.end is RunEnd.CRASHED
    assert "printed more than" in report.message


def test_what_a_test_writes_into_the_tree_stays_to_be_seen(with_tests, run: Run):
    root = with_tests("def test_a(): open('leftover.txt', 'w').close()\n")
    assert run(root).end is RunEnd.PASSED
    assert (root / "leftover.txt").exists()


def test_two_hundred_cases_are_all_reported(with_tests, run: Run):
    root = with_tests("import pytest\n@pytest.mark.parametrize('n', range(200))\ndef test_a(n): assert n != 150\n")
    report = run(root)
    assert len(report.cases) == 200
    assert report.message == "1 of 200 tests failed"


def test_a_seed_shuffles_blocks_and_is_repeatable(with_tests, run: Run):
    tests = "".join(f"def test_{n}(): pass\n" for n in range(12))
    grouped = "class TestGroup:\n" + "".join(f"    def test_in_{n}(self): pass\n" for n in range(4))
    root = with_tests(tests + grouped)
    plain = [case.id for case in run(root).cases]
    first = [case.id for case in run(root, seed=1).cases]
    again = [case.id for case in run(root, seed=1).cases]
    assert first == again
    assert first != plain
    assert sorted(first) == sorted(plain)
    grouped_at = [index for index, node in enumerate(first) if "TestGroup" in node]
    assert grouped_at == list(range(grouped_at[0], grouped_at[0] + 4))


def test_seeds_vary_chance_time_zone_and_hashes(with_tests, run: Run):
    root = with_tests(
        """
        import os, random
        def test_a(): assert (random.random(), os.environ["TZ"], hash("word")) == 0
        """
    )
    messages = [run(root, seed=seed, hash_seed=seed).cases[0].message for seed in (1, 1, 2)]
    assert messages[0] == messages[1] != messages[2]


def test_a_test_that_reaches_for_the_network_fails_even_if_it_swallows_the_error(with_tests, run: Run):
    root = with_tests(
        """
        import socket
        def test_swallows():
            try: socket.create_connection(("192.0.2.1", 80), timeout=5)
            except Exception: pass
        def test_loopback():
            server = socket.create_server(("127.0.0.1", 0))
            with server, socket.create_connection(server.getsockname()): pass
        """
    )
    report = run(root)
    assert outcomes(report) == {"test_swallows": "failed", "test_loopback": "passed"}
    assert report.cases[0].message == "the test needs the network: it reached for 192.0.2.1"


def test_a_module_that_copes_without_the_network_when_it_is_imported_costs_no_test(with_tests, run: Run):
    root = with_tests(
        """
        import socket
        try: socket.socket().connect(("192.0.2.1", 80))
        except OSError as error: kept = [type(error)]
        try: socket.gethostbyname("shop.example")
        except socket.gaierror as error: kept.append(type(error))
        def test_offline(): assert kept == [OSError, socket.gaierror]
        """
    )
    assert outcomes(run(root)) == {"test_offline": "passed"}


def test_the_persons_home_and_environment_stay_out_of_sight(with_tests, run: Run, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "x")
    root = with_tests(
        f"""
        import os
        from pathlib import Path
        def test_a():
            assert "SECRET_TOKEN" not in os.environ
            assert str(Path.home()) != {str(Path.home())!r}
            (Path.home() / "note").write_text("gone afterwards")
        """
    )
    assert run(root).end is RunEnd.PASSED


def test_warnings_that_the_project_makes_errors_stay_errors(with_tests, run: Run):
    root = with_tests("import warnings\ndef test_a(): warnings.warn('old')\n")
    (root / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", "utf-8")
    report = run(root)
    assert report.end is RunEnd.FAILED
    assert "UserWarning: old" in report.cases[0].message


def test_options_of_the_project_that_run_other_things_are_left_out(with_tests, run: Run):
    root = with_tests(PASSING)
    (root / "pytest.ini").write_text("[pytest]\naddopts = --cov=pkg -n 4 --import-mode=importlib\n", "utf-8")
    assert run(root).end is RunEnd.PASSED


def test_a_plugin_named_for_the_run_is_loaded(with_tests, run: Run):
    root = with_tests("def test_a(benchmark_of): assert benchmark_of == 1\n")
    (root / "own_plugin.py").write_text("import pytest\n@pytest.fixture\ndef benchmark_of(): return 1\n", "utf-8")
    assert run(root, pytest_plugins=("own_plugin",)).end is RunEnd.PASSED


def test_a_plugin_that_is_not_installed_is_said_clearly(with_tests, run: Run):
    report = run(with_tests(PASSING), pytest_plugins=("no_such_plugin",))
    assert report.end is RunEnd.CRASHED
    assert "no_such_plugin" in report.message


def test_a_sub_project_runs_from_its_own_folder(project: Project, run: Run):
    root = project(
        {
            "pyproject.toml": "[tool.pytest.ini_options]\nfilterwarnings = ['error']\n",
            "services/one/pyproject.toml": "[tool.pytest.ini_options]\n",
            "services/one/pkg/__init__.py": "",
            "services/one/pkg/a.py": "VALUE = 1\n",
            "services/one/data.txt": "here",
            "services/one/tests/test_a.py": "import pkg.a\ndef test_a(): assert open('data.txt').read() == 'here'\n",
        }
    )
    report = run(root, "services/one/tests/test_a.py", import_roots=("services/one",))
    assert report.end is RunEnd.PASSED
    assert report.cases[0].id == "services/one/tests/test_a.py::test_a"


def test_an_interpreter_that_does_not_run_is_an_error(with_tests, run: Run, tmp_path: Path):
    with pytest.raises(ToolchainError, match="does not run"):
        run(with_tests(PASSING), interpreter=tmp_path / "no-python")


def test_evidence_is_the_same_text_in_any_worktree(project: Project, run: Run):
    text = "def test_a(tmp_path): assert tmp_path == 1\n"
    reports = [run(project({**CODE, "tests/test_a.py": text}, name=name)) for name in ("one", "two")]
    assert reports[0].cases == reports[1].cases


def test_a_clock_may_be_days_ahead_for_all_that_asks_for_the_date(with_tests, run: Run, monkeypatch):
    root = with_tests(
        f"        REAL = {time.time()}"
        """
        import calendar, datetime, email.utils, os, pickle, time
        AHEAD = 400 * 86400
        MARK = time.monotonic()
        class Own(datetime.datetime): pass
        def is_ahead(seconds): return abs(seconds - REAL - AHEAD) < 600
        def test_time(): assert is_ahead(time.time()) and is_ahead(time.time_ns() / 1e9)
        def test_clock(): assert is_ahead(time.clock_gettime(time.CLOCK_REALTIME))
        def test_parts(): assert is_ahead(time.mktime(time.localtime())) and is_ahead(calendar.timegm(time.gmtime()))
        def test_text(): assert time.strftime("%Y") == time.ctime()[-4:] == time.asctime()[-4:]
        def test_now(): assert is_ahead(datetime.datetime.now().timestamp())
        def test_zone(): assert is_ahead(datetime.datetime.now(datetime.timezone.utc).timestamp())
        def test_today(): assert datetime.date.today() == datetime.datetime.today().date()
        def test_subclass(): assert type(Own.now()) is Own
        def test_given(): assert time.gmtime(0).tm_year == 1970 and datetime.datetime.fromtimestamp(0).year <= 1970
        def test_mail(): assert email.utils.formatdate()[12:16] == time.strftime("%Y", time.gmtime())
        def test_pickled(): assert pickle.loads(pickle.dumps(datetime.datetime(2020, 1, 1))).year == 2020
        def test_short(): assert time.monotonic() - MARK < 60
        def test_new_files(tmp_path):
            (tmp_path / "a").write_text("x")
            assert abs(time.time() - (tmp_path / "a").stat().st_mtime) < 60
        """
    )
    report = run(root, days_ahead=400)
    assert {name: outcome for name, outcome in outcomes(report).items() if outcome != "passed"} == {}
    assert len(report.cases) == 13


def test_the_clock_stays_where_a_library_changes_it_in_c(project, run: Run):
    text = "import types, time\ndef test_own(): assert isinstance(time.time, types.BuiltinFunctionType)\n"
    report = run(project({**CODE, "_time_machine.py": "", "tests/test_a.py": text}), days_ahead=400, seed=1)
    assert report.end is RunEnd.PASSED
    assert report.surroundings
    assert "400 days" not in report.surroundings


def test_a_run_may_be_started_in_the_folder_of_the_tests(project, run):
    text = "from pathlib import Path\nimport pkg.a\ndef test_here(): assert Path('pkg/a.py').exists()\n"
    root = project({**CODE, "tests/test_a.py": text})
    (root / "pkg").mkdir(exist_ok=True)
    (root / "pkg" / "a.py").touch()
    assert run(root).end is RunEnd.PASSED
    moved = run(root, elsewhere=True, seed=1)
    assert [case.id for case in moved.cases if case.outcome is TestOutcome.FAILED] == ["tests/test_a.py::test_here"]
    assert moved.surroundings.endswith("started in the folder of the tests")


READS_A_VARIABLE = """
import os

def test_reads():
    assert os.environ["SHOP_TOKEN"] == "abc"
    assert os.environ["TZ"] == "UTC"
"""


def test_a_run_is_given_the_variables_that_are_passed_on(with_tests, run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SHOP_TOKEN", "abc")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    root = with_tests(READS_A_VARIABLE)
    assert run(root).end is RunEnd.FAILED
    assert run(root, pass_env=("SHOP_TOKEN", "TZ")).end is RunEnd.PASSED


COUNTS_WORDS = """
import sys

def test_words():
    assert len(sys.argv) == {count}, sys.argv
"""


@pytest.mark.parametrize(("count", "seed"), [(3, None), (1, 5)])
def test_the_command_line_is_one_that_people_type_and_another_one_with_a_seed(with_tests, run: Run, count, seed):
    root = with_tests(COUNTS_WORDS.format(count=count))
    assert run(root, seed=seed).end is RunEnd.PASSED
    assert run(root, seed=None if seed else 5).end is RunEnd.FAILED


def test_many_files_are_found_by_their_folders_and_no_others(project: Project, run: Run):
    names = [*(f"tests/test_{letter}.py" for letter in "abcdefghij"), "tests/build/test_k.py"]
    others = ["tests/test_other.py", "tests/build/test_other.py", "tests/more/test_other.py"]
    root = project({**CODE, **dict.fromkeys(names, "def test_it(): pass\n"), **dict.fromkeys(others, "1 / 0\n")})
    report = run(root, *names)
    assert report.end is RunEnd.PASSED
    assert sorted(case.file for case in report.cases) == sorted(names)


def test_what_an_import_reaches_is_not_traced(project: Project, run: Run):
    """Traced in Python, as by a coverage.py made for another version, a large library takes minutes to import."""
    untraced = "import sys\n\nassert not sys.gettrace()\n"
    root = project({**CODE, "src/pkg/b.py": untraced, "tests/test_a.py": PASSING})
    report = run(root, "tests/test_a.py", measure=("src/pkg/a.py",), import_each=("pkg.b",))
    assert (report.end, report.unimportable) == (RunEnd.PASSED, ())
    assert report.coverage
