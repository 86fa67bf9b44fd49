"""Why a request was refused and what helps, apart from the sentence that says so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("requests", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("requests", sa.Column("helps", sa.Text(), nullable=True))
