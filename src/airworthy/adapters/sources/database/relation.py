"""The SQL that is sent: a table, or a query in brackets, so that it can be counted, filtered and ordered."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlalchemy as sa

from airworthy.charter.connecting import Database
from airworthy.kernel.errors import InputError

FIRST_WORDS = ("select", "with", "values", "table")
_BEFORE_SQL = re.compile(r"(\s+|--[^\n]*(\n|$)|/\*.*?\*/|\()*", re.DOTALL)


@dataclass(frozen=True)
class Relation:
    """What rows are read from.

    Attributes
    ----------
    source : name that the charter gives it.
    sql : of the table, or of the query in brackets with a name.
    key : columns that rows are ordered by, and that name one row; each quoted as this database wants it.
    cursor : quoted column that only grows.
    """

    source: str
    sql: str
    key: tuple[str, ...] = ()
    cursor: str | None = None

    def count(self) -> sa.TextClause:
        """How many rows there are in all."""
        return _text(f"SELECT count(*) FROM {self.sql}")

    def none(self) -> sa.TextClause:
        """No row, and the names of all columns."""
        return _text(f"SELECT * FROM {self.sql} WHERE 1 = 0")

    def some(self) -> sa.TextClause:
        """Rows in any order: for a look at the first of them."""
        return _text(f"SELECT * FROM {self.sql}")

    def rows(self, since: object = None) -> sa.TextClause:
        """All rows; with a value of the cursor those at or after it, and those without one."""
        ordered = f" ORDER BY {', '.join(self.key)}" if self.key else ""
        return self._since(f"SELECT * FROM {self.sql}", since, ordered)

    def count_since(self, since: object = None) -> sa.TextClause:
        """How many rows `rows` brings."""
        return self._since(f"SELECT count(*) FROM {self.sql}", since)

    def _since(self, sql: str, since: object, ordered: str = "") -> sa.TextClause:
        if since is None:
            return _text(sql + ordered)
        known = _text(f"{sql} WHERE {self.cursor} >= ", f" OR {self.cursor} IS NULL{ordered}")
        return known.bindparams(since=since)


def _text(before: str, after: str | None = None) -> sa.TextClause:
    """SQL as it stands: a colon in it begins no parameter. `after` follows the parameter `since`."""
    escaped = before.replace(":", r"\:")
    return sa.text(escaped if after is None else f"{escaped}:since{after.replace(':', chr(92) + ':')}")


def relation_of(database: Database, source: str, dialect: sa.Dialect) -> Relation:
    """What a source declares, in the words of its database.

    Raises `InputError` for a query that begins with anything that does not read.
    """
    quote = dialect.identifier_preparer.quote
    if database.table is not None:
        sql = ".".join(quote(part) for part in database.table.split("."))
    else:
        sql = f"({_reading(database.query or '', source)}\n) AS airworthy_rows"
    return Relation(
        source,
        sql,
        tuple(quote(name) for name in database.key),
        None if database.cursor is None else quote(database.cursor),
    )


def _reading(query: str, source: str) -> str:
    bare = query.strip().rstrip(";").rstrip()
    before = _BEFORE_SQL.match(bare)
    word = re.split(r"\W", bare[before.end() if before else 0 :], maxsplit=1)[0]
    if word.lower() not in FIRST_WORDS:
        raise InputError(
            f"The query of source {source} begins with {word.upper() or 'nothing'}: a source only reads.",
            value=word,
            remedy="Write a query that begins with SELECT or WITH, in sources.database.query.",
        )
    return bare
