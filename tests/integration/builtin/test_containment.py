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


def test_a_hostile_module_leaves_only_tests_of_its_safe_function_and_nothing_written(generate, tmp_path):
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "precious.txt").write_text("kept")
    written = generate(HOSTILE.replace("VICTIM", str(victim)))
    assert (victim / "precious.txt").read_text() == "kept"
    assert [path.name for path in victim.iterdir()] == ["precious.txt"]
    assert set(re.findall(r"^from shop.subject import (.*)$", written.text, re.MULTILINE)) == {"safe"}
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
