"""A command of the user's is run when a run is done, and when it needs them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from ctxtui.config import Hooks
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.session import SessionStatus
from ctxtui.services import hooks as hooks_module
from ctxtui.services.hooks import Standing, run_hooks, standing

NOTHING = Standing(SessionStatus.ACTIVE, 0, 0)


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A run that has ended, as far as a hook is told of it."""
    plan = SimpleNamespace(root=str(tmp_path))
    run = SimpleNamespace(
        name="shop", state={"branch_name": "tests-for-shop"}, status=SessionStatus.COMPLETE, interactions=[1, 2, 3]
    )
    components = [SimpleNamespace(name="shop.money", verdict="passed")]
    monkeypatch.setattr(hooks_module, "run_state", lambda _state: SimpleNamespace(plan=plan))
    monkeypatch.setattr(hooks_module, "summarize", lambda _changes, _now: SimpleNamespace(components=components))
    sessions = SimpleNamespace(load=lambda _scope, _run_id: run)
    feed = SimpleNamespace(changes=lambda _scope, _run_id: None)
    requests = SimpleNamespace(all=lambda _scope, _run_id: [SimpleNamespace(is_granted=False)])
    return SimpleNamespace(store=SimpleNamespace(sessions=sessions, feed=feed, requests=requests), now=lambda: None)


def writing(name: str) -> list[str]:
    script = f'printf "%s %s %s %s" "$CTXTUI_RUN" "$CTXTUI_BRANCH" "$CTXTUI_EXIT_CODE" "$CTXTUI_VERDICTS" > {name}'
    return ["/bin/sh", "-c", script]


@pytest.mark.parametrize(
    ("code", "written"),
    [
        (ExitCode.OK, "done"),
        (ExitCode.FAILED_COMPONENTS, "done"),
        (ExitCode.RETRYABLE, "needs-you"),
        (ExitCode.AGENT_UNAVAILABLE, "needs-you"),
        (ExitCode.INTERRUPTED, None),
    ],
)
def test_the_command_for_what_became_of_the_run_is_told_of_it(parts, tmp_path: Path, code, written) -> None:
    hooks = Hooks(on_done=writing("done"), on_needs_you=writing("needs-you"))
    assert run_hooks(hooks, parts, None, "run1", code, NOTHING) == ""
    found = {file.name: file.read_text() for file in tmp_path.iterdir()}
    wanted = f"run1 tests-for-shop {int(code)} shop.money: passed"
    assert found == ({written: wanted} if written else {})


def test_a_command_that_fails_or_is_missing_is_said_and_changes_nothing(parts) -> None:
    failing = Hooks(on_done=["/bin/sh", "-c", "echo no bell >&2; exit 3"])
    assert (
        run_hooks(failing, parts, None, "run1", ExitCode.OK, NOTHING)
        == "The hook on_done failed with exit code 3: no bell."
    )
    missing = Hooks(on_done=["/nowhere/bell"])
    assert run_hooks(missing, parts, None, "run1", ExitCode.OK, NOTHING).startswith("The hook on_done did not run: ")


def test_without_a_command_nothing_is_looked_up() -> None:
    assert run_hooks(Hooks(), None, None, "run1", ExitCode.OK, NOTHING) == ""


def test_nobody_is_told_of_a_run_that_only_refused_what_it_was_asked(parts, tmp_path: Path) -> None:
    hooks = Hooks(on_needs_you=writing("needs-you"))
    before = standing(parts.store, None, "run1")
    assert run_hooks(hooks, parts, None, "run1", ExitCode.RETRYABLE, before) == ""
    assert not (tmp_path / "needs-you").exists()


def test_a_run_that_has_ended_and_is_started_again_tells_nobody_anew(done) -> None:
    heard = done.folder / "heard"
    with (done.folder / "config" / "config.toml").open("a") as settings:
        settings.write(f'\n[hooks]\non_done = ["touch", "{heard}"]\n')
    assert done.types("resume", "last", "-q").code == 0
    assert not heard.exists()
