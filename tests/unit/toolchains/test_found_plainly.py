"""Whether the project's own pytest would find a package."""

from __future__ import annotations

import importlib
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
    assert not pin.is_found_without("ns_of_ours.part")
    monkeypatch.setattr(sys, "path", [*sys.path, str(work)])
    assert pin.is_found_without("ns_of_ours.part")
    pin.lent = [str(work)]
    assert not pin.is_found_without("ns_of_ours.part")


def test_a_module_that_only_what_is_lent_holds_is_told_by_the_first_of_its_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "conf_of_ours").mkdir()
    (tmp_path / "conf_of_ours" / "__init__.py").touch()
    (tmp_path / "conf_of_ours" / "settings.py").touch()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    for name in ("conf_of_ours", "conf_of_ours.settings"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    importlib.import_module("conf_of_ours.settings")
    pin = Pin(["shop"], str(tmp_path), [])
    assert not list(pin.loaded_from_what_is_lent())
    pin.lent = [str(tmp_path)]
    assert list(pin.loaded_from_what_is_lent()) == ["conf_of_ours"]
