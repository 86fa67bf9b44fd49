"""Sees which files an agent is writing right now: a sign of life that the agent itself does not give."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

_WORDS = {Change.added: "writing", Change.modified: "writing", Change.deleted: "deleting"}
POLL_MS = 1000
POLLING = "this system has no file watcher left (inotify), so files are looked at every second"

Look = Callable[[int], Iterator[set[tuple[Change, str]]]]
"""Changes as they come: from the system's own watcher for 0, else by looking every so many milliseconds."""


def watch_files(worktree: Path, stop: threading.Event, saw: Callable[[str], None]) -> threading.Thread:
    """Starts a thread that calls `saw` with a line such as "writing tests/test_money.py" until `stop` is set."""

    def look(poll_ms: int) -> Iterator[set[tuple[Change, str]]]:
        return watch(
            worktree,
            watch_filter=DefaultFilter(),
            stop_event=stop,
            rust_timeout=200,
            yield_on_timeout=False,
            step=50,
            force_polling=bool(poll_ms) or None,
            poll_delay_ms=poll_ms or POLL_MS,
        )

    thread = threading.Thread(target=follow, args=(worktree, look, saw), name=f"watch {worktree.name}", daemon=True)
    thread.start()
    return thread


def follow(worktree: Path, look: Look, saw: Callable[[str], None]) -> None:
    """Where the system gives no watcher, files are looked at again and again, and that is said once."""
    for poll_ms in (0, POLL_MS):
        try:
            return _tell(worktree, look(poll_ms), saw)
        except FileNotFoundError:
            # The worktree was removed under the agent; the verdict ladder says so with its evidence.
            return None
        except (OSError, RuntimeError):
            saw(POLLING)
    return None


def _tell(worktree: Path, changes: Iterator[set[tuple[Change, str]]], saw: Callable[[str], None]) -> None:
    for changed in changes:
        change, path = max(changed, key=lambda item: item[1])
        saw(f"{_WORDS[change]} {Path(path).relative_to(worktree).as_posix()}")
