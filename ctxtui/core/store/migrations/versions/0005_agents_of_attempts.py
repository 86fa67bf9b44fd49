"""Which agent an attempt was asked of: a person, or the plan, may hand a component to another one.

Of an attempt that was made before, the agent that its component has now is the likeliest.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PRESENT = """
UPDATE attempts SET agent = (
    SELECT sessions.agent FROM sessions
    WHERE sessions.account = attempts.account AND sessions.project = attempts.project
    AND sessions.id = attempts.session_id
)
"""


def upgrade() -> None:
    op.add_column("attempts", sa.Column("agent", sa.Text(), nullable=False, server_default=""))
    op.execute(PRESENT)
