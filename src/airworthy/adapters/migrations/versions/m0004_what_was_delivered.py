"""What deliveries of scores came to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXTS = ("time", "actor", "sink", "target", "version")
COUNTS = "rows unchanged confirmed dead pending set_aside stale read_back equal"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "deliveries",
        *(sa.Column(name, sa.Text()) for name in TEXTS),
        *(sa.Column(name, sa.BigInteger()) for name in ("seq", *COUNTS.split())),
        sa.PrimaryKeyConstraint("seq"),
    )
