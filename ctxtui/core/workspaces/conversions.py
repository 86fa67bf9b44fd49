"""What git changes in a file's content on its way into the repository and out of it: filters, line ends, encodings.

Most files need no change at all, and then no git process either. The others go through git inside the person's own
repository, because their filters may look for a key in its git folder or for a program in its checkout.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.git_process import GitFailure, last_words
from ctxtui.core.workspaces.hub import Hub, TreeEntry
from ctxtui.core.workspaces.hub_settings import drivers_in, quoted
from ctxtui.core.workspaces.snapshots import unpacked_filters

ATTRIBUTES = ("filter", "ident", "working-tree-encoding", "text", "eol", "crlf")
_REWRITING = ("filter", "ident", "working-tree-encoding")
_ENDING = ("text", "eol", "crlf")
_UNSET = frozenset({"unspecified", "unset"})
SYSTEM_ATTRIBUTES = (Path("/etc/gitattributes"), Path("/usr/local/etc/gitattributes"))
LENIENT = ("-c", "core.safecrlf=false")
"""A mixture of line ends is stored as git would store it; it is no reason to lose a file that was proved."""


@dataclass(slots=True)
class Conversions:
    """What applies to the paths of one base commit, looked up once for each path."""

    hub: Hub
    entries: Mapping[str, TreeEntry]
    _text: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _known: dict[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, hub: Hub, entries: Mapping[str, TreeEntry]) -> Conversions:
        found = cls(hub, entries)
        found._text = found._attributes_text()
        return found

    @property
    def may_rewrite(self) -> bool:
        """Whether any attribute of the repository can change more than line ends."""
        return self._mentions(*_REWRITING, "[attr]")

    @property
    def may_end_otherwise(self) -> bool:
        """Whether lines of a checked out file can end in CRLF where the stored ones end in LF."""
        automatic = self.hub.settings.get("core.autocrlf", "false").lower() in {"true", "yes", "on", "1"}
        return automatic or "core.eol" in self.hub.settings or self._mentions("eol", "crlf", "[attr]")

    @property
    def are_possible(self) -> bool:
        stored = "core.autocrlf" in self.hub.settings or self._mentions(*_ENDING)
        return stored or self.may_rewrite or self.may_end_otherwise

    def _mentions(self, *words: str) -> bool:
        return any(word in self._text for word in words)

    def filtered(self) -> Mapping[str, str]:
        """The files of the base whose content a filter driver makes, with the driver's name."""
        if not self._mentions("filter", "[attr]"):
            return {}
        paths = [path for path, entry in self.entries.items() if entry.mode.startswith("100")]
        self._look_up(paths)
        named = {path: self._known[path]["filter"] for path in paths}
        return {path: name for path, name in named.items() if name in drivers_in(self.hub.settings)}

    def stored(self, path: str, content: bytes) -> tuple[str, int]:
        """Takes content over as `git add` would, into the store of accepted objects; returns the blob's id and size."""
        hub = self.hub
        self._require_filter(path)
        if not self._is_changed_on_the_way_in(path, content):
            return hub.accepted.write(content, len(hub.base)), len(content)
        words = (*LENIENT, "hash-object", "-w", "--stdin", f"--path={path}")
        doing = f"Cannot take {path!r} over as git add would"
        digest = hub.person.look(*words, doing=doing, env=self._beside_accepted(), stdin=content).text
        converted = hub.blob(digest)
        return hub.accepted.write(converted, len(hub.base)), len(converted)

    def _require_filter(self, path: str) -> None:
        """Where a base commit was brought to, its repository's filters may be missing: content must not go on as is."""
        wanted = unpacked_filters(self.hub.person.root) - drivers_in(self.hub.settings)
        if not wanted or not self.may_rewrite:
            return
        self._look_up([path])
        if (name := self._known[path]["filter"]) in wanted:
            raise RepositoryError(
                f"{path} is stored through git's filter {name!r}, which this worker does not have: set it up there "
                f"(`git config --global filter.{name}.clean`), or keep such files out of the tests."
            )

    def laid(self, path: str, digest: str) -> bytes:
        """The content of a blob as a checkout of the person's repository would have it at that path."""
        if not self._is_changed_on_the_way_out(path):
            return self.hub.blob(digest)
        words = ("cat-file", "--filters", f"--path={path}", digest)
        doing = f"Cannot lay out {path!r}"
        try:
            return self.hub.person.look(*words, doing=doing, env=self._beside_accepted()).stdout
        except GitFailure as failure:
            raise RepositoryError(self._broken_filter(path, failure)) from failure

    def _broken_filter(self, path: str, failure: GitFailure) -> str:
        name = self._known.get(path, {}).get("filter", "")
        said = last_words(failure.output)
        root = self.hub.person.root
        if not name or name in _UNSET:
            return f"Cannot lay out {path!r}: {said}. Check that `git checkout` works in {root}."
        return (
            f"git's filter {name!r} cannot make {path}: {said}. "
            f"Put the filter right (`git config filter.{name}.smudge`), so that `git checkout` works in {root}."
        )

    def _is_changed_on_the_way_in(self, path: str, content: bytes) -> bool:
        if self.may_rewrite and self._is_rewritten(path):
            return True
        return self.are_possible and b"\r" in content

    def _is_changed_on_the_way_out(self, path: str) -> bool:
        return self.may_end_otherwise or (self.may_rewrite and self._is_rewritten(path))

    def _is_rewritten(self, path: str) -> bool:
        self._look_up([path])
        return any(self._known[path][name] not in _UNSET for name in _REWRITING)

    def _look_up(self, paths: Sequence[str]) -> None:
        unknown = [path for path in paths if path not in self._known]
        if not unknown:
            return
        index = self._index()
        listed = "".join(f"{path}\0" for path in unknown)
        words = ("check-attr", "--cached", "-z", "--stdin", *ATTRIBUTES)
        answer = self.hub.git(
            *words, env={"GIT_INDEX_FILE": str(index)}, stdin=os.fsencode(listed), doing="Cannot read git attributes"
        )
        fields = os.fsdecode(answer.stdout).split("\0")[:-1]
        values: dict[str, dict[str, str]] = {path: {} for path in unknown}
        for path, name, value in zip(fields[0::3], fields[1::3], fields[2::3], strict=True):
            values[path][name] = value
        self._known.update(values)

    def _index(self) -> Path:
        """The base commit as an index of its own, where git finds the attributes as they were committed."""
        index = self.hub.folder / "attributes.index"
        with self._lock:
            if not index.is_file():
                private = {"GIT_INDEX_FILE": str(index)}
                self.hub.git("read-tree", self.hub.base, env=private, doing="Cannot read the base commit")
        return index

    def _beside_accepted(self) -> Mapping[str, str]:
        """New objects go to the accepted ones, and those can be read as if the repository had them."""
        borrowed = (self.hub.objects, self.hub.git_dir / "objects")
        return {
            "GIT_OBJECT_DIRECTORY": str(self.hub.accepted.folder),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": ":".join(quoted(path) for path in borrowed),
        }

    def _attributes_text(self) -> str:
        stored = [
            self.hub.blob(entry.digest)
            for path, entry in self.entries.items()
            if path.rpartition("/")[2] == ".gitattributes" and entry.mode.startswith("100")
        ]
        apart = [file.read_bytes() for file in self._attribute_files() if file.is_file()]
        return b"\n".join([*stored, *apart]).decode("utf-8", "replace")

    def _attribute_files(self) -> Iterable[Path]:
        yield self.hub.common / "info/attributes"
        configured = self.hub.settings.get("core.attributesfile")
        home = Path(os.environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser())
        yield Path(configured).expanduser() if configured else home / "git/attributes"
        yield from SYSTEM_ATTRIBUTES
