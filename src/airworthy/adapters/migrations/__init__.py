"""Alembic migrations of the record store, run when it is opened. A released migration is never edited."""

REVISION = "0005"
"""The newest migration of this release; comparing it spares every opening the import of Alembic."""
