from __future__ import annotations

import re

HOSTILE = """
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time


def safe(value: int) -> int:
    return value * 2 + 1


def removes(path: str = "VICTIM") -> str:
    shutil.rmtree(path)
    return "gone"


def overwrites() -> str:
    with open("VICTIM/precious.txt", "w") as file:
        file.write("lost")
    return "written"


def leaves(code: int = 0) -> str:
    os._exit(code)


def loops(value: int) -> int:
    while True:
        value += 1


def hides_in_except(value: int) -> int:
    while True:
        try:
            while True:
                value += 1
        except Exception:
            pass


def starts_a_program() -> str:
    return subprocess.run(["touch", "VICTIM/made"], capture_output=True).stdout.decode()


def runs_a_shell() -> int:
    return os.system("touch VICTIM/made")


def forks() -> int:
    return os.fork()


def kills() -> str:
    os.kill(os.getppid(), 9)
    return "killed"


def connects() -> str:
    socket.create_connection(("127.0.0.1", 9), timeout=1)
    return "connected"


def asks() -> str:
    return input("name? ")


def rolls() -> float:
    return random.random()


def tells_time() -> int:
    return int(time.time())


def tells_host() -> str:
    return socket.gethostname()


def spawns_thread() -> str:
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return "started"


def changes_environment() -> str:
    os.environ["CTXTUI_HOSTILE"] = "yes"
    return "changed"


def moves_away() -> str:
    os.chdir("/")
    return os.getcwd()


def regex_hangs() -> bool:
    import re

    return re.match("(a+)+$", "a" * 40 + "b") is None


def takes_memory() -> int:
    return len(bytearray(8 << 30))


def stops() -> None:
    sys.exit("stop")
"""


def test_a_hostile_module_leaves_only_tests_that_do_no_harm_and_nothing_written(generate, tmp_path):
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "precious.txt").write_text("kept")
    written = generate(HOSTILE.replace("VICTIM", str(victim)))
    assert (victim / "precious.txt").read_text() == "kept"
    assert [path.name for path in victim.iterdir()] == ["precious.txt"]
    found = set(re.findall(r"^from shop.subject import (.*)$", written.text, re.MULTILINE))
    assert found == {"asks, removes, safe, stops, tells_time"}
    assert str(victim) not in written.text
    assert "removes()" not in written.text
    files = {path.relative_to(written.worktree).as_posix() for path in written.worktree.rglob("*") if path.is_file()}
    assert files == {"shop/__init__.py", "shop/subject.py", "tests/test_subject.py"}
    assert written.run_pytest().returncode == 0


def test_a_module_that_ends_the_process_when_imported_is_explained(generate):
    written = generate("import os\n\nos._exit(3)\n")
    assert not written.text
    assert "nothing in shop.subject can be tested" in written.outcome.message


def test_a_module_that_writes_when_imported_is_stopped_from_it(generate, tmp_path):
    target = tmp_path / "log.txt"
    written = generate(f"open({str(target)!r}, 'w').write('x')\n\n\ndef double(n: int) -> int:\n    return n * 2\n")
    assert not target.exists()
    assert "cannot be imported" in written.outcome.message


UPKEEP = """
import os
import shutil
import tempfile
from pathlib import Path

BASE = os.getcwd()


def reset(folder="data"):
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def forget(path="state.json"):
    if os.path.exists(path):
        os.remove(path)
        return True
    return False


def prepare(folder="out"):
    os.makedirs(folder, exist_ok=True)
    return os.path.basename(folder)


def note(text: str) -> int:
    return Path("notes.txt").write_text(text)


def note_at_home(text: str) -> int:
    return Path.home().joinpath(".notes").write_text(text)


def note_at_base(text: str) -> int:
    return Path(BASE, "notes.txt").write_text(text)


def leaves_litter(text: str) -> int:
    descriptor, _ = tempfile.mkstemp()
    return os.write(descriptor, text.encode())


def lists_a_folder_of_the_machine() -> bool:
    return len(os.listdir("/")) > 3


def fine(number: int) -> int:
    return number + 1
"""


