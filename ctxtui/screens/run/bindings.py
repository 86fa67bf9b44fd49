"""The keys of a run as Textual binds them."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from ctxtui.screens.run.detail_pane import Tab
from ctxtui.screens.run.keys import RUN_KEYS


def run_bindings() -> list[BindingType]:
    return [
        *(Binding(key.keys, f"do('{key.action}')", key.help, id=key.id) for key in RUN_KEYS),
        *(
            Binding(str(tab + 1), f"tab({tab.value})", f"show {tab.name.lower()}", id=f"run.tab-{tab.name.lower()}")
            for tab in Tab
        ),
        Binding("tab,shift+tab", "other_pane", "go to the other side", id="run.pane"),
        Binding("escape", "back", "close what is open", id="run.back"),
        Binding("H,backspace", "app.home", "all runs; this one goes on", id="run.home"),
    ]
