"""A short look at a database: its first rows, their number, and its clock."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from airworthy.adapters.sources.database.access import Access, columns_of
from airworthy.adapters.sources.database.columns import frame_of
from airworthy.adapters.sources.database.relation import relation_of
from airworthy.adapters.sources.probe import LOOKED_AT, Probe
from airworthy.charter.model import Charter, Source


def probe(source: Source, charter: Charter) -> Probe:
    """Look at a database. Raises `InputError` and `MissingExtra` as `fetch` does."""
    access = Access.of(source, charter)
    return access.reading(lambda connection: _looked(connection, access))


def _looked(connection: sa.Connection, access: Access) -> Probe:
    name = access.source.name
    relation = relation_of(access.database, name, connection.dialect)
    columns = columns_of(connection, relation, access.database)
    asked = relation.some().execution_options(stream_results=True, yield_per=LOOKED_AT)
    with connection.execute(asked) as result:
        first = result.fetchmany(LOOKED_AT)
    frame_of(columns, first, name)  # a column that no table can hold is told now
    rows = int(connection.execute(relation.count()).scalar_one())
    return Probe(tuple(columns), len(first), rows, _ahead(connection), f"{rows:,} rows")


def _ahead(connection: sa.Connection) -> float | None:
    if connection.dialect.name != "postgresql":
        return None  # a file has no clock
    there = connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    return float((there - datetime.now(UTC)).total_seconds())
