"""A run is started from the form: package, agent and modules are chosen, Enter goes on."""

from __future__ import annotations

from scenario import until, writes
from scripted_agent import starts


def test_a_run_is_started_from_the_form_with_the_settings_of_the_project(project_of):
    project = project_of({name: [writes(name)] for name in ("alpha", "beta", "gamma")})
    (project.root / "ctxtui.toml").write_text('exclude = ["shop.gamma"]\n')
    window = project.type(size=(80, 30))
    window.sees("Nothing has been run here yet", "n starts")
    window.press("n")
    window.sees("New run", "2 modules, 2 at a time", "[✓] shop.alpha", "shop/gamma.py")
    window.press("tab", "down")
    window.sees("Agent", "✓ scripted", "✕ claude")
    window.type("scri")
    window.press("enter")
    window.sees("The plan is out of date")
    window.press("enter")
    window.sees("[✓] shop.beta", "⏎ start")
    window.press("down", "space")
    window.sees("[ ] shop.beta", "1 of 2 modules")
    window.press("enter")
    window.sees("Start shop with scripted?", "It may cost")
    window.press("y")
    window.sees("✓ alpha", "1 file committed", seconds=90)
    assert [component for component, _attempt, _pid in starts(project.script)] == ["shop.alpha"]
    window.press("H")
    window.sees("1 run", "✓ passed", "1/1")
    window.leave()
    until(lambda: not project.processes())


def test_a_package_is_chosen_from_a_list_in_a_small_terminal(project_of):
    project = project_of({"alpha": [writes("alpha")]})
    inner = project.root / "shop" / "inner"
    inner.mkdir()
    (inner / "__init__.py").write_text("")
    (inner / "deep.py").write_text("def value():\n    return 'deep'\n")
    project.git("add", ".")
    project.git("commit", "-q", "-m", "inner")
    window = project.type(size=(60, 20))
    window.sees("n starts")
    window.press("n")
    window.sees("2 modules")
    window.press("down")
    window.sees("Package", "shop.inner")
    window.type("inner")
    window.sees_no("✓ shop ")
    window.press("enter", "enter")
    window.sees("shop.inner.deep", "1 module")
    window.press("escape")
    window.sees("No run yet.")
    window.leave()
