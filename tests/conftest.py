"""What every test starts from: Ctrl-C works, for the tests and for whatever they start.

A script that starts the tests in the background has SIGINT ignored for them, and processes inherit that.
"""

from __future__ import annotations

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
