"""The run's one commit: plain plumbing with fixed dates, or `git commit` with the person's hooks and signature."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.ports.workspaces import CommitPlan
from ctxtui.core.workspaces.folders import discard_tree, locked, write_if_different
from ctxtui.core.workspaces.git_process import (
    INTERNAL,
    WORK_TIMEOUT,
    GitFailure,
    GitWithoutMeans,
    last_words,
    run_git,
)
from ctxtui.core.workspaces.hub import Hub
from ctxtui.core.workspaces.signing import could_not_sign

TRAILER = "Ctxtui-Session"
SIGNING_KEYS = ("user.signingKey", "gpg.format", "gpg.program", "gpg.ssh.program", "gpg.x509.program")
GITS_OWN = frozenset(
    {
        *("config", "config.worktree", "description", "hooks", "info", "index", "logs", "objects", "refs", "reftable"),
        *("packed-refs", "worktrees", "modules", "shallow", "branches", "gc.log", "gc.pid", "commondir", "gitdir"),
        *("rebase-merge", "rebase-apply", "sequencer", "rr-cache", "fsmonitor--daemon", "sharedindex", "next-index"),
    }
)
GITS_OWN_ENDS = (".lock", "_HEAD", "_MSG", "_EDITMSG", "_MODE", "_LOG", "_RR")
"""What git itself keeps in a git folder: never shown to another one."""

COMMITTING_SLOT = "committing"
"""The worktree of a commit with hooks; its git folder is not one of the pool's, whose names hold no dot."""


def commit_files(hub: Hub, plan: CommitPlan) -> str:
    """The id of the branch's commit that holds the files; made only when it is not there yet.

    A later plan of the same session replaces its commit, or follows it when the person has that one already.
    """
    if not plan.files:
        raise RepositoryError(f"There is nothing to commit on {plan.branch!r}: no file was accepted.")
    require_branch_name(hub, plan.branch)
    base = hub.git("rev-parse", "--verify", f"{plan.base}^{{commit}}", doing=f"Cannot find the base {plan.base}").text
    tree = _planned_tree(hub, plan, base)
    if tree == hub.ref(f"{base}^{{tree}}"):
        raise RepositoryError(f"There is nothing to commit on {plan.branch!r}: the base has the same files already.")
    ref = f"refs/heads/{plan.branch}"
    tip = hub.ref(ref)
    handed, _ = hub.person.branches().get(plan.branch, ("", ""))
    handed = handed if handed and _is_of_session(hub, handed, plan) else ""
    present = tip if tip and _is_of_session(hub, tip, plan) else handed
    if present and _holds(hub, present, tree, plan):
        if present != tip:
            hub.set_ref(ref, present, tip)
        return present
    if plan.use_hooks or plan.sign:
        return _commit_as_person(hub, plan, tree, handed or base)
    made = _commit_plainly(hub, plan, tree, handed or base)
    hub.set_ref(ref, made, tip)
    return made


def require_branch_name(hub: Hub, name: str) -> None:
    """Raises RepositoryError for a name that git would not make a branch of, or would take for something else."""
    asked = ("check-ref-format", "--branch", name)
    checked = hub.git(*asked, doing="Cannot check a branch name", accepted=(0, 128))
    if checked.status or checked.text != name or name == "@":
        raise RepositoryError(f"{name!r} cannot be the name of a branch: choose another.")


def _planned_tree(hub: Hub, plan: CommitPlan, base: str) -> str:
    rows = "".join(f"{file.mode} {file.digest}\t{file.path}\0" for file in plan.files)
    with tempfile.TemporaryDirectory(dir=hub.folder, prefix="commit-") as made:
        private = {"GIT_INDEX_FILE": str(Path(made, "index"))}
        hub.git("read-tree", base, env=private, doing="Cannot read the base commit")
        words = ("update-index", "--add", "--replace", "-z", "--index-info")
        hub.git(*words, env=private, stdin=rows.encode(), doing="Cannot put the accepted files together")
        return hub.git("write-tree", env=private, doing="Cannot write the accepted files as one tree").text


def _is_of_session(hub: Hub, commit: str, plan: CommitPlan) -> bool:
    asked = ("log", "-1", f"--format=%(trailers:key={TRAILER},valueonly)", commit)
    return plan.session_id in hub.git(*asked, doing=f"Cannot read the commit {commit}").text.split()


