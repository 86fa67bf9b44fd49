"""What happens in a run, as lines: for people on standard error, or as JSON on standard output."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from ctxtui.cli.output.report import duration, first_line
from ctxtui.cli.output.status_line import StatusLine
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.ports.store import ChildRow, Store
from ctxtui.core.views.attempts import attempts_label
from ctxtui.core.views.causes import last_said, reason_of
from ctxtui.core.views.durations import cooldown_left, worked, worked_until
from ctxtui.core.views.phases import RunPhase, run_phase
from ctxtui.core.views.rungs import latest_rungs
from ctxtui.core.views.states import BUSY, GLYPHS, ShownState, shown_state
from ctxtui.core.workflow import state

POLL_SECONDS = 0.25
SETTLED = frozenset(ShownState) - BUSY - {ShownState.QUEUED, ShownState.INTERRUPTED}
TOLD = SETTLED | {ShownState.RETRYING}
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Told:
    """What was last said of a session."""

    shown: ShownState
    attempt: str
    rung: str
    cooldown: str


class Progress:
    """A background follower of one run; use it as a context manager around the run."""

    def __init__(self, shell: Shell, store: Store, scope: Scope, run_id: str, now: Callable[[], datetime]) -> None:
        self._shell = shell
        self._store = store
        self._scope = scope
        self._run_id = run_id
        self._now = now
        self._rows: dict[str, ChildRow] = {}
        self._told: dict[str, _Told] = {}
        self._phase = RunPhase.WAITING
        self._version = 0
        self._started = time.monotonic()
        self._finished = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="progress", daemon=True)
        self._line_below = StatusLine(shell, shell.environ)

    def __enter__(self) -> Self:
        """Where nothing is said there is nothing to look for, some times a second, in the store that the run writes."""
        if self._shell.is_json or not self._shell.is_quiet:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finished.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._line_below.clear()

    def _follow(self) -> None:
        is_last = False
        while not is_last:
            is_last = self._finished.wait(POLL_SECONDS)
            try:
                self._tell_changes()
            except CtxtuiError:
                # The run itself meets the same error and says it; here it would only be said twice.
                return

    def _tell_changes(self) -> None:
        changes = self._store.feed.changes(self._scope, self._run_id, self._version)
        self._version = changes.version
        for row in changes.rows:
            self._rows[row.id] = row
            shown = shown_state(row, owner_alive=True)
            rungs = latest_rungs(row)
            now = _Told(shown, attempts_label(row), rungs[-1].rung if rungs else "", self._cooldown(row))
            before = self._told.get(row.id)
            self._told[row.id] = now
            if before != now:
                self._tell(row, before, now)
        self._tell_round()
        self._show_status()

    def _tell(self, row: ChildRow, before: _Told | None, now: _Told) -> None:
        if self._shell.is_json:
            self._shell.out_json(self._event(row, now))
        elif row.parent_id is None:
            return
        elif now.cooldown and (before is None or before.cooldown != now.cooldown) and not self._line_below.is_visible:
            self._shell.say(f"  {GLYPHS[now.shown]} {row.name} · {self._doing(row)}")
        elif now.shown in TOLD and (before is None or (before.shown, before.attempt) != (now.shown, now.attempt)):
            self._line_below.clear()
            self._shell.say(self._line(row, now))
        elif (
            not self._line_below.is_visible
            and now.shown is ShownState.RUNNING
            and (before is None or before.shown is not now.shown)
        ):
            self._shell.say(self._line(row, now))

    def _tell_round(self) -> None:
        """That all tests run together, which takes long where there are many and in which no component moves."""
        runs = [row for row in self._rows.values() if row.parent_id is None]
        states = [self._told[row.id].shown for row in self._rows.values() if row.parent_id]
        phase = run_phase(runs[0], is_settled=bool(states) and SETTLED.issuperset(states)) if runs else self._phase
        is_news = phase is RunPhase.TOGETHER and phase is not self._phase
        self._phase = phase
        if is_news and not self._shell.is_json and not self._line_below.is_visible:
            self._shell.say(f"  {GLYPHS[ShownState.RUNNING]} {phase}")

    def _event(self, row: ChildRow, now: _Told) -> dict[str, object]:
        rungs = latest_rungs(row)
        return {
            "type": "run" if row.parent_id is None else "component",
            "at": self._now().isoformat(),
            "run": self._run_id,
            "name": row.name,
            "state": str(now.shown),
            "step": row.pending_step,
            "attempt": now.attempt,
            "rungs": {verdict.rung: str(verdict.outcome) for verdict in rungs},
            "cooldown_until": now.cooldown or None,
            "last_action": row.last_action,
        }

    def _cooldown(self, row: ChildRow) -> str:
        """Until when the row waits for its agent, or an empty text."""
        return str(row.state[state.COOLDOWN_UNTIL]) if cooldown_left(row, self._now()) else ""

    def _doing(self, row: ChildRow) -> str:
        if left := cooldown_left(row, self._now()):
            return f"waits {duration(left.total_seconds())} for {row.agent}, which is busy"
        return first_line(last_said(row)) or row.pending_step

    def _line(self, row: ChildRow, now: _Told) -> str:
        took = worked(row, worked_until(row, self._now(), None, is_moving=now.shown in BUSY))
        parts = [f"{GLYPHS[now.shown]} {row.name}", f"{now.shown}"]
        parts += [f"attempt {now.attempt}"] if now.attempt else []
        if now.shown is ShownState.PASSED:
            tests = int(row.state.get(state.TESTS) or 0)
            parts.append(f"{tests} test{'' if tests == 1 else 's'}")
        reason = _why(row, now.shown)
        parts += [duration(took.total_seconds())] if took else []
        parts += [first_line(reason)] if reason else []
        return "  " + " · ".join(parts)

    def _show_status(self) -> None:
        if not self._line_below.is_visible:
            return
        children = [row for row in self._rows.values() if row.parent_id]
        if not children:
            return
        counts = Counter(self._told[row.id].shown for row in children)
        busy = [row for row in children if self._told[row.id].shown in BUSY]
        done = sum(counts[shown] for shown in SETTLED)
        named = ", ".join(f"{row.name.rpartition('.')[2]} ({self._doing(row)})" for row in busy[:MOST_NAMED])
        text = f"{done}/{len(children)} done · {len(busy)} at work · {duration(time.monotonic() - self._started)}"
        text += f" · {named}" if named else ""
        text += f" · {self._phase}" if self._phase is RunPhase.TOGETHER else ""
        self._line_below.show(text)


def _why(row: ChildRow, shown: ShownState) -> str:
    if row.status is SessionStatus.FAILED:
        return str((row.state.get(state.FAILURE) or {}).get("reason", ""))
    if shown is ShownState.NEEDS_YOU:
        return reason_of(row)
    if shown is ShownState.RETRYING:
        return row.attempts[-1].reason if row.attempts else ""
    if shown is ShownState.SKIPPED:
        return str((row.state.get(state.SKIPPED) or {}).get("note", ""))
    return ""
