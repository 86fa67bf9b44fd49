"""Blobs: written and read in this process where they are ours, read through one long-lived git where they are not."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ctxtui.core.workspaces.folders import write_new

OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_HASHES = {40: hashlib.sha1, 64: hashlib.sha256}
END_SECONDS = 5.0


def blob_id(content: bytes, id_length: int) -> str:
    """The name git gives to that content, in a repository whose ids have that many digits."""
    digest = _HASHES[id_length](b"blob %d\0" % len(content))
    digest.update(content)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class LooseObjects:
    """A folder of objects, laid out as git lays out its own: a repository can borrow from it."""

    folder: Path

    def make(self) -> None:
        for inner in ("info", "pack"):
            (self.folder / inner).mkdir(parents=True, exist_ok=True)

    def write(self, content: bytes, id_length: int) -> str:
        """Stores a blob durably, unless it is there intact; returns its id."""
        digest = blob_id(content, id_length)
        if self.read(digest) is None:
            packed = zlib.compress(b"blob %d\0" % len(content) + content, 1)
            write_new(self._file(digest), packed, 0o444)
        return digest

    def read(self, digest: str) -> bytes | None:
        """The content of a blob that is here and intact, else None."""
        try:
            plain = zlib.decompress(self._file(digest).read_bytes())
        except (OSError, zlib.error):
            return None
        header, _, content = plain.partition(b"\0")
        is_intact = header == b"blob %d" % len(content) and blob_id(content, len(digest)) == digest
        return content if is_intact else None

    def _file(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:]


@dataclass(slots=True)
class BlobReader:
    """A `git cat-file --batch` that is started when it is first needed, and again when it died.

    `command` starts it. It ends when its input is closed, so it cannot outlive this process.
    """

    command: Callable[[], subprocess.Popen[bytes]]
    _process: subprocess.Popen[bytes] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, digest: str) -> bytes | None:
        """The content of a blob, None when git has no such blob. Raises OSError when git cannot be started."""
        with self._lock:
            for _ in range(2):
                process = self._process or self.command()
                self._process = process
                with suppress(BrokenPipeError, EOFError):
                    return _ask(process, digest)
                self._end()
            return None

    def close(self) -> None:
        with self._lock:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __del__(self) -> None:
        self._end()


def _ask(process: subprocess.Popen[bytes], digest: str) -> bytes | None:
    assert process.stdin is not None  # noqa: S101 - both pipes were asked for
    assert process.stdout is not None  # noqa: S101 - as above
    process.stdin.write(f"{digest}\n".encode())
    process.stdin.flush()
    words = process.stdout.readline().split()
    if words[1:] == [b"missing"]:
        return None
    if len(words) != len(("id", "kind", "size")):
        raise EOFError
    size = int(words[2])
    content = process.stdout.read(size + 1)
    if len(content) != size + 1:
        raise EOFError
    return content[:size] if words[1] == b"blob" else None


def start_reader(git_dir: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """In a process session of its own, so that a terminal's Ctrl-C does not reach it."""
    words = ["git", f"--git-dir={os.fspath(git_dir)}", "cat-file", "--batch"]
    return subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
