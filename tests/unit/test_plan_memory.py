"""A plan that is asked for again says what is different."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from ctxtui.services.plan_memory import PlannedModule, PlanRecord, differences


@dataclass
class Plans:
    """The modules of `shop` before and now, as (lines, tests) by their last name."""

    before: dict[str, tuple[int, int]]
    now: dict[str, tuple[int, int]]
    left_out_before: dict[str, str] = field(default_factory=dict)
    left_out_now: dict[str, str] = field(default_factory=dict)

    def told(self, *changed: str) -> list[str]:
        files = frozenset(f"shop/{name}.py" for name in changed)
        before, now = self._record(self.before, self.left_out_before), self._record(self.now, self.left_out_now)
        return list(differences(before, now, files))

    def _record(self, modules: dict[str, tuple[int, int]], left_out: dict[str, str]) -> PlanRecord:
        planned = {f"shop/{name}.py": PlannedModule(f"shop.{name}", *numbers) for name, numbers in modules.items()}
        return PlanRecord("2031-01-01T10:00:00+00:00", "abc", "python", planned, left_out)


SAME = {"money": (10, 2)}


def test_the_same_plan_has_nothing_to_tell():
    assert Plans(SAME, SAME).told() == []


def test_a_module_that_was_changed_is_told_with_its_size():
    assert Plans(SAME, {"money": (12, 2)}).told("money") == ["shop.money was changed: 10 lines became 12"]
    assert Plans(SAME, SAME).told("money") == ["shop.money was changed"]


def test_tests_that_came_or_went_are_told():
    assert Plans(SAME, {"money": (10, 0)}).told() == ["shop.money has no tests, it had 2 tests"]


def test_tests_that_could_not_be_counted_are_not_said_to_be_gone():
    before = Plans(SAME, SAME)._record(SAME, {})
    now = msgspec.structs.replace(
        before,
        problems=("an empty test does not pass",),
        modules={path: msgspec.structs.replace(module, tests=0) for path, module in before.modules.items()},
    )
    assert list(differences(before, now, frozenset())) == ["a problem that was not there: an empty test does not pass"]


def test_what_came_what_went_and_what_is_left_out_now_are_told_apart():
    plans = Plans(
        {"money": (10, 2), "old": (5, 0), "gone": (5, 0)},
        {"money": (10, 2), "fresh": (7, 0), "back": (3, 0)},
        left_out_before={"shop/back.py": "syntax error at line 1"},
        left_out_now={"shop/old.py": "excluded by old", "shop/types.py": "nothing to call"},
    )
    assert plans.told() == [
        "shop.fresh is new",
        "shop.back is planned now; it was left out: syntax error at line 1",
        "shop.old is left out now: excluded by old",
        "shop.gone is gone",
        "shop/types.py is left out: nothing to call",
    ]
