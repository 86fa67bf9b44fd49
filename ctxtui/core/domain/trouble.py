"""Why an agent's turn gave nothing to judge, and what each kind of trouble means for the run."""

from __future__ import annotations

from enum import StrEnum


class Trouble(StrEnum):
    """Each kind has its own remedy."""

    NOT_INSTALLED = "not_installed"
    NOT_LOGGED_IN = "not_logged_in"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    HUNG = "hung"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    REFUSED = "refused"
    NOTHING = "nothing_to_test"
    BUDGET = "budget"


WAIT_SECONDS = {Trouble.RATE_LIMITED: 60.0, Trouble.OVERLOADED: 20.0}
"""Troubles that pass by waiting, with the seconds to wait when the agent does not say. They cost no attempt."""
JUDGED_ANYWAY = frozenset({Trouble.CRASHED, Trouble.TIMED_OUT, Trouble.HUNG})
"""After these, tests that were written are judged all the same: running them is what decides."""
RETRYING = frozenset({*WAIT_SECONDS, *JUDGED_ANYWAY})
"""Troubles that another try may get past by itself; every other one needs a user."""
OF_AGENT = frozenset({Trouble.NOT_INSTALLED, Trouble.NOT_LOGGED_IN})
"""Troubles that a user mends outside this program."""
BLOCKING = frozenset({*OF_AGENT, Trouble.BUDGET})
"""Troubles that every other child would have too: nothing new is started until a user has helped."""
