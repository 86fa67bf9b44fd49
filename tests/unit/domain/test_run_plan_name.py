"""What a run's target is called."""

from __future__ import annotations

import pytest

from ctxtui.core.domain.run_plan import RunPlan


@pytest.mark.parametrize(
    ("package", "path", "name"),
    [("shop.pay", "src/shop/pay", "shop.pay"), ("", "my/tools", "tools"), ("", ".", "repo")],
)
def test_a_folder_of_modules_is_called_as_the_folder_is(package: str, path: str, name: str):
    plan = RunPlan("/work/repo", "base", package, path, (".",), "tests", "python", "scripted", "key")
    assert plan.name_for_people == name
