"""What a run used besides time and money, and what guarded commands cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

RUN_TEXTS = ("cpu_seconds", "energy_kwh", "energy_source", "carbon_g", "outcome")
COMMAND_TEXTS = (
    "time actor id command project person outcome began ended seconds cpu_seconds money currency "
    "energy_kwh energy_source carbon_g idle_seconds"
)


def upgrade() -> None:
    """Add the columns and the table; entries of earlier releases get what their records default to."""
    for name in RUN_TEXTS:
        op.add_column("spend", sa.Column(name, sa.Text()))
    op.add_column("spend", sa.Column("peak_memory_bytes", sa.BigInteger()))
    op.add_column("spend", sa.Column("stage_kwh", sa.Text()))
    blank = ", ".join(f"{name} = ''" for name in RUN_TEXTS)
    op.execute(f"UPDATE spend SET {blank}, peak_memory_bytes = 0, stage_kwh = '{{}}'")
    op.create_table(
        "commands",
        *(sa.Column(column, sa.Text()) for column in COMMAND_TEXTS.split()),
        sa.Column("seq", sa.BigInteger()),
        sa.Column("peak_memory_bytes", sa.BigInteger()),
        sa.PrimaryKeyConstraint("seq"),
    )
