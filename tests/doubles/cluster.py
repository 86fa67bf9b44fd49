"""A real Dask cluster of separate processes on this machine: no folder of a worker is anybody else's."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

FOREIGN = (
    "import importlib.metadata as m\n_asked = m.version\nm.version = lambda n: '9.9' if n == 'ctxtui' else _asked(n)\n"
)
"""Makes a worker believe that it has another version of the program."""


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@dataclass
class Cluster:
    """`start_worker` may be called at any time; every process ends with the test."""

    folder: Path
    port: int = field(default_factory=_free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        words = ["scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"]
        return self._start(self.folder / "scheduler", words, {})

    def start_worker(self, name: str, *, threads: int = 2, is_foreign: bool = False) -> subprocess.Popen[bytes]:
        folder = self.folder / name
        folder.mkdir(parents=True)
        environ = {
            "HOME": str(folder),
            "CTXTUI_DATA_DIR": str(folder / "data"),
            "CTXTUI_CACHE_DIR": str(folder / "cache"),
        }
        if is_foreign:
            (folder / "site").mkdir()
            (folder / "site" / "sitecustomize.py").write_text(FOREIGN)
            environ["PYTHONPATH"] = f"{folder / 'site'}:{Path.cwd()}"
        words = ["worker", self.address, "--name", name, "--nthreads", str(threads), "--no-nanny", "--no-dashboard"]
        return self._start(folder, [*words, "--local-directory", str(folder / "dask")], environ)

    def wait_for_workers(self, count: int) -> None:
        from distributed import Client  # noqa: PLC0415 - it takes seconds, and every process that collects tests would pay

        with Client(self.address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=120)

    def _start(self, folder: Path, words: list[str], environ: dict[str, str]) -> subprocess.Popen[bytes]:
        folder.mkdir(parents=True, exist_ok=True)
        log = (folder / "log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": Path.cwd(), **environ},
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def end(self) -> None:
        for process in reversed(self.processes):
            process.send_signal(signal.SIGCONT)
            process.terminate()
        limit = time.monotonic() + 20
        for process in self.processes:
            try:
                process.wait(max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def running_cluster(folder: Path, workers: tuple[str, ...] = ("one", "two")) -> Iterator[Cluster]:
    """A worker called `foreign` has another version of the program."""
    cluster = Cluster(folder)
    try:
        cluster.start_scheduler()
        for name in workers:
            cluster.start_worker(name, is_foreign=name == "foreign")
        cluster.wait_for_workers(len(workers))
        yield cluster
    finally:
        cluster.end()


@dataclass
class Line:
    """Passes on what comes to `port`, until it is cut; `refused` counts those who tried meanwhile."""

    target: int
    refused: int = 0
    port: int = 0
    _is_cut: bool = False
    _open: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            for end in self._open:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            self._open.clear()

    def mend(self) -> None:
        self._is_cut = False

    def serve(self, listener: socket.socket) -> None:
        with suppress(OSError):  # closed, at the end
            while True:
                self._join(listener.accept()[0])

    def _join(self, near: socket.socket) -> None:
        with self._lock:
            if self._is_cut:
                self.refused += 1
                near.close()
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            self._open += [near, far]
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=_pour, args=(source, sink), daemon=True).start()


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError), source, sink:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)


@contextmanager
def cut_off(target: int) -> Iterator[Line]:
    """A line to that port of this machine which can be cut."""
    line = Line(target)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line.port = listener.getsockname()[1]
        threading.Thread(target=line.serve, args=(listener,), daemon=True).start()
        yield line
        listener.shutdown(socket.SHUT_RDWR)
    line.cut()
