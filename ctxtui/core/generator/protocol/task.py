"""What a turn asks of the generator, as a file that the generator's own process reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ctxtui.core.domain.verdict import Evidence

TASK_FILE = "task.json"
MEMORY_FILE = "memory.json"


@dataclass(frozen=True, slots=True)
class Task:
    """Paths are absolute; `folder` holds the generator's files; `memory` is what an earlier turn left.

    `test_command` runs the written file as it will be judged and reports in JSON; empty where nothing can run it.
    `pass_env` are variables that the module is given of those that this process has.
    """

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
    test_command: tuple[str, ...] = ()
    effort: str = "normal"
    pass_env: tuple[str, ...] = ()

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


def write_task(task: Task) -> Path:
    path = task.folder / TASK_FILE
    data = {
        "worktree": str(task.worktree),
        "source_path": task.source_path,
        "test_path": task.test_path,
        "package_name": task.package_name,
        "import_roots": list(task.import_roots),
        "interpreter": str(task.interpreter),
        "memory": str(task.memory or ""),
        "time_limit": task.time_limit,
        "attempt": task.attempt,
        "feedback": [asdict(item) for item in task.feedback],
        "test_command": list(task.test_command),
        "effort": task.effort,
        "pass_env": list(task.pass_env),
    }
    task.folder.mkdir(parents=True, exist_ok=True)
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
        feedback=tuple(Evidence.from_data(item) for item in data["feedback"]),
        memory=memory if memory is not None and memory.is_file() else None,
        time_limit=data["time_limit"],
        attempt=data["attempt"],
        test_command=tuple(data["test_command"]),
        effort=data["effort"],
        pass_env=tuple(data["pass_env"]),
    )
