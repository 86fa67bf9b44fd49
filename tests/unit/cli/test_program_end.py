"""The very end of the program."""

from __future__ import annotations

import signal

from ctxtui.__main__ import main


def test_ctrl_c_at_the_very_end_ends_the_program_without_a_word(monkeypatch):
    handler = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("sys.argv", ["ctxtui", "ls"])
    monkeypatch.setattr("ctxtui.cli.group.main", lambda: 5)
    try:
        assert main() == 5
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, handler)
