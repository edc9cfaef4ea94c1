"""The ledger, its signed head and the first projections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# table: (key columns, text columns, integer columns, flag columns)
PROJECTIONS = {
    "workspace": (
        "workspace",
        "time actor workspace ledger_key airworthy",
        "seq",
        "",
    ),
    "people": (
        "person public_key",
        "time actor person public_key",
        "seq",
        "",
    ),
    "charters": (
        "digest",
        "time actor digest name purpose task people blob kpi",
        "seq approvals max_openings",
        "",
    ),
    "snapshots": (
        "digest",
        "time actor digest blob sources",
        "seq rows columns",
        "",
    ),
    "seals": (
        "digest",
        "time actor digest snapshot method blob",
        "seq development_rows sealed_rows",
        "",
    ),
    "stages": (
        "key",
        "time actor run stage key output seconds",
        "seq",
        "",
    ),
    "runs": (
        "run",
        "time actor run charter_digest author limit_seconds key status version reason ended",
        "seq seed",
        "",
    ),
    "versions": (
        "version",
        "time actor version digest artefact files run author task learner charter_name "
        "charter_digest snapshot seal stage evidence plan_digest evidence_charter",
        "seq",
        "",
    ),
    "releases": (
        "seq",
        "time actor event replaced version stage manifest mode reason",
        "seq",
        "",
    ),
    "evidence": (
        "seq",
        "time actor version digest plan_digest charter_digest summary",
        "seq",
        "",
    ),
    "dossiers": (
        "seq",
        "time actor version digest path evidence head",
        "seq",
        "",
    ),
    "openings": (
        "seq",
        "time actor seal version purpose",
        "seq number",
        "",
    ),
    "waivers": (
        "seq",
        "time actor version code subject person reason expires stamp envelope",
        "seq",
        "self_approved",
    ),
    "approvals": (
        "seq",
        "time actor version person comment stamp envelope",
        "seq",
        "self_approved",
    ),
    "gates": (
        "seq",
        "time actor version stage obstacles approvals waivers evidence plan_digest charter_digest",
        "seq approvals_missing openings",
        "open",
    ),
    "moves": (
        "seq",
        "time actor version before stage reason",
        "seq",
        "",
    ),
    "expectations": (
        "seq",
        "time actor version metric value low high level unit period random_split",
        "seq rows",
        "",
    ),
    "spend": (
        "seq",
        "time actor run seconds limit_seconds money currency stages",
        "seq",
        "",
    ),
    "windows": (
        "seq",
        "time actor version start end verdicts report",
        "seq rows outcomes",
        "",
    ),
    "alarms": (
        "seq",
        "time actor version code subject finding action since window_end",
        "seq",
        "",
    ),
    "outcomes": (
        "seq",
        "time actor source digest",
        "seq rows matched",
        "",
    ),
    "notes": (
        "seq",
        "time actor text about",
        "seq",
        "",
    ),
}


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "ledger",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("prev", sa.String(64), nullable=False, unique=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("last", sa.String(64), nullable=False),
        sa.Column("nodes", sa.LargeBinary, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
    )
    for name, (key, texts, integers, flags) in PROJECTIONS.items():
        op.create_table(
            name,
            *(sa.Column(column, sa.Text()) for column in texts.split()),
            *(sa.Column(column, sa.BigInteger()) for column in integers.split()),
            *(sa.Column(column, sa.Boolean()) for column in flags.split()),
            sa.PrimaryKeyConstraint(*key.split()),
        )
