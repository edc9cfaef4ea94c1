"""A source's database with the secret that opens it: what is asked of it, and its errors in plain words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa

from airworthy.adapters.secrets import secret_of
from airworthy.adapters.sources.database.opened import Address, address_of, reading
from airworthy.adapters.sources.database.relation import Relation
from airworthy.adapters.sources.database.words import FAILURES, in_words
from airworthy.charter.connecting import Database
from airworthy.charter.model import Charter, Source
from airworthy.charter.problems import did_you_mean, listed
from airworthy.kernel.errors import InputError
from airworthy.kernel.secret import Secret

FoundT = TypeVar("FoundT")


@dataclass(frozen=True)
class Access:
    """One source's database, and the secret that opens it."""

    source: Source
    database: Database
    address: Address
    secret: Secret | None

    @classmethod
    def of(cls, source: Source, charter: Charter) -> Access:
        """Raises `InputError` for an address that is none, or a secret that is missing."""
        assert source.database is not None
        address = address_of(source.database.url, charter.path.parent, source.name)
        return cls(source, source.database, address, secret_of(source.secret) if source.secret else None)

    def reading(self, work: Callable[[sa.Connection], FoundT]) -> FoundT:
        """What `work` makes of a read-only transaction; a driver's error is told in plain words."""
        try:
            with reading(self.address, self.secret) as connection:
                return work(connection)
        except FAILURES as error:
            secrets = [self.secret] if self.secret else []
            said = in_words(error, self.source, self.address.shown, secrets, self._tables)
        raise said  # outside of the block: the driver's own traceback holds the password it was given

    def _tables(self) -> Sequence[str]:
        """Names of the tables and views beside the one that was not found."""
        schema = None
        if self.database.table and "." in self.database.table:
            schema = self.database.table.rpartition(".")[0]
        with reading(self.address, self.secret) as connection:
            inspector = sa.inspect(connection)
            names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
        return [f"{schema}.{name}" if schema else name for name in names]


def columns_of(connection: sa.Connection, relation: Relation, database: Database) -> list[str]:
    """Names of the columns of a relation.

    Raises `InputError` where two have one name, and where the key or the cursor is none of them.
    """
    described = connection.execute(relation.none())
    names = [str(name) for name in described.keys()]  # noqa: SIM118  (a result is no dict)
    for name in names:
        if names.count(name) > 1:
            raise InputError(
                f'The query of source {relation.source} gives two columns the name "{name}".',
                value=name,
                remedy=f"Rename one of them: SELECT …, b.{name} AS other_{name}, …",
            )
    named = [("key", one) for one in database.key]
    named += [("cursor", database.cursor)] if database.cursor else []
    for setting, name in named:
        if name not in names:
            raise InputError(
                f'The {setting} "{name}" is no column of source {relation.source}.',
                value=name,
                remedy=did_you_mean(name, names, f"Its columns are: {listed(names, 10)}."),
            )
    return names
