"""A type may be needed by several threads at once before any of them has used it."""

from __future__ import annotations

import subprocess
import sys

import pytest

NEEDED_AT_ONCE = """
import sys
import threading

import msgspec

from ctxtui.core.typed import converted, decoded

sys.setswitchinterval(1e-6)
for number in range(150):
    inner = msgspec.defstruct(f"Inner{number}", [(name, dict[str, tuple[int, ...]], {}) for name in "abcdefgh"])
    outer = msgspec.defstruct(f"Outer{number}", [(name, inner) for name in "abcdefgh"])
    start = threading.Barrier(4)

    def need():
        start.wait()
        HOW

    threads = [threading.Thread(target=need) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


@pytest.mark.parametrize(
    "how",
    [
        "assert converted({name: {'a': {'k': [1]}} for name in 'abcdefgh'}, outer).a.a == {'k': (1,)}",
        """assert decoded(b'{"a":{},"b":{},"c":{},"d":{},"e":{},"f":{},"g":{},"h":{}}', outer).h.a == {}""",
    ],
)
def test_threads_that_need_a_type_at_once_all_get_their_values(how):
    argv = [sys.executable, "-c", NEEDED_AT_ONCE.replace("HOW", how)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
