"""What a database needs that many programs and people share: numbers for events, words to search, and members.

On a server, row-level security lets a role that is not the owner see the accounts that it is a member of.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCOPED = (
    "projects",
    "components",
    "sessions",
    "attempts",
    "interactions",
    "events",
    "requests",
    "leases",
    "artifacts",
)

WORDS = r"""
CREATE FUNCTION ctxtui_words(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('simple'::regconfig, regexp_replace(
        regexp_replace(left(words, 200000), '\\[nrtbf]', ' ', 'g'), '[\s!-/:-@\[-`{-~]+', ' ', 'g'))
$$
"""
"""Words are cut where SQLite's index cuts them: at everything in ASCII that is neither letter nor digit."""

MEMBERS = """
CREATE TABLE account_members (
    account text NOT NULL,
    role text NOT NULL,
    CONSTRAINT pk_account_members PRIMARY KEY (account, role)
)
"""
ACCOUNTS = """
CREATE FUNCTION ctxtui_accounts() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT account FROM account_members WHERE account_members.role = session_user
$$
"""


def upgrade() -> None:
    op.execute("INSERT INTO counters (name, value) SELECT 'event', coalesce(max(id), 0) FROM events")
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(WORDS)
    op.execute("CREATE INDEX ix_events_words ON events USING gin (ctxtui_words(text))")
    op.execute(
        "CREATE INDEX ix_interactions_words ON interactions "
        "USING gin (ctxtui_words(details || ' ' || message || ' ' || output))"
    )
    op.execute(MEMBERS)
    op.execute(ACCOUNTS)
    for table in SCOPED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY members_only ON {table} USING (account IN (SELECT ctxtui_accounts()))")