def test_calls_that_use_files_are_tested_in_a_temporary_folder_or_not_at_all(generate):
    written = generate(UPKEEP)
    names = {
        name.strip()
        for line in re.findall(r"^from shop.subject import (.*)$", written.text, re.MULTILINE)
        for name in line.split(",")
    }
    assert names == {"fine", "forget", "note", "prepare", "reset"}
    (written.worktree / "data").mkdir()
    (written.worktree / "data" / "measured.csv").write_text("precious")
    (written.worktree / "state.json").write_text("{}")
    before = sorted(written.worktree.rglob("*"))
    assert written.run_pytest().returncode == 0
    assert sorted(path for path in written.worktree.rglob("*") if "__pycache__" not in str(path)) == before


def test_a_file_that_a_call_makes_is_told_by_its_text(generate):
    written = generate(UPKEEP)
    assert re.search(r'assert Path\("notes.txt"\).read_text\(encoding="utf-8"\) == ".+"', written.text)


WRITERS = """
class Track:
    def __init__(self, notes=(60, 64)):
        self.notes = list(notes)

    def save(self, path: str) -> bool:
        with open(path, "wb") as file:
            file.write(b"MT\\0" + bytes(self.notes))
        return True

    def forget(self):
        self.notes.clear()
"""


def test_a_file_that_is_no_text_is_told_by_its_bytes_and_only_by_what_wrote_it(generate):
    written = generate(WRITERS)
    assert re.search(r"\.read_bytes\(\) == \(?\s*b\"MT\\x00<@\"", written.text), written.text
    assert "read_" not in written.text.partition("def test_forget")[2].partition("def test_")[0]
    assert written.run_pytest().returncode == 0


PLACES = """
import os


class Place:
    def __init__(self, path: str, kind: str = "dir"):
        if kind == "dir":
            if not os.path.isdir(path):
                raise ValueError("no such folder")
        elif not os.path.isfile(path):
            raise ValueError("no such file")
        self.path = os.path.realpath(path)
"""


def test_a_place_that_is_looked_for_is_made_as_a_file_and_as_a_folder(generate):
    written = generate(PLACES)
    assert re.search(r'Path\("(.+)"\).mkdir\(\)\n.*Place\("\1"\)', written.text), written.text
    assert re.search(r'Path\("(.+)"\).write_text\(.*\n.*Place\("\1", kind=', written.text), written.text
    assert written.run_pytest().returncode == 0


CLOCKS = """
import os
import time


def made_in(path: str = ".") -> int:
    return time.gmtime(os.stat(path).st_mtime).tm_year


def year() -> int:
    return time.localtime().tm_year


def folder_of_code() -> str:
    return os.path.dirname(os.__file__)


def fine(number: int) -> int:
    return number + 1
"""


def test_what_depends_on_the_time_or_the_machine_is_no_fact(generate):
    written = generate(CLOCKS)
    assert re.findall(r"^from shop.subject import (.*)$", written.text, re.MULTILINE) == ["fine"]


LOOKING = """
import json
import shutil
from pathlib import Path


def load(path: str = "settings.json") -> dict:
    return json.loads(Path(path).read_text()) if Path(path).exists() else {}


def clean(folder: str = "build") -> str:
    shutil.rmtree(folder)
    return folder
"""


def test_what_a_call_looks_for_and_does_not_find_is_made_for_it(generate):
    written = generate(LOOKING)
    assert re.search(
        r'Path\("settings.json"\).write_text\(.*\)\n    assert load\(.*\) == \{"name": "Ann", "age": 30\}', written.text
    )
    assert re.search(
        r'Path\("build"\).mkdir\(\)\n    assert clean\(.*\) == "build"\n    assert not Path\("build"\).exists',
        written.text,
    )
    assert written.run_pytest().returncode == 0


SETTINGS = """
import configparser
import os


def width(text: str) -> str:
    parser = configparser.ConfigParser()
    parser.read(["/etc/no-such-tool.conf", os.path.expanduser("~/.no-such-tool")])
    return text.center(parser.getint("text", "width", fallback=8))


def has_tool(name: str) -> bool:
    return os.path.exists("/usr/bin/no-such-tool") or bool(name)
"""


def test_settings_that_nobody_has_are_no_look_at_the_machine(generate):
    written = generate(SETTINGS)
    assert re.findall(r"^from shop.subject import (.*)$", written.text, re.MULTILINE) == ["width"]
    assert 'monkeypatch.setenv("HOME", "/home/ann")' in written.text
    assert written.run_pytest().returncode == 0
