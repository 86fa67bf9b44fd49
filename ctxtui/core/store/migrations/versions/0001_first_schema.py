"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _scope() -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("account", sa.Text(), nullable=False), sa.Column("project", sa.Text(), nullable=False)


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account", "project", column],
        [f"{target}.account", f"{target}.project", f"{target}.id"],
        name=f"fk_{table}_account_project_{column}_{target}",
    )


def _of_project(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account", "project"],
        ["projects.account", "projects.project"],
        name=f"fk_{table}_account_project_projects",
    )


def upgrade() -> None:
    _scope_tables()
    _session_tables()
    _history_tables()
    _ownership_tables()
    op.execute("INSERT INTO counters (name, value) VALUES ('version', 0)")


def _scope_tables() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "projects",
        *_scope(),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "project", name="pk_projects"),
    )
    op.create_table(
        "components",
        *_scope(),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source_path", sa.Text(), nullable=False),
        sa.Column("test_path", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("spec_paths", sa.Text(), nullable=False),
        _refers("components", "parent_id", "components"),
        _of_project("components"),
        sa.PrimaryKeyConstraint("account", "project", "id", name="pk_components"),
    )
    op.create_index("ix_components_account_project_parent_id", "components", ["account", "project", "parent_id"])
    op.create_index("ix_components_account_project_name", "components", ["account", "project", "name"])


def _session_tables() -> None:
    op.create_table(
        "sessions",
        *_scope(),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("component_id", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("execution_mode", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("max_rounds", sa.Integer(), nullable=False),
        sa.Column("max_step_errors", sa.Integer(), nullable=False),
        sa.Column("telling_event_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _refers("sessions", "component_id", "components"),
        _refers("sessions", "parent_id", "sessions"),
        _of_project("sessions"),
        sa.PrimaryKeyConstraint("account", "project", "id", name="pk_sessions"),
        sa.UniqueConstraint(
            "account", "project", "parent_id", "component_id", name="uq_sessions_account_project_parent_id_component_id"
        ),
    )
    op.create_index("ix_sessions_parent_id_version", "sessions", ["parent_id", "version"])


def _history_tables() -> None:
    op.create_table(
        "attempts",
        *_scope(),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("rungs", sa.Text(), nullable=False),
        sa.Column("usage", sa.Text(), nullable=False),
        _refers("attempts", "session_id", "sessions"),
        sa.PrimaryKeyConstraint("account", "project", "id", name="pk_attempts"),
        sa.UniqueConstraint("account", "project", "session_id", "n", name="uq_attempts_account_project_session_id_n"),
    )
    op.create_table(
        "interactions",
        *_scope(),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("result_status", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("duration", sa.Float(precision=53), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _refers("interactions", "session_id", "sessions"),
        sa.PrimaryKeyConstraint("account", "project", "id", name="pk_interactions"),
        sa.UniqueConstraint(
            "account", "project", "session_id", "seq", name="uq_interactions_account_project_session_id_seq"
        ),
    )
    op.create_index(
        "ix_interactions_pending",
        "interactions",
        ["account", "project", "session_id"],
        unique=True,
        sqlite_where=sa.text("result_status IS NULL"),
        postgresql_where=sa.text("result_status IS NULL"),
    )
    op.create_index("ix_interactions_version", "interactions", ["version"])
    op.create_table(
        "artifacts",
        *_scope(),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _refers("artifacts", "interaction_id", "interactions"),
        _refers("artifacts", "session_id", "sessions"),
        sa.PrimaryKeyConstraint("account", "project", "session_id", "path", name="pk_artifacts"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        *_scope(),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("interaction_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        _refers("events", "interaction_id", "interactions"),
        _refers("events", "session_id", "sessions"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_session_id_id", "events", ["session_id", "id"])


def _ownership_tables() -> None:
    op.create_table(
        "leases",
        *_scope(),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("boot_id", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("process_start", sa.Float(precision=53), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        _refers("leases", "run_id", "sessions"),
        sa.PrimaryKeyConstraint("account", "project", "run_id", name="pk_leases"),
    )
    op.create_table(
        "requests",
        *_scope(),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _refers("requests", "run_id", "sessions"),
        _refers("requests", "session_id", "sessions"),
        sa.PrimaryKeyConstraint("account", "project", "id", name="pk_requests"),
        sa.UniqueConstraint("account", "project", "run_id", "seq", name="uq_requests_account_project_run_id_seq"),
    )
