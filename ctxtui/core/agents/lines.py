"""Cuts a growing byte stream into lines in linear time, however long a line gets or wherever a chunk ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_LINE = 32 * 1024 * 1024
"""Bytes of one line that are looked at; of a longer line only a digest and its beginning are kept."""

KEPT = 64 * 1024
"""Bytes of a line that are stored; a longer one is stored cut, with its length and digest."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end. `size` is its true length in bytes; `digest` is there when `text` may be cut."""

    text: str
    size: int
    digest: str = ""
    is_whole: bool = True
    is_valid: bool = True

    @property
    def stored_text(self) -> str:
        return self.text if len(self.text) <= KEPT else self.text[:KEPT]


class LineSplitter:
    """Feed it chunks, get whole lines; `rest` gives what was left without an end."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._pieces: list[bytes] = []
        self._kept = 0
        self._size = 0
        self._digest = hashlib.sha256()

    def feed(self, chunk: bytes) -> Iterator[Line]:
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            self._add(chunk[start:end])
            yield self._take()
            start = end + 1
        if start < len(chunk):
            self._add(chunk[start:])

    def rest(self) -> Iterator[Line]:
        if self._size:
            yield self._take()

    def _add(self, piece: bytes) -> None:
        self._size += len(piece)
        self._digest.update(piece)
        room = LONGEST_LINE - self._kept
        if room > 0:
            self._pieces.append(piece[:room])
            self._kept += min(room, len(piece))

    def _take(self) -> Line:
        data = b"".join(self._pieces).removesuffix(b"\r")
        is_whole = self._kept == self._size
        if not is_whole:
            data = data[:KEPT]
        line = _decode(data, self._size, is_whole=is_whole, digest=self._digest.hexdigest())
        self._forget()
        return line


def _decode(data: bytes, size: int, *, is_whole: bool, digest: str) -> Line:
    text = data.decode("utf-8", errors="replace")
    is_valid = "�" not in text or _is_utf8(data)
    if "\x00" in text:
        # A database may refuse the null character.
        text, is_valid = text.replace("\x00", "�"), False
    is_cut = len(text) > KEPT or not is_whole
    return Line(text=text, size=size, digest=digest if is_cut else "", is_whole=is_whole, is_valid=is_valid)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
