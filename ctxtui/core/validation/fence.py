"""The first rung: only the child's own paths changed, the test file is there, and no existing test proves less."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ctxtui.core.domain.artifact import Change, ChangeKind
from ctxtui.core.domain.control_marks import on_one_line
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.verdict import Evidence, RungVerdict
from ctxtui.core.ports.validation import Candidate, LadderLimits
from ctxtui.core.validation.evidence import conclude, count, named
from ctxtui.core.validation.outline import outline, weakened
from ctxtui.core.validation.tree import is_noise
from ctxtui.core.workflow.paths import matches

RUNG = Rung.FENCE

_REGULAR_MODES = {
    ChangeKind.ADDED: frozenset({"100644"}),
    ChangeKind.MODIFIED: frozenset({"100644", "100755"}),
}
_ODD_MODES = {"120000": "a symbolic link", "160000": "a nested repository", "100755": "marked as executable"}


@dataclass(frozen=True, slots=True)
class Fence:
    """Judges what was written where, without running anything."""

    limits: LadderLimits
    rung: Rung = RUNG

    def judge(self, candidate: Candidate) -> RungVerdict:
        started = time.monotonic()
        tolerated = candidate.test_run.tolerated  # an agent that runs its tests leaves these, whatever it does
        changes = [one for one in candidate.changes if not is_noise(one.path) and one.path not in tolerated]
        outside = [change for change in changes if not matches(change.path, candidate.owned)]
        own = [change for change in changes if matches(change.path, candidate.owned)]
        missing = list(_missing(candidate))
        shapes = [item for change in own for item in self._odd_shapes(change)]
        evidence = [
            *missing,
            *_outside(outside),
            *shapes,
            *(() if missing else self._odd_file(candidate)),
            *(() if missing else _weakenings(candidate)),
        ]
        distinct = list({(item.kind, item.path, item.test, item.message): item for item in evidence}.values())
        summary = _summary(distinct, outside) if distinct else f"wrote {count(len(own), 'file')} of its own"
        return conclude(RUNG, started, distinct, summary, {"changed": len(changes), "outside": len(outside)})

    def _odd_shapes(self, change: Change) -> Iterator[Evidence]:
        path, shown = change.path, on_one_line(change.path)
        if change.kind is ChangeKind.DELETED:
            yield Evidence("deleted_file", f"deleted {shown}, which was there before", path)
            return
        if change.mode not in _REGULAR_MODES.get(change.kind, frozenset()):
            what = _ODD_MODES.get(change.mode, f"of mode {change.mode}")
            sentence = f"changed the mode of {shown}" if change.kind is ChangeKind.MODE else f"{shown} is {what}"
            yield Evidence("odd_file", f"{sentence}: write a plain file", path)
        if change.links > 1:
            yield Evidence("odd_file", f"{shown} is a hard link: write a file of its own", path)
        if change.size > self.limits.file_bytes:
            yield self._oversize(path, change.size)

    def _odd_file(self, candidate: Candidate) -> Iterator[Evidence]:
        """The same of the test file itself, as it lies in the tree by now, folders included."""
        path = PurePosixPath(candidate.test_path)
        for folder in reversed(path.parents[:-1]):
            if (candidate.worktree / folder).is_symlink():
                yield Evidence("odd_file", f"{folder} is a symbolic link: write into a real folder", str(folder))
                return
        status = (candidate.worktree / path).lstat()
        if stat.S_ISLNK(status.st_mode):
            yield Evidence("odd_file", f"{path} is a symbolic link: write a plain file", str(path))
        elif not stat.S_ISREG(status.st_mode):
            yield Evidence("odd_file", f"{path} is no plain file: write one", str(path))
        elif status.st_nlink > 1:
            yield Evidence("odd_file", f"{path} is a hard link: write a file of its own", str(path))
        elif status.st_size > self.limits.file_bytes:
            yield self._oversize(str(path), status.st_size)

    def _oversize(self, path: str, size: int) -> Evidence:
        most = self.limits.file_bytes
        return Evidence("oversize", f"{on_one_line(path)} has {size:,} bytes; at most {most:,} are taken over", path)


def _missing(candidate: Candidate) -> Iterator[Evidence]:
    path = candidate.worktree / candidate.test_path
    if not _is_there(path):
        yield Evidence(
            "missing_file", f"{candidate.test_path} is missing: write the tests into it", candidate.test_path
        )


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _outside(changes: list[Change]) -> Iterator[Evidence]:
    for change in changes:
        yield Evidence(
            "outside_fence", f"{change.kind} {on_one_line(change.path)}, which is outside its tests", change.path
        )


def _weakenings(candidate: Candidate) -> Iterator[Evidence]:
    if candidate.existing_text is None:
        return
    path = candidate.test_path
    try:
        before = outline(candidate.existing_text)
        after = outline((candidate.worktree / path).read_text("utf-8"))
    except (SyntaxError, ValueError, OSError):
        return  # a file that is no Python is the next rung's finding
    for test, sentence in weakened(before, after):
        node = f"{path}::{test}" if test else ""
        yield Evidence("weakened", f"{sentence}: keep what existing tests prove", path, node)


def _summary(evidence: list[Evidence], outside: list[Change]) -> str:
    paths = named(change.path for change in outside)
    parts = [f"touched {count(len(outside), 'file')} outside its tests: {paths}"] if outside else []
    others = [item for item in evidence if item.kind != "outside_fence"]
    weak = [item for item in others if item.kind == "weakened"]
    parts += [item.message for item in others if item.kind != "weakened"][:2]
    if weak:
        parts.append(f"weakened existing tests: {named(item.test.partition('::')[2] or item.path for item in weak)}")
    return "; ".join(parts)
