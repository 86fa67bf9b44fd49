"""What a project's own pages for contributors and agents say about tests, cut out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

PAGES = (
    "AGENTS.md",
    "CLAUDE.md",
    "CONTRIBUTING.md",
    "CONTRIBUTING.rst",
    "docs/CONTRIBUTING.md",
    ".github/CONTRIBUTING.md",
)
"""Looked for from the repository's top down to the package, nearest last."""

MOST_CHARS = 4000
_HEADING = re.compile(r"^#{1,6}\s|^[^\n]+\n(?:={3,}|-{3,}|~{3,})\s*$", re.MULTILINE)
_ABOUT_TESTS = re.compile(r"\b(?:py)?tests?\b|\btesting\b|\bfixtures?\b", re.IGNORECASE)
_FENCE = re.compile(r"^```.*?^```\s*$", re.MULTILINE | re.DOTALL)


def about_tests(page: str) -> str:
    """The sections that speak of tests, whole and in order; what does not fit is counted, never dropped in silence."""
    wanted = [section for section in _sections(page) if _ABOUT_TESTS.search(section)]
    kept: list[str] = []
    left = MOST_CHARS
    for number, section in enumerate(wanted):
        if len(section) > left:
            kept.append(f"(and {len(wanted) - number} more sections about tests: read the page itself)")
            break
        kept.append(section)
        left -= len(section)
    return "\n\n".join(kept)


def _sections(page: str) -> Iterator[str]:
    """Each heading with the text below it. A line of code that looks like a heading is none."""
    hidden = _FENCE.sub(lambda found: re.sub(r"[^\n]", "x", found[0]), page)
    starts = [found.start() for found in _HEADING.finditer(hidden)]
    for start, end in zip([0, *starts], [*starts, len(page)], strict=True):
        if section := page[start:end].strip():
            yield section
