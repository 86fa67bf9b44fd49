"""A test run goes to another process as data and comes back equal."""

from __future__ import annotations

import json
from pathlib import Path

from ctxtui.core.domain.test_naming import TestNaming
from ctxtui.core.ports.toolchains import TestRun


def test_a_run_comes_back_equal_from_json():
    run = TestRun(
        Path("/tree"),
        ("tests/test_a.py",),
        "pkg",
        ("src",),
        Path("/usr/bin/python3"),
        naming=TestNaming(functions=("should_*",)),
        canaries=("data/",),
        put_back=lambda: None,
    )
    assert TestRun.from_data(json.loads(json.dumps(run.as_data()))) == run
