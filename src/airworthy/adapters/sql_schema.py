"""The database's tables as SQLAlchemy sees them. The migrations make them; a test holds the two together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from airworthy.registry.tables import TABLES, ColumnType
from airworthy.registry.tables import Table as Projection

METADATA = sa.MetaData()


class JsonText(sa.types.TypeDecorator[Any]):
    """JSON kept as text with sorted keys, so that equal values are equal bytes."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return None if value is None else json.loads(value)


SQL_TYPES: Mapping[ColumnType, sa.types.TypeEngine[Any] | type[sa.types.TypeEngine[Any]]] = {
    ColumnType.TEXT: sa.Text,
    ColumnType.INTEGER: sa.BigInteger,
    ColumnType.FLAG: sa.Boolean,
    ColumnType.JSON: JsonText,
}

# `prev` is unique, so a fork of the chain cannot be stored even by a writer that forgot to lock.
LEDGER = sa.Table(
    "ledger",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("prev", sa.String(64), nullable=False, unique=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

# One row: the signed head, the hash of the last entry, and the Merkle frontier that the next entry grows.
HEAD = sa.Table(
    "ledger_head",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("last", sa.String(64), nullable=False),
    sa.Column("nodes", sa.LargeBinary, nullable=False),
    sa.Column("root", sa.String(64), nullable=False),
    sa.Column("time", sa.Text, nullable=False),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
)


def _declare(projection: Projection) -> sa.Table:
    return sa.Table(
        projection.name,
        METADATA,
        *(
            sa.Column(name, SQL_TYPES[kind], primary_key=name in projection.key, autoincrement=False)
            for name, kind in projection.columns.items()
        ),
    )


SQL_TABLES: Mapping[str, sa.Table] = {name: _declare(table) for name, table in TABLES.items()}

SELECT_HEAD = sa.select(HEAD)
SELECT_LAST = sa.select(LEDGER).order_by(LEDGER.c.seq.desc()).limit(1)
INSERT_ENTRY = sa.insert(LEDGER)


@lru_cache(maxsize=512)
def upsert(dialect: str, table: str, columns: tuple[str, ...]) -> sa.Insert:
    """Set `columns` of the row with the given key, making it when it is missing.

    Kept, because building the statement took longer than running it (190 of 380 us).
    """
    target = METADATA.tables[table]
    insert = postgresql.insert(target) if dialect == "postgresql" else sqlite.insert(target)
    key = [column.name for column in target.primary_key.columns]
    others = {name: insert.excluded[name] for name in columns if name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=others)
