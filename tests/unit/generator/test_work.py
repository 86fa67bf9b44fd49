from __future__ import annotations

import time

from ctxtui.core.generator.probing.worker.tracing import ArcTracer
from ctxtui.core.generator.probing.worker.work import AN_OVERRUN, Work


def test_time_that_passes_without_work_leaves_the_deadline_where_it_is():
    work = Work()
    deadline = work.for_seconds(0.05)
    started = time.process_time()
    while time.process_time() < started + 0.06:
        pass
    assert deadline.left() == 0.05


def test_work_far_slower_than_it_should_be_is_ended_by_the_clock():
    work = Work()
    deadline = work.for_seconds(0.002)
    started = time.process_time()
    while time.process_time() < started + 0.02:
        pass
    assert deadline.is_over()


def test_a_call_that_ran_more_lines_is_more_work():
    short, long = Work(), Work()
    short.add_call(10)
    long.add_call(1000)
    assert 0 < short.done < long.done < AN_OVERRUN


def countdown(number):
    while number:
        number -= 1


def test_the_lines_that_run_are_counted_and_not_only_the_different_ones():
    tracer = ArcTracer(__file__, lambda _: None)
    counts = []
    for number in (1, 50):
        tracer.start()
        countdown(number)
        tracer.stop()
        counts.append(tracer.steps)
    assert counts[1] - counts[0] == 98
