"""What a round found, as a person says it."""

from __future__ import annotations


def report_in_words(report: str) -> str:
    """A child session is told as its component."""
    return report.replace("Child sessions", "Components").replace("child session", "component")
