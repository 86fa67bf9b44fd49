"""Runs whose children are worked on by a Dask cluster: separate processes, and no folder in common."""

from __future__ import annotations

import signal
from collections import Counter

import psutil
import pytest

from ctxtui.config import Settings
from ctxtui.core.domain.errors import CtxtuiError, ExitCode, UsageError
from ctxtui.core.domain.request import RequestKind
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.engine.remote.hands import PLACE
from ctxtui.services.workers import agents_at_workers
from tests.doubles.cluster import cut_off, running_cluster
from tests.doubles.scripted_agent import starts

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("default"),  # the cluster's own client warns of what it closes
]

GOOD = "from shop.{name} import *\n\n\ndef test_it():\n    assert {call}\n"
MONEY = ["write", "{test_path}", GOOD.format(name="money", call="add(1, 2) == 3")]
STOCK = ["write", "{test_path}", GOOD.format(name="stock", call="put(1) >= 1")]
BAD = ["write", "{test_path}", GOOD.format(name="money", call="add(1, 2) == 4")]
WAIT = ["wait_for", "{script_dir}/go"]


@pytest.fixture
def cluster(tmp_path):
    with running_cluster(tmp_path / "cluster") as running:
        yield running


@pytest.fixture
def make_remote(make_project, cluster):
    """A project whose children are worked on by the cluster."""

    def make(turns: dict[str, object], **changes: object):
        executor = {"kind": "dask", "scheduler": cluster.address}
        return make_project(turns, executor=_settings(executor), **changes)

    return make


def _settings(values: dict[str, str]):
    from ctxtui.config.schema import Executor  # noqa: PLC0415 - made here as the settings files make it

    return Executor(**values)


def let_go(project) -> None:
    (project.script.parent / "go").touch()


def places(project) -> set[str]:
    names = ("shop.money", "shop.stock")
    steps = [step for name in names for step in project.child(name).interactions if step.result is not None]
    return {step.result.data[PLACE] for step in steps if PLACE in step.result.data}


def test_children_are_worked_on_elsewhere_mended_there_and_brought_home(make_remote, cluster) -> None:
    project = make_remote({"shop.money": [[BAD], [MONEY]], "shop.stock": [[STOCK]]})
    project.start()
    assert project.work() is ExitCode.OK
    assert Counter(project.starts()) == {("shop.money", 1): 1, ("shop.money", 2): 1, ("shop.stock", 1): 1}
    assert {"tests/test_money.py", "tests/test_stock.py"} <= project.branch_files()
    assert places(project)
    assert all(place.startswith("tcp://") for place in places(project))
    assert list(cluster.folder.rglob("slot-01"))
    assert not list((project.folder / "cache").rglob("slot-01"))


@pytest.mark.cluster
def test_a_killed_worker_costs_its_turn_and_nothing_else(make_remote, cluster, in_thread, wait_until) -> None:
    project = make_remote({"shop.money": [[WAIT, MONEY]], "shop.stock": [[WAIT, STOCK]]})
    project.start()
    done = in_thread(project.work)
    wait_until(lambda: len(starts(project.script)) == 2, 120)
    agents = {component: pid for component, _, pid in starts(project.script)}
    victim = cluster.processes[1]
    victim.kill()
    let_go(project)
    assert done.result(240) is ExitCode.OK
    counted = Counter(component for component, _, _ in starts(project.script))
    assert all(count <= 2 for count in counted.values())
    assert {"tests/test_money.py", "tests/test_stock.py"} <= project.branch_files()
    assert all(not psutil.pid_exists(pid) for pid in agents.values())


@pytest.mark.cluster
def test_an_agent_does_not_outlive_its_worker(make_remote, cluster, in_thread, wait_until, is_running) -> None:
    project = make_remote({"*": [[WAIT]]})
    project.start()
    runner = project.runner()
    done = in_thread(runner.work)
    wait_until(lambda: len(starts(project.script)) == 2, 120)
    pids = [pid for _, _, pid in starts(project.script)]
    for worker in cluster.processes[1:]:
        worker.kill()
    wait_until(lambda: not any(is_running(pid) for pid in pids), 30)
    runner.stop("the test")
    assert done.result(120) is ExitCode.INTERRUPTED


@pytest.mark.cluster
def test_a_cancelled_child_ends_its_agent_at_the_worker(make_remote, in_thread, wait_until, is_running) -> None:
    project = make_remote({"shop.money": [[["wait_for", "{script_dir}/never"]]], "shop.stock": [[STOCK]]})
    project.start()
    done = in_thread(project.work)
    wait_until(lambda: ("shop.money", 1) in project.starts(), 120)
    pid = next(pid for component, _, pid in starts(project.script) if component == "shop.money")
    project.ask(RequestKind.CANCEL, "shop.money")
    wait_until(lambda: not is_running(pid), 15)
    done.result(120)
    assert project.child("shop.money").status is SessionStatus.CANCELLED


