"""Another program in this terminal."""

from __future__ import annotations

import os
import signal
import subprocess

from ctxtui.screens import foreground


def test_an_end_that_is_asked_for_while_a_program_starts_reaches_it(monkeypatch):
    class Starting(subprocess.Popen):
        def __init__(self, *words, **options):
            super().__init__(*words, **options)
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(subprocess, "Popen", Starting)
    before = signal.getsignal(signal.SIGTERM)
    assert foreground._run(["sleep", "600"], None, None) == -signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before
