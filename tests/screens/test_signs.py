"""Signs are drawn by the fonts that people use in terminals."""

from __future__ import annotations

from pathlib import Path

import ctxtui
from ctxtui.core.views.states import GLYPHS, ShownState

COVERED = set("≈≠≤≥┈←↑→↓↔⇥∎≡⊕⊖⊗⊘⊙⋯⏎─━│┃╌╍├└┌┐┘┤▁▂▃▄▅▆▇█▉▊▋▌▍▎▏░▒▓■□▪▫▲△▴▵▶▷▸▹▼▽▾▿◀◁◂◃◆◇○◌◎●◔◕✓✕✗")
"""Of the arrows, shapes and dingbats, those that DejaVu Sans Mono, Menlo and JetBrains Mono all have."""
_FIRST_SYMBOL = 0x2190


def test_every_sign_of_the_interface_and_the_command_line_is_in_the_common_fonts():
    root = Path(ctxtui.__file__).parent
    missing = {
        (sign, path.name)
        for folder in ("screens", "cli", "core/views")
        for path in (root / folder).rglob("*.py")
        for sign in path.read_text("utf-8")
        if ord(sign) >= _FIRST_SYMBOL and sign not in COVERED
    }
    assert missing == set()


def test_every_state_has_a_sign_of_its_own():
    assert set(GLYPHS) == set(ShownState)
    assert len(set(GLYPHS.values())) == len(GLYPHS)