@pytest.mark.cluster
def test_a_turn_goes_on_while_its_owner_is_replaced(make_remote, in_thread, wait_until, monkeypatch) -> None:
    project = make_remote({"shop.money": [[WAIT, MONEY]], "shop.stock": [[WAIT, STOCK]]})
    project.start()
    first = project.runner()
    left = in_thread(first.work)
    wait_until(lambda: len(starts(project.script)) == 2, 120)
    with monkeypatch.context() as patch:
        patch.setattr("ctxtui.core.ports.stop.Stop.is_abandoned", True)  # it walks away, and touches nothing
        first.stop("the test")
        assert left.result(60) is ExitCode.INTERRUPTED
    let_go(project)
    assert project.work() is ExitCode.OK
    assert Counter(project.starts()) == {("shop.money", 1): 1, ("shop.stock", 1): 1}


@pytest.mark.cluster
def test_a_frozen_worker_is_lost_after_its_silence(make_remote, cluster, in_thread, wait_until, monkeypatch) -> None:
    monkeypatch.setattr("ctxtui.core.executors.dask_sites.ANSWER_SECONDS", 4.0)
    project = make_remote({"shop.money": [[WAIT, MONEY]], "shop.stock": [[WAIT, STOCK]]})
    project.start()
    done = in_thread(project.work)
    wait_until(lambda: len(starts(project.script)) == 2, 120)
    cluster.processes[1].send_signal(signal.SIGSTOP)
    let_go(project)
    assert done.result(240) is ExitCode.OK
    assert {"tests/test_money.py", "tests/test_stock.py"} <= project.branch_files()


@pytest.mark.cluster
def test_a_cut_network_costs_no_turn(make_project, cluster, in_thread, wait_until) -> None:
    with cut_off(cluster.port) as line:
        executor = _settings({"kind": "dask", "scheduler": f"tcp://127.0.0.1:{line.port}"})
        project = make_project({"shop.money": [[WAIT, MONEY]], "shop.stock": [[WAIT, STOCK]]}, executor=executor)
        project.start()
        done = in_thread(project.work)
        wait_until(lambda: len(starts(project.script)) == 2, 120)
        line.cut()
        let_go(project)
        wait_until(lambda: line.refused, 60)
        line.mend()
        assert done.result(240) is ExitCode.OK
    assert Counter(project.starts()) == {("shop.money", 1): 1, ("shop.stock", 1): 1}
    assert {"tests/test_money.py", "tests/test_stock.py"} <= project.branch_files()


@pytest.mark.cluster
def test_a_restarted_scheduler_gets_the_run_with_its_new_workers(make_remote, cluster, in_thread, wait_until) -> None:
    project = make_remote({"shop.money": [[WAIT, MONEY]], "shop.stock": [[WAIT, STOCK]]})
    project.start()
    done = in_thread(project.work)
    wait_until(lambda: len(starts(project.script)) == 2, 120)
    cluster.processes[0].kill()
    cluster.processes[0].wait()
    for worker in cluster.processes[1:]:
        worker.wait(60)  # Dask's own end when their scheduler is gone
    let_go(project)
    cluster.start_scheduler()
    cluster.start_worker("three")
    assert done.result(240) is ExitCode.OK
    assert {"tests/test_money.py", "tests/test_stock.py"} <= project.branch_files()
    assert all("three on" in child.state["worker"] for child in map(project.child, ("shop.money", "shop.stock")))


@pytest.mark.cluster
def test_a_worker_of_another_version_is_refused_with_a_sentence(make_project, tmp_path) -> None:
    with running_cluster(tmp_path / "cluster", workers=("foreign",)) as cluster:
        executor = _settings({"kind": "dask", "scheduler": cluster.address})
        project = make_project({"*": [[MONEY]]}, executor=executor)
        with pytest.raises(CtxtuiError, match=r"No worker can be used: the worker tcp.* has ctxtui 9\.9 on Python"):
            project.plan()


def test_agents_are_asked_at_each_worker(cluster) -> None:
    missing = {"driver": "plain", "command": ["/nowhere/agent"]}
    executor = _settings({"kind": "dask", "scheduler": cluster.address})
    found = agents_at_workers(Settings(executor=executor, agents={"missing": missing}), ["builtin", "missing"])
    assert [(one.worker, one.agent, bool(one.problem)) for one in found] == [
        (worker, agent, agent == "missing") for worker in ("one", "two") for agent in ("builtin", "missing")
    ]


def test_agents_at_workers_need_an_address() -> None:
    with pytest.raises(UsageError, match="No cluster is set: name its scheduler with --scheduler"):
        agents_at_workers(Settings(), ["builtin"])


def test_a_scheduler_that_is_not_there_is_named(make_project) -> None:
    executor = _settings({"kind": "dask", "scheduler": "tcp://127.0.0.1:9"})
    project = make_project({"*": [[MONEY]]}, executor=executor)
    with pytest.raises(CtxtuiError, match=r"scheduler tcp://127\.0\.0\.1:9 cannot be reached") as refused:
        project.plan()
    assert refused.value.exit_code is ExitCode.RETRYABLE


def test_workers_need_an_address(make_project) -> None:
    project = make_project({"*": [[MONEY]]}, executor=_settings({"kind": "dask"}))
    with pytest.raises(UsageError, match="name it with --scheduler"):
        project.plan()
