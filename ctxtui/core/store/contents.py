"""The contents of judged files, where a store is shared by people who have no folder in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, insert, select
from sqlalchemy.engine import Connection

from ctxtui.core.domain.scope import Scope
from ctxtui.core.store.models import ContentRecord
from ctxtui.core.store.transaction import in_scope, scoped

_OF_RUN = (in_scope(ContentRecord), ContentRecord.run_id == bindparam("of_run"))
_KNOWN = select(ContentRecord.digest).where(*_OF_RUN, ContentRecord.digest.in_(bindparam("wanted", expanding=True)))
_WANTED = _KNOWN.add_columns(ContentRecord.content)
_ADD = insert(ContentRecord)


def keep_contents(connection: Connection, scope: Scope, run_id: str, contents: Mapping[str, bytes]) -> None:
    """Content by the id of its blob; what is there already is left alone, since that id says what it is."""
    known = set(connection.scalars(_KNOWN, scoped(scope, of_run=run_id, wanted=list(contents))))
    rows = [
        {"account": scope.account, "project": scope.project, "run_id": run_id, "digest": digest, "content": content}
        for digest, content in contents.items()
        if digest not in known
    ]
    if rows:
        connection.execute(_ADD, rows)


def contents_of(connection: Connection, scope: Scope, run_id: str, digests: Sequence[str]) -> dict[str, bytes]:
    rows = connection.execute(_WANTED, scoped(scope, of_run=run_id, wanted=list(digests)))
    return {row.digest: bytes(row.content) for row in rows}
