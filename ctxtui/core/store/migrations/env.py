"""How Alembic reaches the database: over the connection, and inside the transaction, that the opener holds."""

from __future__ import annotations

from alembic import context

from ctxtui.core.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
