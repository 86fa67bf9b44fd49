"""Whether the project's own pytest would find a package."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ctxtui.core.toolchains.guest.pin import Pin


def test_a_namespace_of_which_another_part_is_installed_does_not_hold_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    site, work = tmp_path / "site", tmp_path / "work"
    for place in (site / "ns_of_ours/other", work / "ns_of_ours/part"):
        place.mkdir(parents=True)
        (place / "__init__.py").touch()
    pin = Pin(["ns_of_ours.part"], str(work), [str(work)])
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    assert not pin.is_found_without()
    monkeypatch.setattr(sys, "path", [*sys.path, str(work)])
    assert pin.is_found_without()
    pin.lent = [str(work)]
    assert not pin.is_found_without()
