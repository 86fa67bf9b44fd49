"""The schema's history, one file per revision; applied when a store is opened."""

HEAD = "0005"
"""The newest revision, so that Alembic is only imported when there is something to migrate."""
