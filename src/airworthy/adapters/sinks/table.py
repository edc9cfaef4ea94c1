"""A table of a database as a target: rows changed by their key or added, in transactions, and read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from airworthy.adapters.secrets import scrubbed
from airworthy.adapters.sinks.letter import (
    INSTANTS,
    NUMBERS,
    Cell,
    Key,
    Letter,
    Refusal,
    RowsRefused,
    Unanswered,
)
from airworthy.charter.delivering import Sink
from airworthy.kernel.errors import InputError
from airworthy.kernel.secret import Secret

BATCH = 1000
_CLOSED = ("readonly", "read-only", "permission denied", "password", "does not exist", "unable to open")
"""What a driver says where trying again would not help."""
_KEYS = 200
"""Keys asked for in one statement."""


class TableTarget:
    """One table. `create` makes it where it is missing; without it a missing table or column is an error.

    Parameters
    ----------
    folder : relative paths of SQLite files start here.
    numeric_decision : the decision is a number, as that of a regression.
    """

    batch, keeps = BATCH, True

    def __init__(
        self,
        sink: Sink,
        folder: Path,
        table: str,
        secret: Secret | None,
        *,
        create: bool = False,
        numeric_decision: bool = False,
    ) -> None:
        assert sink.database is not None
        self.name, self._sink, self._create = sink.name, sink, create
        self._secrets = () if secret is None else (secret,)
        self._schema, _, self._title = table.rpartition(".")
        self._numbers = (*NUMBERS, "decision") if numeric_decision else NUMBERS
        self._engine = _engine(sink, folder, secret)
        self._table: sa.Table | None = None

    @property
    def table(self) -> sa.Table:
        """The table as the database describes it. Raises `InputError` where it is missing."""
        if self._table is None:
            with self._told():
                if not sa.inspect(self._engine).has_table(self._title, self._schema or None):
                    self._make()
                self._table = sa.Table(
                    self._title, sa.MetaData(), schema=self._schema or None, autoload_with=self._engine
                )
        return self._table

    @property
    def columns(self) -> dict[str, str]:
        """Our names of the delivered columns, to theirs."""
        return dict(self._sink.columns)

    def prepare(self) -> None:
        """Hold the table against what is delivered. Raises `InputError` for what it lacks."""
        if lacking := self.lacking():
            raise InputError(lacking[0], value=self._title, remedy=f"Ask {self._sink.owner or 'its owner'}.")

    def lacking(self) -> list[str]:
        """What stands in the way of writing, in sentences with the way out; empty where nothing does."""
        theirs, found = [name for _, name in self._sink.key], []
        absent = [name for name in (*theirs, *self.columns.values()) if name not in self.table.c]
        if absent:
            has = ", ".join(self.table.c.keys())
            found.append(f"The table {self._title} has no column {', '.join(absent)}; it has: {has}.")
        elif not any(set(unique) == set(theirs) for unique in self._unique()):
            named = ", ".join(theirs)
            found.append(
                f"The table {self._title} has no unique key on {named}, so a row delivered twice would stand "
                f"there twice: CREATE UNIQUE INDEX {self._title}_key ON {self._title} ({named})."
            )
        found += [
            f"The table {self._title} wants a value in {column.name}, which is not delivered."
            for column in self.table.c
            if column.name not in (*theirs, *self.columns.values()) and _needed(column)
        ]
        return found

    def unlike(self, other: TableTarget) -> list[str]:
        """Columns of another type than in a table that stands for this one in trials."""
        named = [*(theirs for _, theirs in self._sink.key), *self.columns.values()]
        pairs = [
            (name, self.table.c[name], other.table.c.get(name)) for name in named if name in self.table.c
        ]
        return [
            f"The column {name} is {mine.type} in {self._title} and {theirs.type} in {other._title}: "
            "a trial there would show something else."
            for name, mine, theirs in pairs
            if theirs is not None and str(mine.type) != str(theirs.type)
        ]

    def unfit(self) -> list[str]:
        """What the declared types of the columns would do to numbers, as far as reading them tells."""
        found = []
        for ours, theirs in self.columns.items():
            if ours in self._numbers and theirs in self.table.c:
                column = self.table.c[theirs]
                if _python_type(column) is int and self._engine.dialect.name != "sqlite":
                    found.append(
                        f"The column {theirs} ({column.type}) keeps whole numbers only, and {ours} is none."
                    )
        return found

    def _unique(self) -> Iterator[Sequence[str]]:
        inspector, schema = sa.inspect(self._engine), self._schema or None
        yield [column.name for column in self.table.primary_key.columns]
        for constraint in inspector.get_unique_constraints(self._title, schema):
            yield constraint["column_names"]
        for index in inspector.get_indexes(self._title, schema):
            partial = any(name.endswith("_where") for name in index.get("dialect_options", {}))
            if index["unique"] and not partial:
                yield [name or "" for name in index["column_names"]]

    def _make(self) -> None:
        if not self._create:
            raise InputError(
                f"There is no table {self._title} in the database of {self.name}.",
                value=self._title,
                remedy=self._how_made(),
            )
        keys = [sa.Column(theirs, sa.Text, primary_key=True) for _, theirs in self._sink.key]
        others = [sa.Column(theirs, self._type(ours)) for ours, theirs in self.columns.items()]
        made = sa.Table(self._title, sa.MetaData(), *keys, *others, schema=self._schema or None)
        made.create(self._engine)

    def _how_made(self) -> str:
        assert self._sink.database is not None
        if self._title == self._sink.database.table.rpartition(".")[2]:
            return "Correct its name, or let it be made: airworthy deliver … --create"
        return f"Ask {self._sink.owner or 'its owner'} for an empty copy of {self._sink.database.table}."

    def _type(self, ours: str) -> sa.types.TypeEngine[Any]:
        if ours in self._numbers:
            return sa.Double()
        return sa.DateTime(timezone=True) if ours in INSTANTS else sa.Text()

    def send(self, letters: Sequence[Letter]) -> Sequence[Refusal]:
        """Change or add rows in one transaction."""
        fit, refused = [], []
        for letter in letters:
            try:
                fit.append(self._row(letter))
            except ValueError as error:
                refused.append(Refusal(letter.key, str(error)))
        if fit:
            with self._told(), self._engine.begin() as connection:
                connection.execute(self._upsert(), fit)
        return refused

    def _upsert(self) -> sa.Insert:
        insert = (postgresql if self._engine.dialect.name == "postgresql" else sqlite).insert(self.table)
        theirs = [name for _, name in self._sink.key]
        others = {name: insert.excluded[name] for name in self.columns.values()}
        made: sa.Insert = insert.on_conflict_do_update(index_elements=theirs, set_=others)
        return made

    def _row(self, letter: Letter) -> dict[str, Any]:
        """The row as the driver takes it. Raises `ValueError` for a key that its column would change."""
        row = dict(self._key(letter.key))
        row |= {self.columns[ours]: self._cell(ours, cell) for ours, cell in letter.values.items()}
        return row

    def _key(self, key: Key) -> Iterator[tuple[str, Any]]:
        for (_, theirs), text in zip(self._sink.key, key, strict=True):
            whole = _python_type(self.table.c[theirs]) is int
            if whole and (not text.lstrip("-").isascii() or str(_whole(text)) != text):
                raise ValueError(f"{theirs} takes whole numbers, and {text!r} is none")
            yield theirs, int(text) if whole else text

    def _cell(self, ours: str, cell: Cell) -> Any:
        wants = _python_type(self.table.c[self.columns[ours]])
        if cell is None:
            return None
        if ours in INSTANTS:
            return datetime.fromisoformat(str(cell)).astimezone(UTC) if wants is datetime else cell
        return repr(cell) if isinstance(cell, float) and wants is str else cell

    def reads(self, rows: int) -> int:
        return rows

    def read(self, keys: Sequence[Key]) -> Mapping[Key, Sequence[Mapping[str, object]]]:
        """Rows of the table by our names."""
        if not keys:
            return {}
        mine = [self.table.c[theirs] for _, theirs in self._sink.key]
        given = {ours: self.table.c[theirs] for ours, theirs in self.columns.items()}
        # As the driver gives them: SQLAlchemy would cut a NUMERIC of SQLite to ten decimals.
        asked = [sa.type_coerce(column, sa.types.NULLTYPE) for column in (*mine, *given.values())]
        found: dict[Key, list[Mapping[str, object]]] = {}
        with self._told(), self._engine.connect() as connection:
            for part in _parts(self._findable(keys)):
                query = sa.select(*asked).where(sa.tuple_(*mine).in_(part))
                for row in connection.execute(query):
                    key = tuple(str(cell).rstrip(" ") for cell in row[: len(mine)])
                    found.setdefault(key, []).append(dict(zip(given, row[len(mine) :], strict=True)))
        return found

    def _findable(self, keys: Sequence[Key]) -> list[tuple[Any, ...]]:
        """Keys as the driver takes them; one that its column cannot hold is in no row."""
        found = []
        for key in keys:
            try:
                found.append(tuple(value for _, value in self._key(key)))
            except ValueError:
                continue
        return found

    def remove(self, keys: Sequence[Key]) -> bool:
        mine = [self.table.c[theirs] for _, theirs in self._sink.key]
        with self._told(), self._engine.begin() as connection:
            for part in _parts(self._findable(keys)):
                connection.execute(sa.delete(self.table).where(sa.tuple_(*mine).in_(part)))
        return True

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The driver's errors as what they mean for the rows."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            text = scrubbed(str(error.orig).strip().partition("\n")[0], self._secrets)
            if isinstance(error, sa.exc.DataError | sa.exc.IntegrityError):
                raise RowsRefused(f"the database says: {text}") from None
            closed = any(word in text for word in _CLOSED)
            if isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError) and not closed:
                raise Unanswered(f"{self.name} does not answer: {text}.", away=True) from None
            raise InputError(
                f"{self.name} cannot be written: {text}.",
                value=self._title,
                remedy=f"Ask {self._sink.owner or 'its owner'}; then run the same command again.",
            ) from None


def _engine(sink: Sink, folder: Path, secret: Secret | None) -> sa.Engine:
    assert sink.database is not None
    try:
        url = sa.make_url(sink.database.url)
        kind = url.get_backend_name()
        if kind == "sqlite" and url.database:
            url = url.set(database=str(folder / url.database))
        if secret is not None:
            url = url.set(password=secret.reveal())
        # What has no zone there is meant, and read, as UTC.
        options = {"connect_args": {"options": "-c timezone=UTC"}} if kind == "postgresql" else {}
        if kind in ("postgresql", "sqlite"):
            return sa.create_engine(url, hide_parameters=True, **options)
        why = f"it is of {kind}"
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        why = scrubbed(str(error).partition("\n")[0], () if secret is None else (secret,))
    raise InputError(
        f"The database of {sink.name} cannot be written: {why}.",
        value=sink.name,
        remedy="Write sqlite:///FILE, or postgresql+psycopg://… after: pip install 'psycopg[binary]'",
    )


def _needed(column: sa.Column[Any]) -> bool:
    """Whether a row without this column is refused."""
    given = column.server_default is not None or column.computed is not None or column.identity is not None
    return not column.nullable and not given and not (column.primary_key and _python_type(column) is int)


def _python_type(column: sa.Column[Any]) -> type | None:
    try:
        return column.type.python_type
    except NotImplementedError:
        return None


def _whole(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _parts(keys: list[tuple[Any, ...]]) -> Iterable[list[tuple[Any, ...]]]:
    return (keys[start : start + _KEYS] for start in range(0, len(keys), _KEYS))
