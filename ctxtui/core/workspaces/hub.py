"""A run's private hub: a bare repository that borrows the person's objects and holds whatever the run makes."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.folders import discard_tree, is_real_folder, locked, remove_tree, write_if_different
from ctxtui.core.workspaces.git_process import (
    INTERNAL,
    LOOK_TIMEOUT,
    WORK_TIMEOUT,
    GitOutput,
    bare_environment,
    run_git,
)
from ctxtui.core.workspaces.hub_settings import hub_settings, quoted
from ctxtui.core.workspaces.objects import OBJECT_ID, BlobReader, LooseObjects, blob_id, start_reader
from ctxtui.core.workspaces.person_repository import PersonRepository

GIT_FOLDER = "hub.git"
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
    settings: Mapping[str, str]
    accepted: LooseObjects
    """Accepted content, in an object store of its own: nothing done to the hub, or by gc, can lose it."""
    reader: BlobReader = field(compare=False)

    @classmethod
    def of(cls, folder: Path, person: PersonRepository, base: str, accepted: Path) -> Hub:
        git_dir = folder / GIT_FOLDER
        return cls(
            folder=folder,
            person=person,
            base=base,
            common=person.common_dir(),
            objects=person.git_path("objects"),
            settings=person.settings(),
            accepted=LooseObjects(accepted),
            reader=BlobReader(lambda: start_reader(git_dir, bare_environment(AS_RECORDED))),
        )

    @property
    def git_dir(self) -> Path:
        return self.folder / GIT_FOLDER

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
        content = self.accepted.read(digest)
        if content is None:
            content = self.reader.read(digest)
        if content is None:
            raise RepositoryError(f"The stored file {digest} is gone from {self.folder}: generate it again.")
        if blob_id(content, len(digest)) != digest:
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

    def prepare(self, *, keeps_base: bool = True) -> None:
        """Makes the hub, or finds it again and mends what a crash or an agent left behind."""
        with locked(self.lock):
            if keeps_base:
                keep_base(self.person, self.folder.name, self.base)
            self._adopt_former_store()
            self.accepted.make()
            if not self._is_sound():
                discard_tree(self.git_dir, self.trash)
                self._make()
            self._remove_stale_locks()
            self.mend()
            leftovers = (*self.folder.glob("seeds-*"), *self.folder.glob("commit-*"), *self.folder.glob("*.index*"))
            for leftover in (self.trash, *leftovers):
                remove_tree(leftover)

    def remove(self) -> None:
        """Removes the private area; whoever opens the workspace makes it anew."""
        self.reader.close()
        remove_area(self.folder)

    def destroy(self) -> None:
        """Removes the private area, and the ref that kept the base alive in the person's repository."""
        self.reader.close()
        if self.person.is_there():
            release_base(self.person, self.folder.name)
        remove_area(self.folder)
        remove_tree(self.accepted.folder)

    def mend(self) -> None:
        """Puts back the files of the hub that decide how git reads it. Raises RepositoryError without a repository."""
        if not self.objects.is_dir():
            raise RepositoryError(f"The repository {self.person.root} is gone: put it back there, then resume the run.")
        initial = (self.folder / "config.init").read_text()
        write_if_different(self.git_dir / "config", hub_settings(self.common, self.settings, initial))
        alternates = (self.objects, self.accepted.folder)
        lines = "".join(f"{quoted(path)}\n" for path in alternates)
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

    def _adopt_former_store(self) -> None:
        """Accepted files of runs that 0.1.0 began lie in the private area."""
        former = self.folder / "accepted"
        if former.is_dir() and not self.accepted.folder.exists():
            self.accepted.folder.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(former, self.accepted.folder)

    def _remove_stale_locks(self) -> None:
        """With the run's lock held and its runner alone, a lock in the hub belongs to a process that died."""
        for pattern in ("*.lock", "refs/**/*.lock", "objects/*.lock", "objects/info/**/*.lock"):
            for lock in self.git_dir.glob(pattern):
                lock.unlink(missing_ok=True)


def remove_area(folder: Path) -> None:
    """Removes a run's private area."""
    remove_tree(folder)
    # The area above holds the runs of one repository; it stays while another run's is in it.
    with suppress(OSError):
        folder.parent.rmdir()


def keep_base(person: PersonRepository, run_id: str, base: str) -> None:
    person.keep(_base_ref(run_id), base)


def release_base(person: PersonRepository, run_id: str) -> None:
    """Removes the ref that kept a run's base alive; none there is fine."""
    person.let_go(_base_ref(run_id))


def kept_bases(person: PersonRepository) -> frozenset[str]:
    """The ids of the runs whose bases are kept alive."""
    listed = person.look(
        "for-each-ref",
        "--format=%(refname:lstrip=2)",
        "refs/ctxtui/*/base",
        doing=f"Cannot list the refs of {person.root}",
    )
    return frozenset(name.removesuffix("/base") for name in listed.text.splitlines())


def _base_ref(run_id: str) -> str:
    return f"refs/ctxtui/{run_id}/base"


def _mirror(source: Path, target: Path) -> None:
    if source.is_file():
        write_if_different(target, source.read_bytes())
    else:
        target.unlink(missing_ok=True)
