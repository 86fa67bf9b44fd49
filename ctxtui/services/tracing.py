"""Sends a run as OpenTelemetry spans: run, child, attempt, and in it turns and rungs, each when it has ended.

Where to is told by the usual variables, such as OTEL_EXPORTER_OTLP_ENDPOINT. Ids follow from the run's, so that a
runner that takes a run over goes on with the same trace.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.interaction import Action
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.domain.trace import span_id, trace_id

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter

    from ctxtui.core.domain.attempt import Attempt
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.engine.parts import Parts

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
SECONDS = 5.0
"""How often spans that have ended are sent."""
MOST_SPANS = 512
"""How many are sent at once: a collector refuses more than some megabytes."""
SLACK = timedelta(seconds=2)
"""What ended that shortly before it was read may not have been stored yet; a span sent twice is the same span."""
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@contextmanager
def traced(
    parts: Parts, scope: Scope, run_id: str, environ: Mapping[str, str], tell: Callable[[str], None]
) -> Iterator[None]:
    """Sends spans while the block works and once after it, where a collector is named and the extra is there.

    What did not get there in the end is told in one sentence.
    """
    exporter = _exporter(environ)
    if exporter is None:
        yield
        return
    tracing = Tracing(parts, scope, run_id, exporter)
    over = threading.Event()
    sender = threading.Thread(target=tracing.send_until, args=(over,), name="spans", daemon=True)
    sender.start()
    with _last_words() as heard:
        try:
            yield
        finally:
            over.set()
            sender.join(timeout=2 * SECONDS)
            exporter.shutdown()
            if tracing.unsent:
                endpoint = next(environ[name] for name in ENDPOINTS if environ.get(name))
                tell(f"The traces of this run did not reach {endpoint}{f': {heard.words}' if heard.words else '.'}")


class _LastWords(logging.Handler):
    """Keeps what the exporter said last, which else stands between the lines of the run, several times a minute."""

    words = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.words = record.getMessage()


@contextmanager
def _last_words() -> Iterator[_LastWords]:
    logger, heard = logging.getLogger("opentelemetry"), _LastWords()
    was_propagated, logger.propagate = logger.propagate, False
    logger.addHandler(heard)
    try:
        yield heard
    finally:
        logger.removeHandler(heard)
        logger.propagate = was_propagated


def _exporter(environ: Mapping[str, str]) -> SpanExporter | None:
    if not any(environ.get(name) for name in ENDPOINTS) or importlib.util.find_spec("opentelemetry") is None:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
            OTLPSpanExporter,
        )
    except ImportError:
        return None
    return OTLPSpanExporter()


@dataclass(slots=True)
class Tracing:
    """What of one run has been sent; a file beside the turns remembers until when, for the next runner."""

    parts: Parts
    scope: Scope
    run_id: str
    exporter: SpanExporter
    unsent: dict[int, ReadableSpan] = field(default_factory=dict)
    _version: int = 0
    _sent: set[int] = field(default_factory=set)
    _since: datetime | None = None

    def send_until(self, over: threading.Event) -> None:
        is_last = False
        while not is_last:
            is_last = over.wait(SECONDS)
            # What cannot be read or sent now is sent with the next; a run never fails for its trace.
            with suppress(CtxtuiError, OSError):
                self.send()

    def send(self) -> None:
        """Sends what has ended since it was asked last, or since a runner before this one sent.

        What a collector did not take is sent again with what ends next.
        """
        from opentelemetry.sdk.trace.export import SpanExportResult  # noqa: PLC0415 - an extra

        now = self.parts.now()
        if self._since is None:
            self._since = self._sent_until()
        fresh = {span.context.span_id: span for span in self._ended() if span.context is not None}
        self.unsent |= {number: span for number, span in fresh.items() if number not in self._sent}
        if not self.unsent:
            return
        while batch := dict(islice(self.unsent.items(), MOST_SPANS)):
            if self.exporter.export(tuple(batch.values())) is not SpanExportResult.SUCCESS:
                return
            self._sent |= set(batch)
            self.unsent = {number: span for number, span in self.unsent.items() if number not in batch}
        self._remember(now - SLACK)

    def _ended(self) -> Iterator[ReadableSpan]:
        store = self.parts.store
        changes = store.feed.changes(self.scope, self.run_id, self._version)
        self._version = changes.version
        run = store.sessions.load(self.scope, self.run_id)
        for row in changes.rows:
            if row.parent_id is not None:
                inner = self._of_child(store.sessions.load(self.scope, row.id), row.attempts)
                yield from (span for span in inner if self._is_new(span.end_time))
        if run.status is not SessionStatus.ACTIVE and self._is_new(_nanoseconds(_end_of(run))):
            facts = {"ctxtui.agent": run.agent, "ctxtui.status": str(run.status)}
            for child in run.children:
                yield self._session(child, (self.run_id,))
            yield self._span(f"run {run.name}", (self.run_id,), None, (run.created_at, _end_of(run)), facts)

    def _is_new(self, end: int | None) -> bool:
        return (end or 0) > _nanoseconds(self._since or _NO_TIME)

    def _of_child(self, child: Session, attempts: tuple[Attempt, ...]) -> Iterator[ReadableSpan]:
        for attempt in attempts:
            if attempt.ended_at is not None:
                usage = attempt.usage
                facts = {
                    "ctxtui.outcome": str(attempt.outcome),
                    "ctxtui.reason": attempt.reason,
                    "gen_ai.request.model": usage.model,
                    "gen_ai.usage.input_tokens": usage.input_tokens,
                    "gen_ai.usage.output_tokens": usage.output_tokens,
                }
                facts |= {} if usage.cost is None else {"ctxtui.cost": usage.cost}
                times = (attempt.started_at, attempt.ended_at)
                yield self._span(f"attempt {attempt.n}", (attempt.id,), (child.id,), times, facts)
        for step in child.interactions:
            if step.command.action is Action.ASK_AGENT and step.result is not None and step.completed_at is not None:
                facts = {"ctxtui.status": str(step.result.status), "ctxtui.agent": child.agent}
                facts |= {"ctxtui.trouble": str(step.result.data["trouble"])} if "trouble" in step.result.data else {}
                parent = _at(attempts, step.completed_at) or child.id
                times = (step.command.issued_at, step.completed_at)
                yield self._span(f"turn {child.agent}", (step.id,), (parent,), times, facts)
        yield from self._rungs(child, attempts)

    def _rungs(self, child: Session, attempts: tuple[Attempt, ...]) -> Iterator[ReadableSpan]:
        durations = {(one.id, str(verdict.rung)): verdict.duration for one in attempts for verdict in one.rungs}
        for item in self.parts.store.history.events(self.scope, child.id, limit=100_000, raw=False):
            rung = item.event.data.get("rung")
            if item.event.kind is EventKind.RUNG and rung:
                parent, end = _at(attempts, item.event.at) or child.id, item.event.at
                start = end - timedelta(seconds=durations.get((parent, str(rung)), 0.0))
                facts = {"ctxtui.outcome": str(item.event.data.get("outcome")), "ctxtui.said": item.event.text}
                yield self._span(f"rung {rung}", (parent, str(rung), str(item.id)), (parent,), (start, end), facts)

    def _session(self, child: Session, parent: tuple[str, ...]) -> ReadableSpan:
        facts = {"ctxtui.agent": child.agent, "ctxtui.status": str(child.status)}
        whole = self.parts.store.sessions.load(self.scope, child.id)
        return self._span(child.name, (child.id,), parent, (child.created_at, _end_of(whole)), facts)

    def _span(
        self,
        name: str,
        of: tuple[str, ...],
        parent: tuple[str, ...] | None,
        times: tuple[datetime, datetime],
        facts: Mapping[str, Any],
    ) -> ReadableSpan:
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.trace import ReadableSpan  # noqa: PLC0415 - an extra
        from opentelemetry.trace import SpanContext, TraceFlags  # noqa: PLC0415 - an extra

        def context(place: tuple[str, ...]) -> SpanContext:
            flags = TraceFlags(TraceFlags.SAMPLED)
            return SpanContext(trace_id(self.run_id), span_id(*place), is_remote=False, trace_flags=flags)

        return ReadableSpan(
            name,
            context=context(of),
            parent=None if parent is None else context(parent),
            resource=Resource.create({"service.name": "ctxtui"}),
            attributes={"ctxtui.run": self.run_id, **facts},
            start_time=_nanoseconds(times[0]),
            end_time=_nanoseconds(max(times)),
        )

    @property
    def _file(self) -> Path:
        return self.parts.turns_dir.parent / "traces" / f"{self.run_id}.json"

    def _sent_until(self) -> datetime:
        try:
            return datetime.fromisoformat(json.loads(self._file.read_text("utf-8"))["until"])
        except (OSError, ValueError, KeyError, TypeError):
            return _NO_TIME

    def _remember(self, until: datetime) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps({"until": until.isoformat()}), "utf-8")


def _at(attempts: tuple[Attempt, ...], moment: datetime) -> str:
    """The id of the attempt that was under way then; empty before the first."""
    return next((attempt.id for attempt in reversed(attempts) if attempt.started_at <= moment), "")


def _end_of(session: Session) -> datetime:
    ends = [step.completed_at for step in session.interactions if step.completed_at is not None]
    return max(ends, default=session.created_at)


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000) * 1000
