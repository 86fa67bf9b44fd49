"""Workers of a Dask cluster as places: found through its scheduler, and called without its task queue.

A task that Dask cancels leaves its subprocesses running, and one that it thinks lost is run again elsewhere. So its
queue is not used: the store stays the authority, and Dask brings workers, their addresses and the way to them.
"""

from __future__ import annotations

import asyncio
import platform
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pkgutil import resolve_name
from typing import Any

from ctxtui.core.domain.errors import UsageError
from ctxtui.core.ports.sites import ClusterError, Place, PlaceLostError

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
"""A worker that is silent for so long is lost, whether it is gone, frozen or cut off."""
LOOK_SECONDS = 1.0
"""How long the list of workers stays as it was last seen."""
RETRY_SECONDS = 0.5


def _python() -> str:
    return ".".join(map(str, sys.version_info[:2]))


def describe() -> dict[str, str]:
    """What a worker says of itself."""
    return {"version": version("ctxtui"), "python": _python(), "host": platform.node()}


async def call_by_name(entry: str, *values: Any) -> Any:  # noqa: ANN401 - as the entry has it
    """Runs at the worker."""
    return await resolve_name(entry)(*values)


@dataclass
class DaskSites:
    """`entry` is what is called at a worker with an operation and its values: an import name, `module:function`."""

    scheduler: str
    entry: str
    client: Any
    _known: dict[str, Place] = field(default_factory=dict)
    _connecting: threading.Lock = field(default_factory=threading.Lock)
    _seen: tuple[Place, ...] = ()
    _seen_at: float = 0.0

    def places(self) -> tuple[Place, ...]:
        if time.monotonic() - self._seen_at > LOOK_SECONDS:
            workers = self._workers()
            self._known = {name: place for name, place in self._known.items() if name in workers}
            for name, worker in workers.items():
                if name not in self._known:
                    met = self._met(name, int(worker["nthreads"]))
                    self._known[name] = replace(met, label=str(worker.get("name", name)))
            self._seen, self._seen_at = tuple(self._known.values()), time.monotonic()
        return self._seen

    def call(self, place: str, operation: str, *values: Any) -> Any:  # noqa: ANN401 - as the operation has it
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            try:
                return self._ask(place, call_by_name, self.entry, operation, *values)
            except (OSError, TimeoutError, KeyError, ValueError) as error:
                if self._is_gone(place) or time.monotonic() > deadline:
                    raise PlaceLostError(f"The worker {place} does not answer ({type(error).__name__}).") from error
                time.sleep(RETRY_SECONDS)

    def close(self) -> None:
        self.client.close()

    def _connected(self) -> Any:  # noqa: ANN401 - Dask's client
        """The client, made anew once it has given up on a scheduler that was away. Raises OSError, TimeoutError."""
        with self._connecting:
            if self.client.status == "closed":
                self.client = _client(self.scheduler)
            return self.client

    def _ask(self, place: str, function: Callable[..., Any], *values: Any) -> Any:  # noqa: ANN401 - as above
        client = self._connected()

        async def ask() -> Any:  # noqa: ANN401 - as above
            answers = await client.run(function, *values, workers=[place])
            return answers[place]

        async def within() -> Any:  # noqa: ANN401 - as above
            return await asyncio.wait_for(ask(), ANSWER_SECONDS)

        return client.sync(within)

    def _workers(self) -> dict[str, Any]:
        """What the scheduler says of each worker, by address. Raises ClusterError when the scheduler is silent."""
        try:
            client = self._connected()
            identity = client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=CONNECT_SECONDS)
        except (OSError, TimeoutError) as error:
            raise ClusterError(f"The Dask scheduler {self.scheduler} does not answer: {error}.") from error
        return dict(identity["workers"])

    def _is_gone(self, place: str) -> bool:
        """Whether the scheduler says so: one that does not answer itself says nothing about its workers."""
        try:
            return place not in self._workers()
        except ClusterError:
            return False

    def _met(self, name: str, threads: int) -> Place:
        """A worker with another version of this program, or of Python, is left alone, and it is said why."""
        here = describe()
        try:
            told = self._ask(name, describe)
        except (OSError, TimeoutError, KeyError) as error:
            return Place(name, name, 0, f"the worker {name} does not answer ({type(error).__name__})")
        except ImportError:
            return Place(name, name, 0, f"the worker {name} has no ctxtui: install ctxtui {here['version']} there")
        ours = {key: here[key] for key in ("version", "python")}
        theirs = {key: told[key] for key in ours}
        problem = ""
        if theirs != ours:
            problem = (
                f"the worker {name} has ctxtui {theirs['version']} on Python {theirs['python']}, and this machine has "
                f"ctxtui {ours['version']} on Python {ours['python']}: install the same ones there"
            )
        return Place(name, told["host"], threads, problem)


def connect(scheduler: str, entry: str) -> DaskSites:
    """Raises UsageError when Dask is not installed, ClusterError when its scheduler does not answer."""
    try:
        client = _client(scheduler)
    except ImportError as error:
        raise UsageError("Workers of Dask need its package: run `pip install 'ctxtui[dask]'`.") from error
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(
            f"The Dask scheduler {scheduler} cannot be reached ({error}): check the address, and that it is up."
        ) from error
    return DaskSites(scheduler, entry, client)


def _client(scheduler: str) -> Any:  # noqa: ANN401 - Dask's client, which has no types
    from distributed import Client  # noqa: PLC0415 - an extra that takes a second to import

    return Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False, name="ctxtui")  # type: ignore[no-untyped-call]
