"""The worker's entry: reads a request, imports the module, probes or replays in forked children, writes JSON lines."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import random
import select
import signal
import sys
import time
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Mapping, Sequence

from .elsewhere import NoInput, pretend_busy_process, pretend_elsewhere, pretend_luck, pretend_other_python
from .guard import Guard, limit_cpu, limited
from .importing import import_as_tests_do, in_view_of, prepare
from .judging import Judging
from .machine import keep_private
from .names import Names
from .observe import Observer
from .probing import Prober
from .replay import Replayer
from .targets import targets_of
from .work import MOST_FOR_WORK

IMPORT_SECONDS = 30.0
WALL_FOR_CPU = 8
"""On a busy machine a child waits longer than it works; its CPU time is what ends one that is stuck."""
Record = Mapping[str, Any]
Send = Callable[[Record], None]


def main(request_path: str) -> None:
    request: dict[str, Any] = json.loads(Path(request_path).read_text(encoding="utf-8"))
    output = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    sys.argv = ["program"]
    # Another setting has another standard output: a name or a size of it is no fact about the module.
    output_name = Path(request["scratch"], "output.txt") if request["clock_shift"] else os.devnull
    sys.stdout = Path(output_name).open("w", encoding="utf-8")  # noqa: SIM115 - stays open for the process's life
    sys.stderr = sys.stdout
    worker = _Worker(request, output)
    try:
        worker.load()
    except BaseException as error:  # noqa: BLE001 - importing a module may raise anything; the driver is told
        worker.send({"type": "broken", "reason": f"{type(error).__name__}: {error}"[:300]})
        return
    try:
        if request["mode"] == "probe":
            worker.probe()
        else:
            worker.replay()
    except BaseException as error:  # noqa: BLE001 - whatever foreign objects made of it, the driver is told
        worker.send({"type": "crashed", "reason": _told(error)})
        return
    worker.send({"type": "end"})


def _told(error: BaseException) -> str:
    """The error and the place in the worker where it came up."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}"[:300] + place


class _Worker:
    def __init__(self, request: dict[str, Any], output: int) -> None:
        self._request = request
        self._output = output
        self._guard = Guard(request["scratch"], float(request.get("clock_shift") or 0.0))
        self._module: ModuleType
        self._names: Names

    def send(self, record: Record) -> None:
        data = (json.dumps(record) + "\n").encode()
        while data:
            data = data[os.write(self._output, data) :]

    def load(self) -> None:
        """Imports the module where and as the project's tests do, and only then pretends to be elsewhere."""
        keep_private(self._request["pass_env"])
        sys.path[:0] = self._request["roots"]
        sys.path.append(self._request["project"])  # as for `python -m pytest`, but hiding nothing
        self._guard.install()
        name: str = self._request["module"]
        with in_view_of(self._request["project"], self._guard.footprint.start), self._guard.importing(), limited(
            IMPORT_SECONDS, IMPORT_SECONDS * 2
        ):
            prepare(self._request["conftests"], self._request["settings_module"])
            import_as_tests_do(name)
            # A package may rebind the submodule's name to something else; the real module is in sys.modules.
            self._module = sys.modules[name]
        self._guard.limit_memory()
        sys.stdin = NoInput()
        package = name.partition(".")[0]
        if self._request["mode"] == "replay":
            pretend_luck(package, is_high=bool(self._request["clock_shift"]))
        if self._request["clock_shift"]:
            pretend_busy_process()
            pretend_elsewhere(self._request["clock_shift"], package)
        self._names = Names(self._module)
        with self._guard.importing():
            self._names.adopt({name: (origin[0], origin[1]) for name, origin in self._request["names"].items()})
        if self._request["clock_shift"]:
            pretend_other_python()

    def probe(self) -> None:
        random.seed(self._request["seed"])  # what the module draws is the same the next time
        observer = Observer(self._names, self._guard.footprint.work)
        prober = Prober(self._module, self._names, observer, self._guard, self._request)
        targets = targets_of(self._module)
        self.send(
            {
                "type": "module",
                "targets": [[target.name, target.kind, *target.lines] for target in targets],
                "is_reached_by_name": _is_reached_by_name(self._module),
            }
        )
        for record in prober.constants():
            self.send(record)
        budget = float(self._request["cpu_seconds"])
        for name, seconds, work in prober.plan(targets, budget):
            self._in_child(name, prober.telling(work), seconds * MOST_FOR_WORK + 2, _both(prober.learn, self.send))

    def replay(self) -> None:
        replayer = Replayer(
            self._names,
            self._guard,
            is_strict=self._request["is_strict"],
            is_elsewhere=bool(self._request["clock_shift"]),
        )
        cases: list[dict[str, Any]] = list(self._request["cases"])
        groups: dict[str, list[dict[str, Any]]] = {}
        if self._request["is_shuffled"]:
            random.Random(self._request["seed"]).shuffle(cases)  # noqa: S311 - an order, not a secret
            groups["all"] = cases
        else:
            for case in cases:
                groups.setdefault(case["target"], []).append(case)
        before = replayer.global_state()
        judging = Judging(self._module, replayer, self._request, len(cases))
        take = _both(judging.take, self.send)
        for name, members in groups.items():
            seconds = judging.share(len(members))
            cpu_seconds = 10 + len(members) * 0.5 + seconds * 2
            unclear: list[Record] = []
            judge = functools.partial(judging.judge, name, seconds=seconds)
            work = _replaying(replayer, members, before, judge)
            self._in_child(name, work, cpu_seconds, _without_unclear(take, unclear))
            if unclear:
                self._in_child(name, _replaying_one_by_one(replayer, members, judge), cpu_seconds, take)

    def _in_child(self, name: str, work: Callable[[Send], None], cpu_seconds: float, take: Send) -> None:
        """Runs work in a fork, so that nothing it does to the process outlives it."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._output = writing
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            limit_cpu(cpu_seconds)
            self._guard.close()
            try:
                work(self.send)
                self.send({"type": "done"})
            except BaseException as error:  # noqa: BLE001 - the child ends here whatever happened, and says why
                self.send({"type": "left", "target": name, "reason": _told(error)})
            finally:
                os._exit(0)
        os.close(writing)
        is_done = _relay(reading, time.monotonic() + cpu_seconds * WALL_FOR_CPU, take)
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if not is_done:
            self.send({"type": "lost", "target": name})


def _relay(descriptor: int, deadline: float, take: Send) -> bool:
    """Passes on a child's records until it says it is done; False when it died or ran out of time."""
    pending = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            return False
        chunk = os.read(descriptor, 1 << 16)
        if not chunk:
            return False
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if record.get("type") == "done":
                return True
            take(record)


