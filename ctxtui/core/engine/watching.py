"""Sees which files an agent is writing right now: a sign of life that the agent itself does not give."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

_WORDS = {Change.added: "writing", Change.modified: "writing", Change.deleted: "deleting"}


def watch_files(worktree: Path, stop: threading.Event, saw: Callable[[str], None]) -> threading.Thread:
    """Starts a thread that calls `saw` with a line such as "writing tests/test_money.py" until `stop` is set."""
    thread = threading.Thread(target=_watch, args=(worktree, stop, saw), name=f"watch {worktree.name}", daemon=True)
    thread.start()
    return thread


def _watch(worktree: Path, stop: threading.Event, saw: Callable[[str], None]) -> None:
    try:
        for changes in watch(
            worktree, watch_filter=DefaultFilter(), stop_event=stop, rust_timeout=200, yield_on_timeout=False, step=50
        ):
            change, path = max(changes, key=lambda item: item[1])
            saw(f"{_WORDS[change]} {Path(path).relative_to(worktree).as_posix()}")
    except FileNotFoundError:
        # The worktree was removed under the agent; the verdict ladder says so with its evidence.
        return
