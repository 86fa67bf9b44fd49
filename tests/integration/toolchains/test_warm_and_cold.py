"""A run that is forked from a warm process and one in a process of its own come to the same verdict."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from ctxtui.core.ports.stop import Stop, StoppedError
from ctxtui.core.toolchains import pytest_run, test_host
from ctxtui.core.toolchains.test_host import TestHosts

CODE = {
    "src/pkg/__init__.py": "",
    "src/pkg/a.py": "def double(x):\n    if x is None:\n        return 0\n    return 2 * x\n",
}
PATIENT = {"timeout": 300.0, "test_timeout": 120.0}
FILES = {
    "good": "from pkg.a import double\ndef test_a(): assert double(2) == 4\n",
    "bad": "from pkg.a import double\ndef test_a(): assert double(2) == 5\n",
    "broken": "import nowhere_to_be_found\n",
    "fixture": "def test_a(nowhere): pass\n",
    "skipped": "import pytest\n@pytest.mark.skip(reason='later')\ndef test_a(): pass\n",
    "crash": "import os, pkg.a\ndef test_a(): os._exit(3)\n",
    "exit": "import sys, pkg.a\ndef test_a(): sys.exit(3)\n",
    "writes": "import pkg.a\ndef test_a(): open('x.txt', 'w').close()\n",
    "environment": """
        import locale, os, random, signal, sys, tempfile, threading
        from pathlib import Path
        def test_process():
            assert os.read(0, 10) == b""
            assert signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL
            assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
            assert threading.active_count() == 1 and not [n for n in sys.modules if n.startswith("test_ctxtui")]
        def test_places():
            assert Path.home() == Path(os.environ["HOME"]) and tempfile.gettempdir() == os.environ["TMPDIR"]
            assert os.getcwd() in sys.path and not [p for p in sys.path if "guest" in p]
        def test_words(): assert "utf" in locale.getpreferredencoding().lower()
        """,
}


def facts(report, root: Path):
    """All of a report that does not tell how long it took."""
    cases = [(case.id, case.outcome, case.message, case.detail) for case in report.cases]
    coverage = [(one.path, one.missing, one.reached, one.missing_branches) for one in report.coverage]
    return (report.end, report.message, cases, coverage, report.imported, report.touched)


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch):
    """Switches warm processes off from then on."""

    def switch() -> None:
        monkeypatch.setattr(pytest_run.HOSTS, "host", lambda *_: None)

    return switch


@pytest.mark.parametrize("name", FILES)
def test_the_verdict_is_the_same(project, run, cold, name: str):
    root = project({**CODE, "tests/test_a.py": FILES[name]})
    warm = facts(run(root, measure=("src/pkg/a.py",), seed=1, **PATIENT), root)
    (root / "x.txt").unlink(missing_ok=True)
    cold()
    assert facts(run(root, measure=("src/pkg/a.py",), seed=1, **PATIENT), root) == warm
    if name == "environment":
        assert [outcome for _, outcome, *_ in warm[2]] == ["passed"] * 3


def test_nothing_of_a_run_outlives_it(project, run, tmp_path: Path):
    text = f"""
        import os, subprocess, sys
        def test_a():
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    open({str(tmp_path / "pid")!r}, "w").write(str(os.getpid()))
                    import time; time.sleep(60)
                os._exit(0)
            while not os.path.exists({str(tmp_path / "pid")!r}): pass
        """
    run(project({**CODE, "tests/test_a.py": text}))
    deadline = time.monotonic() + 20
    while not (found := (tmp_path / "pid").read_text()):
        assert time.monotonic() < deadline
    while psutil.pid_exists(int(found)) and psutil.Process(int(found)).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline


def test_a_run_that_is_told_to_stop_ends_with_all_of_it(project, run, tmp_path: Path):
    mark = tmp_path / "started"
    text = f"import time\ndef test_a():\n    open({str(mark)!r}, 'w').close()\n    time.sleep(60)\n"
    root = project({**CODE, "tests/test_a.py": text})
    stop = Stop()

    def stop_when_started() -> None:
        while not mark.exists():
            time.sleep(0.01)
        stop.set()

    waiting = threading.Thread(target=stop_when_started)
    waiting.start()
    with pytest.raises(StoppedError):
        run(root, stop=stop, test_timeout=60)
    waiting.join()
    assert not [one for one in psutil.Process().children(recursive=True) if str(root) in " ".join(_files_of(one))]


def _files_of(process: psutil.Process) -> list[str]:
    try:
        return [process.cwd()]
    except psutil.Error:
        return []


def test_hosts_are_bounded_in_number_and_end_when_they_are_closed(project, run, monkeypatch):
    hosts = TestHosts()
    monkeypatch.setattr(pytest_run, "HOSTS", hosts)
    monkeypatch.setattr("ctxtui.core.toolchains.test_host.MOST_HOSTS", 1)
    root = project({**CODE, "tests/test_a.py": FILES["good"]})
    before = {child.pid for child in psutil.Process().children()}
    for hash_seed in (11, 12):
        run(root, hash_seed=hash_seed)
    ours = [child for child in psutil.Process().children() if child.pid not in before]
    assert len(ours) == 1
    hosts.close()
    assert not ours[0].is_running()


def test_a_host_that_died_is_made_anew(project, run, monkeypatch):
    hosts = TestHosts()
    monkeypatch.setattr(pytest_run, "HOSTS", hosts)
    root = project({**CODE, "tests/test_a.py": FILES["good"]})
    before = {child.pid for child in psutil.Process().children()}
    first = run(root)
    for child in psutil.Process().children():
        if child.pid not in before:
            child.kill()
            child.wait()
    assert run(root).end == first.end
    hosts.close()


def test_a_host_is_waited_for_while_others_have_the_processors(monkeypatch):
    class Busy:
        def __init__(self, *_: object) -> None:
            pass

        def left(self) -> float:
            return 1.0

    monkeypatch.setattr(test_host, "FairTime", Busy)
    monkeypatch.setattr(test_host, "START_SECONDS", 0.0)
    warm = 'print(\'{"unfit": "a plugin starts threads"}\')'
    with subprocess.Popen([sys.executable, "-c", warm], stdout=subprocess.PIPE) as process:
        assert test_host._why_not(process) == "a plugin starts threads"


def test_hosts_of_two_portions_of_a_namespace_are_told_apart(project, run, monkeypatch):
    hosts = TestHosts()
    monkeypatch.setattr(pytest_run, "HOSTS", hosts)
    files = {f"src/ns/{name}/__init__.py": "" for name in ("part", "other")}
    root = project(files | {"tests/test_a.py": "import ns.part, ns.other\ndef test_a(): pass\n"})
    for package in ("ns.part", "ns.other"):
        run(root, package_name=package, **PATIENT)
    assert {key[2] for key in hosts._hosts} == {("ns.part",), ("ns.other",)}
    hosts.close()
