"""What very many children take of their run's owner: the loop that decides and the store, with actions that do nothing.

Run it by itself: `python tests/benchmarks/many_children.py [children] [database URL]`. What a child costs must not grow
with their number: CPU is told for each tenth of the run, with the memory at its end, and in all for the whole process.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ctxtui.core.domain.session import SessionStatus
from tests.doubles.engine_room import EngineRoom

MOST_MIB = 150.0
TENTHS = 10


def memory() -> float:
    """MiB of this process now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> int:
    children = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    database = sys.argv[2] if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory() as folder:
        room = EngineRoom(Path(folder), tuple(f"m{number:05}" for number in range(children)), database=database)
        before = process_time()
        room.open()
        print(f"opened           {process_time() - before:7.2f} s CPU  {memory():6.1f} MiB")
        started, settled, step = process_time(), set[str](), max(1, children // TENTHS)
        tenth = started
        for session_id in room.run_to_end():
            known = room.course.book.places.get(session_id)
            if known is None or room.course.book.is_active_child(session_id) or session_id in settled:
                continue
            settled.add(session_id)
            if len(settled) % step == 0:
                now = process_time()
                print(
                    f"{len(settled):6} children  {(now - tenth) / step * 1000:7.2f} ms CPU a child  {memory():6.1f} MiB"
                )
                tenth = now
        # Before the whole run is read at once, which its owner never does.
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        status = room.status()
        room.store.close()
    print(
        f"{children} children: {process_time() - before:.1f} s CPU, at most {most:.0f} MiB (the bar is {MOST_MIB:.0f})"
    )
    return int(status is not SessionStatus.COMPLETE or most > MOST_MIB)


if __name__ == "__main__":
    sys.exit(main())
