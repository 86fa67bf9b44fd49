"""A run's private hub: a bare repository that borrows the person's objects and holds whatever the run makes."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.folders import discard_tree, is_real_folder, locked, remove_tree, write_if_different
from ctxtui.core.workspaces.git_process import (
    INTERNAL,
    LOOK_TIMEOUT,
    WORK_TIMEOUT,
    GitOutput,
    run_git,
)
from ctxtui.core.workspaces.person_repository import PersonRepository

OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

OWN_SETTINGS = """
[core]
    bare = true
    hooksPath = /dev/null
    fsmonitor = false
    untrackedCache = false
    splitIndex = false
    sparseCheckout = false
    ignoreStat = false
    trustctime = true
    checkStat = default
    logAllRefUpdates = false
    fsync = committed
[index]
    sparse = false
[gc]
    auto = 0
[maintenance]
    auto = false
[push]
    default = nothing
[commit]
    gpgSign = false
"""


AS_RECORDED = {"GIT_NO_REPLACE_OBJECTS": "1"}
"""A replacement ref, made by an agent, must not stand in for a file of the base."""


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One path of the base commit: git's octal mode and object id."""

    mode: str
    digest: str


@dataclass(frozen=True, slots=True)
class Hub:
    """`folder` is the run's whole private area; the repository, the accepted objects and the lock are in it."""

    folder: Path
    person: PersonRepository
    base: str
    common: Path
    objects: Path
    promisor: str

    @classmethod
    def of(cls, folder: Path, person: PersonRepository, base: str) -> Hub:
        return cls(
            folder=folder,
            person=person,
            base=base,
            common=person.common_dir(),
            objects=person.git_path("objects"),
            promisor=person.setting("extensions.partialClone"),
        )

    @property
    def git_dir(self) -> Path:
        return self.folder / "hub.git"

    @property
    def accepted_objects(self) -> Path:
        """Accepted content, in an object store of its own: nothing done to the hub, or by gc, can lose it."""
        return self.folder / "accepted"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def trash(self) -> Path:
        return self.folder / "trash"

    def git(
        self,
        *arguments: str,
        doing: str,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        accepted: tuple[int, ...] = (0,),
    ) -> GitOutput:
        """A command of the hub itself, without a work tree."""
        command = (*INTERNAL, f"--git-dir={self.git_dir}", *arguments)
        variables = {**AS_RECORDED, **(env or {})}
        return run_git(command, doing=doing, env=variables, stdin=stdin, timeout=WORK_TIMEOUT, accepted=accepted)

    def git_in(
        self,
        work_tree: Path,
        *arguments: str,
        doing: str,
        index: Path | None = None,
        git_dir: Path | None = None,
        stdin: bytes = b"",
    ) -> GitOutput:
        """A command in a work tree: with the tree's own git folder, or with the hub's and an index of ours."""
        # `-C` makes git fail when the folder is gone; both folders are named, so git never looks for another.
        where = ("-C", str(work_tree), f"--git-dir={git_dir or self.git_dir}", f"--work-tree={work_tree}")
        variables = {**AS_RECORDED, **({"GIT_INDEX_FILE": str(index)} if index else {})}
        command = (*INTERNAL, "--literal-pathspecs", *where, *arguments)
        return run_git(command, doing=doing, env=variables, stdin=stdin, timeout=WORK_TIMEOUT)

    def ref(self, name: str) -> str:
        """The object a ref names, empty when there is no such ref."""
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        return self.git(*asked, doing=f"Cannot read {name}", accepted=(0, 1, 128)).text

    def set_ref(self, name: str, new: str, old: str) -> None:
        """Compare-and-set; `old` empty means that the ref must not exist."""
        known = old or "0" * len(new)
        self.git("update-ref", "--no-deref", name, new, known, doing=f"Cannot set {name} in the run's hub")

    def blob(self, digest: str) -> bytes:
        """The content of a blob, checked against its id. Raises RepositoryError when it is gone or damaged."""
        if OBJECT_ID.fullmatch(digest) is None:
            raise RepositoryError(f"{digest!r} is not the id of a stored file.")
        content = self.git("cat-file", "blob", digest, doing=f"Cannot read the stored file {digest}").stdout
        known = {40: hashlib.sha1, 64: hashlib.sha256}[len(digest)]
        if known(b"blob %d\0" % len(content) + content).hexdigest() != digest:
            raise RepositoryError(f"The stored file {digest} is damaged in {self.folder}: generate it again.")
        return content

    def base_entries(self) -> Mapping[str, TreeEntry]:
        listed = self.git("ls-tree", "-r", "-z", "--full-tree", self.base, doing="Cannot list the base commit")
        entries: dict[str, TreeEntry] = {}
        for record in listed.records:
            described, _, path = record.partition("\t")
            mode, _kind, digest = described.split(" ")
            entries[path] = TreeEntry(mode, digest)
        return entries

    def prepare(self) -> None:
        """Makes the hub, or finds it again and mends what a crash or an agent left behind."""
        with locked(self.lock):
            self.person.keep(_base_ref(self.folder), self.base)
            self._make_accepted_store()
            if not self._is_sound():
                discard_tree(self.git_dir, self.trash)
                self._make()
            self._remove_stale_locks()
            self.mend()
            for leftover in (self.trash, *self.folder.glob("accept-*"), *self.folder.glob("commit-*")):
                remove_tree(leftover)

    def destroy(self) -> None:
        """Removes the private area, and the ref that kept the base alive in the person's repository."""
        remove_area(self.folder, self.person)

    def mend(self) -> None:
        """Puts back the files of the hub that decide how git reads it."""
        write_if_different(self.git_dir / "config", self._config())
        alternates = (self.objects, self.accepted_objects)
        lines = "".join(f"{_quoted(path)}\n" for path in alternates)
        write_if_different(self.git_dir / "objects/info/alternates", lines.encode("utf-8", "surrogateescape"))
        _mirror(self.common / "shallow", self.git_dir / "shallow")
        _mirror(self.common / "info/attributes", self.git_dir / "info/attributes")
        for misleading in ("exclude", "grafts", "sparse-checkout"):
            (self.git_dir / "info" / misleading).unlink(missing_ok=True)

    def _is_sound(self) -> bool:
        if not is_real_folder(self.git_dir) or not (self.git_dir / "ready").is_file():
            return False
        try:
            self.mend()
            return bool(self.ref(f"{self.base}^{{tree}}"))
        except (OSError, RepositoryError):
            return False

    def _make(self) -> None:
        layout = self.person.look("rev-parse", "--show-object-format", doing="Cannot read the object format").text
        words = ("-c", "init.templateDir=", "-c", "init.defaultRefFormat=files", "init", "-q", "--bare")
        made = (*words, f"--object-format={layout}", str(self.git_dir))
        run_git(made, doing=f"Cannot make the run's hub in {self.folder}", timeout=LOOK_TIMEOUT)
        shutil.copyfile(self.git_dir / "config", self.folder / "config.init")
        self.mend()
        if not self.ref(f"{self.base}^{{tree}}"):
            raise RepositoryError(f"The commit {self.base} cannot be read from {self.person.root}: check it with git.")
        (self.git_dir / "ready").touch()

    def _config(self) -> bytes:
        """The person's settings first, so that filters and line ends are theirs, then what the hub depends on."""
        text = f"[include]\n    path = {_quoted(self.common / 'config')}\n"
        text += (self.folder / "config.init").read_text() + OWN_SETTINGS
        text += f"[lfs]\n    storage = {_quoted(self.common / 'lfs')}\n"
        if self.promisor:
            text += f"[core]\n    repositoryformatversion = 1\n[extensions]\n    partialClone = {self.promisor}\n"
        return text.encode("utf-8", "surrogateescape")

    def _make_accepted_store(self) -> None:
        for inner in ("info", "pack"):
            (self.accepted_objects / inner).mkdir(parents=True, exist_ok=True)

    def _remove_stale_locks(self) -> None:
        """With the run's lock held and its runner alone, a lock in the hub belongs to a process that died."""
        for pattern in ("*.lock", "refs/**/*.lock", "objects/*.lock", "objects/info/**/*.lock"):
            for lock in self.git_dir.glob(pattern):
                lock.unlink(missing_ok=True)


def remove_area(folder: Path, person: PersonRepository) -> None:
    """Removes a run's private area, and the ref that kept its base alive where the repository is still one."""
    if person.is_there():
        person.let_go(_base_ref(folder))
    remove_tree(folder)
    # The area above holds the runs of one repository; it stays while another run's is in it.
    with suppress(OSError):
        folder.parent.rmdir()


def _base_ref(folder: Path) -> str:
    return f"refs/ctxtui/{folder.name}/base"


def _mirror(source: Path, target: Path) -> None:
    if source.is_file():
        write_if_different(target, source.read_bytes())
    else:
        target.unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    """As git's configuration and alternates files both read it."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{text}"'
