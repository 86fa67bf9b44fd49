"""A fault of this program inside one child's work is written down in full, and named in the run's history."""

from __future__ import annotations

import contextlib
import traceback
from pathlib import Path


def fault_reason(error: BaseException, turns_dir: Path, run_id: str, session_id: str) -> str:
    """One sentence about the fault, with the place of the report if one could be written."""
    reason = f"a fault of ctxtui itself: {type(error).__name__}: {error}"
    folder = turns_dir / run_id / session_id
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        number = 1 + sum(1 for _ in folder.glob("fault-*.txt"))
        path = folder / f"fault-{number}.txt"
        path.write_text("".join(traceback.format_exception(error)), "utf-8")
        return f"{reason}; the report is {path}"
    return reason
