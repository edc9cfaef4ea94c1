"""What models that were trained with noise spent on the people in their rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXTS = (
    "id time actor run charter_name charter_digest fit unit epsilon delta total_epsilon mechanism lineage "
    "shares_with spent_before spent_after people settled artefact"
)


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "privacy",
        *(sa.Column(name, sa.Text()) for name in TEXTS.split()),
        *(sa.Column(name, sa.BigInteger()) for name in ("seq", "rows_per_unit", "rows", "units")),
        sa.PrimaryKeyConstraint("id"),
    )
