"""What a reviewer says of tests: comments on lines and tests to leave out, gathered for each component."""

from __future__ import annotations

from dataclasses import dataclass, field

from ctxtui.screens.launcher import FileTexts
from ctxtui.screens.review.placed_tests import without_tests


@dataclass(slots=True)
class ReviewMarks:
    """Comments by path and line number, and the names of tests to drop by path."""

    comments: dict[tuple[str, int], str] = field(default_factory=dict)
    dropped: set[tuple[str, str]] = field(default_factory=set)

    def comment(self, path: str, number: int, text: str) -> None:
        """Puts a comment on a line; an empty one takes it off."""
        if text.strip():
            self.comments[path, number] = text.strip()
        else:
            self.comments.pop((path, number), None)

    def toggle_drop(self, path: str, test: str) -> None:
        self.dropped ^= {(path, test)}

    def count(self, path: str) -> int:
        return sum(of == path for of, _number in self.comments) + sum(of == path for of, _test in self.dropped)

    def remarks(self, files: tuple[FileTexts, ...]) -> dict[str, Remarks]:
        """By session, for those whose files have marks."""
        gathered: dict[str, Remarks] = {}
        for file in files:
            rows = file.after.splitlines()
            said = [
                f"- {file.path}:{number}{_quoted(rows, number)}: {text}"
                for (path, number), text in sorted(self.comments.items())
                if path == file.path
            ]
            names = sorted(test for path, test in self.dropped if path == file.path)
            if said or names:
                remarks = gathered.setdefault(file.session_id, Remarks())
                remarks.comments += said
                remarks.left_out += names
                if names:
                    remarks.texts[file.path] = without_tests(file.after, names)
        return gathered


def _quoted(rows: list[str], number: int) -> str:
    """The line that a comment is about; empty where there is nothing to quote."""
    code = rows[number - 1].strip() if number <= len(rows) else ""
    return f" `{code}`" if code else ""


@dataclass(slots=True)
class Remarks:
    """What is said of one component: a line a comment, and the texts without the tests that are left out, by path."""

    comments: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """For the agent, should it be asked."""
        lines = ["From the review of your tests:", *self.comments] if self.comments else []
        left_out = f"The reviewer left out {', '.join(self.left_out)}: do not write that again."
        return "\n".join([*lines, left_out] if self.left_out else lines)
