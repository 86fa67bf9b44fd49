"""What a turn asks of the generator, as a file that the generator's own process reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ctxtui.core.domain.verdict import Evidence
from ctxtui.core.ports.agents import Turn

TASK_FILE = "task.json"
MEMORY_FILE = "memory.json"


@dataclass(frozen=True, slots=True)
class Task:
    """Paths are absolute; `memory` is the file that an earlier turn of the same child left, if there was one."""

    worktree: Path
    folder: Path
    source_path: str
    test_path: str
    package_name: str
    import_roots: tuple[str, ...]
    interpreter: Path
    feedback: tuple[Evidence, ...]
    memory: Path | None
    time_limit: float
    attempt: int = 1

    @property
    def module(self) -> str:
        """The module's dotted name: its path below the import root that holds it."""
        source = PurePosixPath(self.source_path)
        for root in sorted(self.import_roots, key=len, reverse=True):
            folder = PurePosixPath(root)
            if root in {"", "."} or source.is_relative_to(folder):
                relative = source if root in {"", "."} else source.relative_to(folder)
                parts = relative.with_suffix("").parts
                return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        return ".".join(source.with_suffix("").parts)


def write_task(turn: Turn) -> Path:
    path = turn.turn_dir / TASK_FILE
    data = {
        "worktree": str(turn.worktree),
        "source_path": turn.source_path,
        "test_path": turn.test_path,
        "package_name": turn.package_name,
        "import_roots": list(turn.import_roots),
        "interpreter": str(turn.interpreter),
        "memory": turn.conversation,
        "time_limit": turn.time_limit,
        "attempt": turn.attempt,
        "feedback": [
            {"kind": item.kind, "message": item.message, "path": item.path, "test": item.test, "detail": item.detail}
            for item in turn.feedback
        ],
    }
    turn.turn_dir.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1), encoding="utf-8")
    return path


def read_task(path: Path) -> Task:
    data: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    memory = Path(data["memory"]) if data["memory"] else None
    return Task(
        worktree=Path(data["worktree"]),
        folder=path.parent,
        source_path=data["source_path"],
        test_path=data["test_path"],
        package_name=data["package_name"],
        import_roots=tuple(data["import_roots"]),
        interpreter=Path(data["interpreter"]),
        feedback=tuple(Evidence(**item) for item in data["feedback"]),
        memory=memory if memory is not None and memory.is_file() else None,
        time_limit=data["time_limit"],
        attempt=data["attempt"],
    )