def _holds(hub: Hub, commit: str, tree: str, plan: CommitPlan) -> bool:
    """Whether the commit was made from the same files. Hooks may have changed them since: then the note says so."""
    if hub.ref(f"{commit}^{{tree}}") == tree:
        return True
    if not plan.use_hooks:
        return False
    note = _note_file(hub)
    intent = json.loads(note.read_text()) if note.is_file() else {}
    return intent.get("tree") == tree and intent.get("before") != commit


def _note_file(hub: Hub) -> Path:
    return hub.folder / "commit.json"


def _environment(hub: Hub, plan: CommitPlan) -> Mapping[str, str]:
    return hub.person.as_author(DATE=f"{int(plan.at.timestamp())} {plan.at.strftime('%z') or '+0000'}")


def _message(hub: Hub, plan: CommitPlan) -> bytes:
    words = ("interpret-trailers", "--no-divider", "--if-exists=addIfDifferent", "--trailer")
    text = f"{plan.message.strip()}\n".encode()
    trailer = f"{TRAILER}: {plan.session_id}"
    return hub.git(*words, trailer, stdin=text, doing="Cannot write the commit message").stdout


def _commit_plainly(hub: Hub, plan: CommitPlan, tree: str, parent: str) -> str:
    words = ("-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-p", parent, "-F", "-", tree)
    made = hub.git(*words, env=_environment(hub, plan), stdin=_message(hub, plan), doing="Cannot commit")
    return made.text


def _commit_as_person(hub: Hub, plan: CommitPlan, tree: str, parent: str) -> str:
    ref, folder = f"refs/heads/{plan.branch}", hub.folder / COMMITTING_SLOT
    admin = hub.git_dir / "worktrees" / COMMITTING_SLOT
    tip = hub.ref(ref)
    try:
        with locked(hub.lock):
            _discard(hub, folder, admin)
            if tip != parent:
                hub.set_ref(ref, parent, tip)
            words = ("worktree", "add", "-q", "-f", "--no-checkout", str(folder), plan.branch)
            hub.git(*words, doing="Cannot make the worktree to commit in")
            _link_foreign_files(hub, admin)
            write_if_different(_note_file(hub), json.dumps({"tree": tree, "before": parent}).encode())
        filling = ("read-tree", "-u", "--reset", tree)
        hub.git_in(folder, *filling, git_dir=admin, doing="Cannot fill the worktree to commit in")
        _run_commit(hub, plan, folder, admin)
        return hub.ref(ref)
    finally:
        with locked(hub.lock):
            _discard(hub, folder, admin)


def _link_foreign_files(hub: Hub, admin: Path) -> None:
    """Hooks find what other tools keep in the person's git folder, such as a key, under the same name in theirs."""
    for file in hub.common.iterdir():
        is_gits_own = file.name in GITS_OWN or file.name.isupper() or file.name.endswith(GITS_OWN_ENDS)
        if not is_gits_own and not os.path.lexists(admin / file.name):
            (admin / file.name).symlink_to(file)


def _discard(hub: Hub, folder: Path, admin: Path) -> None:
    discard_tree(folder, hub.trash)
    discard_tree(admin, hub.trash)


def _run_commit(hub: Hub, plan: CommitPlan, folder: Path, admin: Path) -> None:
    hooks = ("-c", f"core.hooksPath={hub.person.git_path('hooks')}") if plan.use_hooks else ()
    known = {key: hub.person.setting(key) for key in SIGNING_KEYS} if plan.sign else {}
    keys = (word for key, value in known.items() if value for word in ("-c", f"{key}={value}"))
    where = ("-C", str(folder), f"--git-dir={admin}", f"--work-tree={folder}")
    words = ("commit", "-q", "-F", "-", "--cleanup=whitespace", *(("-S",) if plan.sign else ()))
    command = (*INTERNAL, *hooks, *keys, *where, *words)
    message, env = _message(hub, plan), _environment(hub, plan)
    try:
        run_git(command, doing="Cannot commit", env=env, stdin=message, timeout=WORK_TIMEOUT)
    except GitWithoutMeans:
        raise
    except GitFailure as failure:
        said = last_words(failure.output)
        if "failed to sign" in said or "failed to write commit object" in said:
            raise could_not_sign(said) from failure
        raise RepositoryError(f"A hook of {hub.person.root} refused the commit: {said}") from failure
