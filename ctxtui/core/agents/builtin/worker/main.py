"""The worker's entry: reads a request, imports the module, probes or replays in forked children, writes JSON lines."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import itertools
import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Mapping

from .elsewhere import pretend_elsewhere, pretend_other_python
from .guard import Guard, limited
from .mutation import killers, mutants_of, other_defaults_of, places_in, survivors_of
from .names import Names
from .observe import Observer
from .probing import Prober
from .replay import Replayer
from .targets import targets_of

IMPORT_SECONDS = 30.0
Record = Mapping[str, Any]
Send = Callable[[Record], None]


def main(request_path: str) -> None:
    request: dict[str, Any] = json.loads(Path(request_path).read_text(encoding="utf-8"))
    output = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    sys.argv = ["program"]
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - stays open for the process's life
    sys.stderr = sys.stdout
    worker = _Worker(request, output)
    try:
        worker.load()
    except BaseException as error:  # noqa: BLE001 - importing a module may raise anything; the driver is told
        worker.send({"type": "broken", "reason": f"{type(error).__name__}: {error}"[:300]})
        return
    if request["mode"] == "probe":
        worker.probe()
    else:
        worker.replay()
    worker.send({"type": "end"})


class _Worker:
    def __init__(self, request: dict[str, Any], output: int) -> None:
        self._request = request
        self._output = output
        self._guard = Guard(request["scratch"])
        self._module: ModuleType
        self._names: Names

    def send(self, record: Record) -> None:
        data = (json.dumps(record) + "\n").encode()
        while data:
            data = data[os.write(self._output, data) :]

    def load(self) -> None:
        sys.path[:0] = self._request["roots"]
        if self._request.get("clock_shift"):
            pretend_elsewhere(self._request["clock_shift"])
        self._guard.install()
        self._guard.is_closed = True
        try:
            with limited(IMPORT_SECONDS, IMPORT_SECONDS * 2):
                self._module = importlib.import_module(self._request["module"])
        finally:
            self._guard.is_closed = False
        # A package may rebind the submodule's name to something else; the real module is in sys.modules.
        self._module = sys.modules[self._request["module"]]
        self._names = Names(self._module)
        self._names.adopt({name: (origin[0], origin[1]) for name, origin in self._request["names"].items()})
        if self._request.get("clock_shift"):
            pretend_other_python()

    def probe(self) -> None:
        observer = Observer(self._names)
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
            self._in_child(name, work, seconds * 10 + 10, _both(prober.learn, self.send))

    def replay(self) -> None:
        replayer = Replayer(self._names, self._guard, is_strict=self._request["is_strict"])
        cases: list[dict[str, Any]] = list(self._request["cases"])
        groups: dict[str, list[dict[str, Any]]] = {}
        if self._request["is_shuffled"]:
            random.Random(self._request["seed"]).shuffle(cases)  # noqa: S311 - an order, not a secret
            groups["all"] = cases
        else:
            for case in cases:
                groups.setdefault(case["target"], []).append(case)
        filename = inspect.getsourcefile(self._module)
        if filename and self._request["mutation_seconds"]:
            places_in(filename)
        for name, members in groups.items():
            seconds = self._request["mutation_seconds"] * len(members) / len(cases)
            work = _replaying(replayer, members, self._module, seconds, self._request["survivors"])
            self._in_child(name, work, 20 + len(members) * 0.5 + seconds * 10, self.send)

    def _in_child(self, name: str, work: Callable[[Send], None], wall_seconds: float, take: Send) -> None:
        """Runs work in a fork, so that nothing it does to the process outlives it."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._output = writing
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self._guard.is_closed = True
            try:
                work(self.send)
                self.send({"type": "done"})
            except BaseException as error:  # noqa: BLE001 - the child ends here whatever happened, and says why
                self.send({"type": "left", "target": name, "reason": f"{type(error).__name__}: {error}"[:200]})
            finally:
                os._exit(0)
        os.close(writing)
        is_done = _relay(reading, time.monotonic() + wall_seconds, take)
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


def _replaying(
    replayer: Replayer, cases: list[dict[str, Any]], module: ModuleType, mutation_seconds: float, survivors: list[str]
) -> Callable[[Send], None]:
    def work(send: Send) -> None:
        holding = []
        after = replayer.global_state()
        for case in cases:
            before = after
            send({"type": "begin", "id": case["id"]})
            holds = replayer.holds(case)
            after = replayer.global_state()
            pollutes = after != before
            send({"type": "replayed", "id": case["id"], "holds": holds, "pollutes": pollutes})
            if holds and not pollutes:
                holding.append(case)
        if mutation_seconds:
            _judge(replayer, holding, module, mutation_seconds, survivors, send)

    return work


def _judge(
    replayer: Replayer,
    cases: list[dict[str, Any]],
    module: ModuleType,
    cpu_seconds: float,
    survivors: list[str],
    send: Send,
) -> None:
    """Tells which small changes to the module each case would notice."""
    filename = inspect.getsourcefile(module)
    if not filename:
        return
    lines = frozenset(line for case in cases for arc in case["arcs"] for line in arc)
    mutants = itertools.chain(
        survivors_of(module, filename, survivors),
        other_defaults_of(module, lines),
        mutants_of(module, filename, lines),
    )
    for number, noticing in killers(mutants, cases, replayer.holds_quickly, cpu_seconds):
        send({"type": "noticed", "mutant": number, "ids": noticing})


def _is_reached_by_name(module: ModuleType) -> bool:
    """Whether `from package import module` gives this module and not something that shadows it."""
    parent, _, name = module.__name__.rpartition(".")
    return not parent or getattr(sys.modules.get(parent), name, None) is module
