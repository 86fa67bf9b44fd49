from __future__ import annotations

from ctxtui.core.agents.builtin.worker.classes import varied


def test_instances_that_differ_in_their_first_argument_come_first():
    made = ["Cache(0)", "Cache(0, getsizeof=len)", "Cache(1)", "Cache()", "Cache(1, getsizeof=len)"]
    assert varied(made) == ["Cache(0)", "Cache(1)", "Cache()", "Cache(0, getsizeof=len)", "Cache(1, getsizeof=len)"]
