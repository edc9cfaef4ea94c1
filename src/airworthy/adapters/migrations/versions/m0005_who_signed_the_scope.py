"""Who signed off what is to be built."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXTS = ("time", "actor", "person", "scope", "charter", "answers", "document", "envelope")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "scopes",
        *(sa.Column(name, sa.Text()) for name in TEXTS),
        sa.Column("seq", sa.BigInteger()),
        sa.PrimaryKeyConstraint("seq"),
    )
