"""What a plan prints of modules that are left out."""

from __future__ import annotations

import pytest

from ctxtui.cli.output.plan import print_left_out
from ctxtui.cli.shell import Shell


def test_many_that_are_left_out_for_one_reason_are_one_line(capsys: pytest.CaptureFixture[str]):
    alike = {f"script_{number:02}.py": "a script" for number in range(20)}
    print_left_out(Shell(), {**alike, "a.py": "generated"})
    assert capsys.readouterr().out.splitlines() == [
        "",
        "Left out:",
        "  a.py: generated",
        "  script_00.py, script_01.py, script_02.py and 17 more: a script",
    ]
