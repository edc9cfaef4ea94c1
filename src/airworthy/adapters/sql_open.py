"""Opening the database: transactions that lock first, migrations, and driver errors in plain words."""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import event

from airworthy.adapters.migrations import REVISION
from airworthy.kernel.atomic import storage_error
from airworthy.kernel.errors import WorkspaceBusy, WorkspaceError

ADVISORY_LOCK = zlib.crc32(b"airworthy ledger")


def connect_engine(url: str, busy_seconds: float) -> sa.Engine:
    """An engine on the store's database, brought to this release's format.

    Raises `WorkspaceError` when the database cannot be opened or is of a newer format.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        _make_folder(Path(parsed.database).parent)
    if parsed.get_backend_name() == "sqlite" and _frozen(parsed.database):
        # SQLite writes beside a WAL database even to read it. Without a log the file alone is everything.
        frozen = f"file:{quote(str(Path(str(parsed.database)).resolve()))}?immutable=1&mode=ro"
        engine = _create(parsed.set(database=frozen, query={"uri": "true"}))
        with store_errors(url), engine.connect() as connection:
            _revision(connection, url)
        return engine
    engine = _create(parsed)
    if engine.dialect.name == "sqlite":
        _lock_first_on_sqlite(engine, busy_seconds)
    else:
        _lock_first_on_postgresql(engine)
    with store_errors(url):
        _migrate(engine, url)
    return engine


def _create(url: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(url)
    except (ModuleNotFoundError, sa.exc.NoSuchModuleError) as error:
        raise WorkspaceError(
            f"The database {url.render_as_string(hide_password=True)} cannot be opened: {error}.",
            value=url.drivername,
            remedy="Write sqlite:///FILE, or postgresql+psycopg://… after: pip install 'psycopg[binary]'",
        ) from error


def _frozen(database: str | None) -> bool:
    """Whether this is a database in a folder that cannot be written, with nothing left in its log."""
    path = Path(database or "")
    log = path.with_name(f"{path.name}-wal")
    return (
        path.is_file()
        and not os.access(path.parent, os.W_OK)
        and not (log.exists() and log.stat().st_size > 0)
    )


@contextmanager
def store_errors(url: str) -> Iterator[None]:
    """Turn the driver's errors into `WorkspaceError` with the way out."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise _in_plain_words(str(error.orig), url) from error
    except sqlite3.Error as error:  # raised while connecting, before SQLAlchemy wraps it
        raise _in_plain_words(str(error), url) from error


def _in_plain_words(text: str, url: str) -> WorkspaceError:
    where = sa.make_url(url).render_as_string(hide_password=True)
    if "full" in text:
        return WorkspaceError(
            f"The disk is full: nothing was written to {where}.",
            value=where,
            remedy="Free some space and run it again.",
        )
    if "readonly" in text or "read-only" in text:
        return WorkspaceError(
            f"{where} cannot be written: the file or its folder is read-only.",
            value=where,
            remedy="Choose a folder you may write to, or change its permissions.",
        )
    if "disk I/O" in text:
        return WorkspaceError(
            f"The disk under {where} did not take or give the data; what was not finished was not written.",
            value=where,
            remedy="Make sure that the disk has space and works, then run the same command again.",
        )
    if "locked" in text:
        return WorkspaceBusy(
            f"Another process kept {where} locked for too long.",
            value=where,
            remedy="Wait until it is done and try again.",
        )
    on_file = where.startswith("sqlite")
    return WorkspaceError(
        f"The workspace database {where} cannot be used: {text}.",
        value=where,
        remedy="Restore the file from a backup, then run `airworthy verify`."
        if on_file
        else "Check that the database server runs and that the address is right.",
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, folder) from error


def _lock_first_on_sqlite(engine: sa.Engine, busy_seconds: float) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver would otherwise begin a transaction too late
        connection.execute(f"PRAGMA busy_timeout={int(busy_seconds * 1000)}")
        connection.execute("PRAGMA synchronous=FULL")
        _write_ahead(connection, busy_seconds)

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("airworthy_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _lock_first_on_postgresql(engine: sa.Engine) -> None:
    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("airworthy_write"):
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _migrate(engine: sa.Engine, url: str) -> None:
    with engine.connect() as connection:
        if _revision(connection, url) == REVISION:
            return
    with engine.connect().execution_options(airworthy_write=True) as connection, connection.begin():
        if _revision(connection, url) != REVISION:
            _upgrade(connection)


def _revision(connection: sa.Connection, url: str) -> str:
    """The stored format; empty for a new database. Raises `WorkspaceError` for one newer than ours."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    found = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")
    if found > REVISION:
        raise WorkspaceError(
            f"{sa.make_url(url).render_as_string(hide_password=True)} has format {found}; "
            f"this release reads formats up to {REVISION}.",
            value=found,
            remedy="Upgrade: pip install --upgrade airworthy",
        )
    return found


def _write_ahead(connection: Any, busy_seconds: float) -> None:
    """Set WAL once for the file. SQLite does not wait for locks on this change, so we do."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _upgrade(connection: sa.Connection) -> None:
    # Alembic costs 0.1 s to import, and only a new or old database needs it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
