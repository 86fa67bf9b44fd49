"""The contents of judged files, for databases whose readers have no folder in common; sessions by component."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_sessions_account_project_component_id", "sessions", ["account", "project", "component_id"], unique=False
    )
    op.create_table(
        "contents",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account", "project", "run_id", "digest", name="pk_contents"),
        sa.ForeignKeyConstraint(
            ["account", "project", "run_id"],
            ["sessions.account", "sessions.project", "sessions.id"],
            name="fk_contents_account_sessions",
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE contents ENABLE ROW LEVEL SECURITY")
        op.execute("CREATE POLICY members_only ON contents USING (account IN (SELECT ctxtui_accounts()))")
