from __future__ import annotations

from typing import Any, Protocol

from ctxtui.core.generator.probing.worker.callables import awaited_of, callables_of, is_call_only, standing_for
from ctxtui.core.generator.probing.worker.stand_ins import minimal_subclass_of
from ctxtui.core.generator.probing.worker.targets import Target


class Combine(Protocol):
    def __call__(self, left: Any, right: Any, *more: Any) -> Any: ...


class Fetch(Protocol):
    async def __call__(self) -> Any: ...


class Sized(Protocol):
    def size(self) -> int: ...


def test_a_protocol_of_a_call_is_kept_by_a_function_that_takes_as_much():
    assert standing_for(Combine) == callables_of(2)
    assert standing_for(Fetch) == awaited_of(0)


def test_a_protocol_of_a_call_needs_no_class():
    assert [is_call_only(kind) for kind in (Combine, Sized, int)] == [True, False, False]
    assert minimal_subclass_of(Target("Combine", "class", Combine, (1, 2))) is None
    assert minimal_subclass_of(Target("Sized", "class", Sized, (1, 2))) is not None
