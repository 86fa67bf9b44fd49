"""A session's history as lines, in the order in which it happened: steps, events, and what people asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxtui.cli.output.report import duration, first_line
from ctxtui.core.views.event_text import event_text

if TYPE_CHECKING:
    from ctxtui.core.domain.interaction import Interaction
    from ctxtui.core.domain.request import Request
    from ctxtui.core.ports.store import StoredEvent


@dataclass(frozen=True, slots=True)
class HistoryText:
    """How to write a history: `names` tells sessions' names by id, `is_full` keeps every line of every text."""

    names: Mapping[str, str]
    is_full: bool = False

    def lines(
        self, interactions: Iterable[Interaction], events: Iterable[StoredEvent], requests: Iterable[Request]
    ) -> Iterator[str]:
        """Each with its time of day; a line with the date stands before the first of a day."""
        entries = [(item.command.issued_at, self._step(item)) for item in interactions]
        entries += [(item.event.at, self._event(item)) for item in events]
        entries += [(item.requested_at, self._request(item)) for item in requests]
        day = ""
        for at, text in sorted(entries, key=lambda entry: entry[0]):
            local = at.astimezone()
            if (today := f"{local:%Y-%m-%d}") != day:
                day = today
                yield day
            yield f"{local:%H:%M:%S} {text}"

    def _step(self, item: Interaction) -> str:
        result = item.result
        ended = f"{result.status} after {duration(result.duration)}: {result.message}" if result else "under way"
        text = f"{item.seq:>3}. {item.command.step} — {self._cut(ended)}"
        if result is not None and result.exit_code is not None:
            text += f" (exit code {result.exit_code})"
        if not self.is_full:
            return text
        more = [str(item.command.metadata.get("prompt") or ""), result.output if result else ""]
        return "\n".join([text, *(_indented(part) for part in more if part)])

    def _event(self, item: StoredEvent) -> str:
        text = self._cut(event_text(item.event))
        if item.interaction_id:
            return f"       {item.event.kind:<10} {text}"
        by = item.event.data.get("by")
        return f"     {text}{f' (by {by})' if by and str(by) not in text else ''}"

    def _request(self, item: Request) -> str:
        name = self.names.get(item.session_id, "")
        given = {key: value for key, value in item.arguments.items() if value}
        words = [
            item.requested_by,
            "asks:",
            str(item.kind),
            name,
            *(f"{key} {value!r}" for key, value in given.items()),
        ]
        answers = {None: "not answered yet", True: "granted", False: "refused"}
        answer = f"{answers[item.is_granted]}: {item.answer}" if item.answer else answers[item.is_granted]
        return f"     {' '.join(word for word in words if word)} — {self._cut(answer)}"

    def _cut(self, text: str) -> str:
        return text if self.is_full else first_line(text)


def _indented(text: str) -> str:
    return "\n".join(f"            │ {line}" for line in text.splitlines())
