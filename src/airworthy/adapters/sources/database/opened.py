"""A connection that cannot write, in one transaction that sees the database as it was when it began."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import event

from airworthy.kernel.errors import InputError, MissingExtra
from airworthy.kernel.secret import Secret

CONNECT_SECONDS = 15
BUSY_SECONDS = 30.0
PROVEN = ("sqlite", "postgresql")
AS_TEXT = ("json", "jsonb", "interval", "timetz")
"""Types of PostgreSQL that Python would round or reorder; their text is exact."""
OF_POSTGRESQL = {
    "connect_timeout": CONNECT_SECONDS,
    # A firewall that forgets a connection sends nothing: without these a load would wait for hours.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}


@dataclass(frozen=True)
class Address:
    """Where a database is: `shown` without a secret, and `url` as SQLAlchemy wants it, without one too."""

    url: sa.URL
    shown: str


def address_of(url: str, folder: Path, source: str) -> Address:
    """A charter's URL; a SQLite file's path starts at the charter's `folder`.

    Raises `InputError` where it is no URL.
    """
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise InputError(
            f"The url of source {source} is no address of a database.",
            value=source,
            remedy="Write for example sqlite:///shop.db or postgresql+psycopg://reader@db.example/shop.",
        ) from None
    shown = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() == "sqlite":
        parsed = parsed.set(database=str(_file(parsed, folder, source)))
    return Address(parsed, shown)


def _file(url: sa.URL, folder: Path, source: str) -> Path:
    path = folder / (url.database or "")
    if not url.database or not path.is_file():
        raise InputError(
            f"The source {source} names the SQLite file {url.database or '(none)'}, and there is none.",
            value=url.database or "",
            remedy="Check the path; a relative one starts at the charter's folder: sqlite:///data/shop.db",
        )
    return path


@contextmanager
def reading(address: Address, secret: Secret | None) -> Iterator[sa.Connection]:
    """A read-only transaction that sees one moment of the database, as far as it can do that.

    Raises what the driver raises; `words.in_words` tells it. `MissingExtra` where there is no driver.
    """
    engine = _engine(address, secret)
    try:
        with engine.connect() as plain:
            connection = _one_moment(plain)
            try:
                yield connection
            finally:
                connection.rollback()
    finally:
        engine.dispose()


def _engine(address: Address, secret: Secret | None) -> sa.Engine:
    backend = address.url.get_backend_name()
    if backend == "sqlite":
        return _sqlite(Path(str(address.url.database)))
    given: dict[str, Any] = {}
    if backend == "postgresql":
        given = dict(OF_POSTGRESQL)
        if address.url.get_driver_name() == "psycopg":
            # A prepared statement is one statement: `…; COMMIT; DROP TABLE …` is refused by the server.
            given["prepare_threshold"] = 0
    try:
        engine = sa.create_engine(address.url, connect_args=given, poolclass=sa.NullPool)
    except (ImportError, sa.exc.NoSuchModuleError) as error:
        raise _without_driver(address, error) from error
    if secret is not None:
        # Only here: a URL would carry it into every message that quotes the engine.
        event.listen(engine, "do_connect", lambda d, r, a, given: given.update(password=secret.reveal()))
    if address.url.get_driver_name() == "psycopg":
        event.listen(engine, "connect", _exact_texts)
    return engine


def _without_driver(address: Address, error: Exception) -> Exception:
    package = getattr(error, "name", None) or ""
    if package == "psycopg":
        return MissingExtra(package, "postgres")
    needed = f"the driver {package}, which is not installed" if package else "a driver that nobody knows"
    install = f", or install it: pip install {package}" if package else ""
    return InputError(
        f"{address.url.drivername}:// needs {needed}.",
        value=address.url.drivername,
        remedy=f"Write postgresql+psycopg://… or sqlite:///…{install}.",
    )


def _sqlite(path: Path) -> sa.Engine:
    def connect() -> sqlite3.Connection:
        opened = sqlite3.connect(
            f"file:{quote(str(path.resolve()))}?mode=ro",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,  # else the driver decides when a transaction begins
        )
        opened.execute("PRAGMA query_only = ON")
        return opened

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _exact_texts(connection: Any, record: Any) -> None:
    from psycopg.types.string import TextLoader  # the driver is an extra

    for name in AS_TEXT:
        connection.adapters.register_loader(name, TextLoader)


def _one_moment(connection: sa.Connection) -> sa.Connection:
    backend = connection.dialect.name
    if backend == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    if backend != "sqlite" and "REPEATABLE READ" in _levels(connection):
        return connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def _levels(connection: sa.Connection) -> tuple[str, ...]:
    try:
        raw = connection.connection.dbapi_connection
        return tuple(connection.dialect.get_isolation_level_values(raw))  # type: ignore[arg-type]
    except NotImplementedError:
        return ()