def _both(first: Send, second: Send) -> Send:
    def take(record: Record) -> None:
        first(record)
        second(record)

    return take


def _without_unclear(send: Send, unclear: list[Record]) -> Send:
    def take(record: Record) -> None:
        (unclear.append if record["type"] == "unclear" else send)(record)

    return take


def _replaying(
    replayer: Replayer,
    cases: list[dict[str, Any]],
    before: object,
    judge: Callable[..., None],
) -> Callable[[Send], None]:
    """Replays cases and looks only once, at the end, whether they left something changed; says so as `unclear`."""

    def work(send: Send) -> None:
        holding = []
        for case in cases:
            send({"type": "begin", "id": case["id"]})
            failing = replayer.failing(case)
            send(_replayed(case, failing, pollutes=False))
            holding += [case] if failing == () else []
        if replayer.global_state() != before:
            send({"type": "unclear"})
        else:
            judge(holding, send=send)

    return work


def _replaying_one_by_one(
    replayer: Replayer, cases: list[dict[str, Any]], judge: Callable[..., None]
) -> Callable[[Send], None]:
    """As `_replaying`, with a look after each case, so that those that leave something changed are known."""

    def work(send: Send) -> None:
        holding = []
        after = replayer.global_state()
        for case in cases:
            before = after
            send({"type": "begin", "id": case["id"]})
            failing = replayer.failing(case)
            after = replayer.global_state()
            pollutes = after != before
            send(_replayed(case, failing, pollutes=pollutes))
            if failing == () and not pollutes:
                holding.append(case)
        judge(holding, send=send)

    return work


def _replayed(case: Record, failing: Sequence[str] | None, *, pollutes: bool) -> Record:
    """`failing` are the assertions that fell while others held."""
    holds = failing is not None and not pollutes
    return {"type": "replayed", "id": case["id"], "holds": holds, "failing": list(failing or ())}


def _is_reached_by_name(module: ModuleType) -> bool:
    """Whether `from package import module` gives this module and not something that shadows it."""
    parent, _, name = module.__name__.rpartition(".")
    return not parent or getattr(sys.modules.get(parent), name, None) is module
