"""The guard that lets tests reach this machine only."""

from __future__ import annotations

import errno
import socket
from typing import Any, Tuple


class NetworkBlockedError(RuntimeError):
    """A test reached for the network. Not an OSError, so that code under test does not take it for bad weather.

    Where an error is told with the module of its class, this one's says nothing to anybody.
    """

    __module__ = "builtins"


class NetworkGuard:
    """An audit hook that lets loopback and local sockets through and nothing else.

    Before the first test it refuses as a machine without a network does: a module that copes with that when it is
    imported can be tested.
    """

    def __init__(self) -> None:
        self.reached = ""
        self.is_testing = False

    def __call__(self, event: str, args: Tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            host = args[1][0] if isinstance(args[1], tuple) and args[1] else None
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            host = args[0]
        else:
            return
        if isinstance(host, bytes):
            host = host.decode("ascii", "replace")
        if isinstance(host, str) and not _is_local(host):
            text = f"tests run without a network; this one reached for {host}"
            if self.is_testing:
                self.reached = self.reached or host
                raise NetworkBlockedError(text)
            if event.startswith("socket.get"):
                raise socket.gaierror(socket.EAI_AGAIN, text)
            raise OSError(errno.ENETUNREACH, text)


def _is_local(host: str) -> bool:
    return host in ("", "localhost", "::1", "::", "0.0.0.0", "<broadcast>") or host.startswith(("127.", "::ffff:127."))  # noqa: S104 - compared, never bound
