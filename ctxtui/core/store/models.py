"""The tables: every row carries its scope, and keys include it, so a reference across scopes cannot be stored."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Micros = BigInteger
"""Moments are stored as microseconds since the epoch, UTC: exact, ordered, and the same in every database."""

EventId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Scoped:
    """The two columns that every row of a scope begins with."""

    account: Mapped[str] = mapped_column(Text, primary_key=True, sort_order=-2)
    project: Mapped[str] = mapped_column(Text, primary_key=True, sort_order=-1)


def _refers(column: str, table: str) -> ForeignKeyConstraint:
    """A reference that cannot leave its scope."""
    return ForeignKeyConstraint(["account", "project", column], [f"{table}.account", f"{table}.project", f"{table}.id"])


class CounterRecord(Base):
    """The store's version: one row, bumped in every transaction."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class ProjectRecord(Scoped, Base):
    __tablename__ = "projects"

    created_at: Mapped[int] = mapped_column(Micros)


class ComponentRecord(Scoped, Base):
    __tablename__ = "components"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    source_path: Mapped[str] = mapped_column(Text)
    test_path: Mapped[str] = mapped_column(Text)
    priority: Mapped[int]
    parent_id: Mapped[str | None] = mapped_column(Text)
    spec_paths: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(["account", "project"], ["projects.account", "projects.project"]),
        _refers("parent_id", "components"),
        Index(None, "account", "project", "parent_id"),
        Index(None, "account", "project", "name"),
    )


class SessionRecord(Scoped, Base):
    """`version` is the store's version at the last change of the session, its attempts, steps or last action."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(Text)
    component_id: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    execution_mode: Mapped[str] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text)
    environment: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    max_attempts: Mapped[int]
    max_rounds: Mapped[int]
    max_step_errors: Mapped[int]
    telling_event_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(Micros)
    updated_at: Mapped[int] = mapped_column(Micros)
    version: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        ForeignKeyConstraint(["account", "project"], ["projects.account", "projects.project"]),
        _refers("parent_id", "sessions"),
        _refers("component_id", "components"),
        UniqueConstraint("account", "project", "parent_id", "component_id"),
        Index(None, "account", "project", "component_id"),
        Index(None, "parent_id", "version"),
    )


class AttemptRecord(Scoped, Base):
    __tablename__ = "attempts"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    session_id: Mapped[str] = mapped_column(Text)
    n: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    started_at: Mapped[int] = mapped_column(Micros)
    ended_at: Mapped[int | None] = mapped_column(Micros)
    conversation: Mapped[str] = mapped_column(Text)
    rungs: Mapped[str] = mapped_column(Text)
    usage: Mapped[str] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text, server_default="")

    __table_args__ = (
        _refers("session_id", "sessions"),
        UniqueConstraint("account", "project", "session_id", "n"),
    )


class InteractionRecord(Scoped, Base):
    """`version` is the store's version when the result came, and 0 until then."""

    __tablename__ = "interactions"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    session_id: Mapped[str] = mapped_column(Text)
    seq: Mapped[int]
    step: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    details: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[int] = mapped_column(Micros)
    result_status: Mapped[str | None] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    data: Mapped[str] = mapped_column(Text)
    exit_code: Mapped[int | None]
    output: Mapped[str] = mapped_column(Text)
    duration: Mapped[float] = mapped_column(Float(53))
    completed_at: Mapped[int | None] = mapped_column(Micros)
    version: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        _refers("session_id", "sessions"),
        UniqueConstraint("account", "project", "session_id", "seq"),
        Index(
            "ix_interactions_pending",
            "account",
            "project",
            "session_id",
            unique=True,
            sqlite_where=text("result_status IS NULL"),
            postgresql_where=text("result_status IS NULL"),
        ),
        Index(None, "version"),
    )


class EventRecord(Base):
    """Append-only. Ids are given by the writing transaction, so they grow in the order of commits."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(EventId, primary_key=True, autoincrement=False)
    account: Mapped[str] = mapped_column(Text)
    project: Mapped[str] = mapped_column(Text)
    session_id: Mapped[str] = mapped_column(Text)
    interaction_id: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    at: Mapped[int] = mapped_column(Micros)
    text: Mapped[str] = mapped_column(Text)
    data: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        _refers("session_id", "sessions"),
        _refers("interaction_id", "interactions"),
        Index(None, "session_id", "id"),
    )


class RequestRecord(Scoped, Base):
    __tablename__ = "requests"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    run_id: Mapped[str] = mapped_column(Text)
    session_id: Mapped[str] = mapped_column(Text)
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[int] = mapped_column(Micros)
    arguments: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[int | None] = mapped_column(Micros)
    is_granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    helps: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        _refers("run_id", "sessions"),
        _refers("session_id", "sessions"),
        UniqueConstraint("account", "project", "run_id", "seq"),
    )


class LeaseRecord(Scoped, Base):
    """One row per run that was ever owned; it stays when given back, so that tokens only grow."""

    __tablename__ = "leases"

    run_id: Mapped[str] = mapped_column(Text, primary_key=True)
    host: Mapped[str] = mapped_column(Text)
    boot_id: Mapped[str] = mapped_column(Text)
    pid: Mapped[int]
    process_start: Mapped[float] = mapped_column(Float(53))
    token: Mapped[int] = mapped_column(BigInteger)
    heartbeat_at: Mapped[int] = mapped_column(Micros)
    is_held: Mapped[bool]

    __table_args__ = (_refers("run_id", "sessions"),)


class ArtifactRecord(Scoped, Base):
    """A session's accepted files: those of its last accepted attempt."""

    __tablename__ = "artifacts"

    session_id: Mapped[str] = mapped_column(Text, primary_key=True)
    path: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    interaction_id: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        _refers("session_id", "sessions"),
        _refers("interaction_id", "interactions"),
    )


class ContentRecord(Scoped, Base):
    """What is in a judged file, by the id of its blob: only on a server, whose readers have no folder in common."""

    __tablename__ = "contents"

    run_id: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (_refers("run_id", "sessions"),)
