"""What every test starts from: Ctrl-C works, the environment is the same for everybody, and home is empty.

A script that starts the tests in the background has SIGINT ignored for them, and processes inherit that.
"""

from __future__ import annotations

import os
import signal

import pytest

from tests.doubles import surroundings

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

surroundings.clean(os.environ)


@pytest.fixture(scope="session", autouse=True)
def _empty_home(tmp_path_factory):
    """Session-wide, since what several tests share is made before their own fixtures."""
    os.environ["HOME"] = str(tmp_path_factory.mktemp("home"))
