"""Work beside the interface: on a thread, with an end that is always told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from textual.dom import DOMNode
from textual.worker import get_current_worker

from ctxtui.core.domain.errors import CtxtuiError

_log = logging.getLogger(__name__)
T = TypeVar("T")


def in_background(
    node: DOMNode,
    job: Callable[[], T],
    then: Callable[[T], object],
    failed: Callable[[str], None],
    *,
    group: str,
    is_latest_only: bool = False,
) -> None:
    """Does `job` on a thread; `then` takes what it gives, `failed` one sentence, both on the interface's thread.

    With `is_latest_only` the answers of earlier jobs of the group are dropped: a person has asked anew.
    """

    def work() -> None:
        worker = get_current_worker()
        tell: Callable[[], object]
        try:
            result = job()
        except Exception as error:  # noqa: BLE001 - the boundary: whatever goes wrong is shown, and nothing waits for ever
            sentence = sentence_of(error)
            tell = lambda: failed(sentence)  # noqa: E731 - one of two
        else:
            tell = lambda: then(result)  # noqa: E731 - one of two
        if not worker.is_cancelled:
            node.call_later(tell)

    node.run_worker(work, thread=True, group=group, exclusive=is_latest_only, exit_on_error=False)


def sentence_of(error: Exception) -> str:
    """What a person is told of an error; one that nobody foresaw goes into the log with its traceback."""
    if isinstance(error, CtxtuiError):
        return str(error)
    _log.error("a worker of the interface failed", exc_info=error)
    said = " ".join(str(error).split())
    return f"This could not be done: {type(error).__name__}" + (f": {said}." if said else ".")
