"""A run as spans: each in its parent, none twice, whoever runs it; and agents are told where in the trace they are."""

from __future__ import annotations

from collections import Counter

import pytest

from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.trace import span_id, trace_id, trace_parent
from ctxtui.services.tracing import Tracing, traced

_exporters = pytest.importorskip(
    "opentelemetry.sdk.trace.export.in_memory_span_exporter", reason="the extra `otel` is not installed"
)
InMemorySpanExporter = _exporters.InMemorySpanExporter
BAD = "from shop.money import add\n\n\ndef test_add():\n    assert add(1, 2) == 4\n"
GOOD = BAD.replace("== 4", "== 3")
STOCK = "from shop import stock\n\n\ndef test_put():\n    stock.ITEMS.clear()\n    assert stock.put('a') == 1\n"


def sent_by(project, exporter) -> Tracing:
    return Tracing(project.parts, project.scope, project.run_id, exporter)


@pytest.fixture
def project(make_project):
    turns = {
        "shop.money": [[["write", "{test_path}", BAD]], [["write", "{test_path}", GOOD]]],
        "shop.stock": [[["write", "{test_path}", STOCK]]],
    }
    project = make_project(turns)
    project.start()
    assert project.work() is ExitCode.OK
    return project


def test_spans_stand_in_each_other_as_the_work_does_and_are_sent_once(project):
    exporter = InMemorySpanExporter()
    tracing = sent_by(project, exporter)
    tracing.send()
    tracing.send()
    spans = exporter.get_finished_spans()
    by_id = {span.context.span_id: span for span in spans}
    assert len(by_id) == len(spans)
    assert {span.context.trace_id for span in spans} == {trace_id(project.run_id)}
    names = {span.context.span_id: span.name for span in spans}
    pairs = Counter((span.name, names[span.parent.span_id]) for span in spans if span.parent)
    assert [span.name for span in spans if span.parent is None] == ["run shop"]
    assert pairs["shop.money", "run shop"] == pairs["shop.stock", "run shop"] == 1
    assert pairs["attempt 1", "shop.money"] == pairs["attempt 2", "shop.money"] == 1
    assert pairs["turn scripted", "attempt 1"] == 2
    assert pairs["turn scripted", "attempt 2"] == 1
    assert pairs["rung passes", "attempt 1"] == 2
    for span in spans:
        assert span.start_time <= span.end_time
        assert span.attributes["ctxtui.run"] == project.run_id
    (failed,) = [span for span in spans if span.attributes.get("ctxtui.outcome") == "failed" and "rung" in span.name]
    assert by_id[failed.parent.span_id].attributes["ctxtui.outcome"] == "failed"


def test_another_runner_does_not_send_what_was_sent(project):
    sent_by(project, InMemorySpanExporter()).send()
    again = InMemorySpanExporter()
    tracing = sent_by(project, again)
    tracing._remember(project.parts.now())
    tracing.send()
    assert again.get_finished_spans() == ()


def test_an_agent_is_told_the_span_of_its_turn(make_project):
    said = [["write", "{test_path}", GOOD], ["environment", "TRACEPARENT"]]
    project = make_project({"shop.money": [said], "shop.stock": [[["write", "{test_path}", STOCK]]]})
    project.start()
    project.work()
    child = project.parts.store.sessions.load(project.scope, project.child("shop.money").id)
    turn = next(step for step in child.interactions if step.command.step == "generate_tests")
    parent = trace_parent(project.run_id, turn.id)
    assert parent.split("-")[2] == f"{span_id(turn.id):016x}"
    events = project.parts.store.history.events(project.scope, child.id)
    assert parent in [item.event.text for item in events]


def test_without_a_collector_nothing_is_sent_and_nothing_is_imported(project, monkeypatch):
    monkeypatch.setattr(Tracing, "send", lambda _self: pytest.fail("there is nowhere to send to"))
    with traced(project.parts, project.scope, project.run_id, {}, pytest.fail):
        pass


class Deaf(InMemorySpanExporter):
    """A collector that cannot be reached for a while."""

    is_reached = False

    def export(self, spans):
        return super().export(spans) if self.is_reached else _exporters.SpanExportResult.FAILURE


def test_what_a_collector_did_not_take_is_sent_when_it_is_back(project):
    exporter = Deaf()
    tracing = sent_by(project, exporter)
    tracing.send()
    assert exporter.get_finished_spans() == ()
    exporter.is_reached = True
    tracing.send()
    assert "run shop" in {span.name for span in exporter.get_finished_spans()}
    assert not tracing.unsent


def test_more_spans_than_a_collector_takes_at_once_are_sent_in_parts(project, monkeypatch):
    sizes = []

    class Counting(InMemorySpanExporter):
        def export(self, spans):
            sizes.append(len(spans))
            return super().export(spans)

    monkeypatch.setattr("ctxtui.services.tracing.MOST_SPANS", 4)
    sent_by(project, Counting()).send()
    assert max(sizes) == 4
    assert sum(sizes) > 8


def test_a_collector_that_is_not_there_is_told_once_and_in_one_sentence(project, capsys, caplog):
    told = []
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "nowhere"}
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "nowhere")
        with traced(project.parts, project.scope, project.run_id, environ, told.append):
            pass
    (sentence,) = told
    assert sentence.startswith("The traces of this run did not reach nowhere: ")
    assert caplog.text == ""
    assert capsys.readouterr().err == ""
