"""What a round found, as a person says it."""

from __future__ import annotations

from ctxtui.core.workflow.context_testing.outcome import KINDS


def report_in_words(report: str) -> str:
    """A child session is told as its component."""
    return report.replace("Child sessions", "Components").replace("child session", "component")


def is_round_report(message: str) -> bool:
    """Whether it tells of components, each of which tells it itself; anything else is to be told of the run."""
    return message.startswith(tuple(KINDS.values()))
