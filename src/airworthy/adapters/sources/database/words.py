"""What a database's driver says, in plain words: what failed, and who can do something about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from airworthy.adapters.secrets import scrubbed
from airworthy.charter.model import Source
from airworthy.charter.problems import did_you_mean
from airworthy.kernel.atomic import storage_error
from airworthy.kernel.errors import AirworthyError, InputError
from airworthy.kernel.secret import Secret


@dataclass(frozen=True)
class Cause:
    """One way to fail: by which texts and states a driver tells it, what happened, and what to do.

    `{name}` is the source, `{place}` its address, `{what}` what the driver quotes, `{ask}` whom to ask.
    """

    texts: tuple[str, ...]
    states: tuple[str, ...]
    said: str
    remedy: str


CAUSES = (
    Cause(
        (
            "could not translate host name",
            "name or service not known",
            "failed to resolve host",
            "nodename nor",
        ),
        (),
        "The source {name} is on a host that nobody knows: {place}.",
        "Check the host's name in sources.database.url, and whether this machine is in the right network.",
    ),
    Cause(
        ("connection refused",),
        (),
        "No database answers at {place} (source {name}).",
        "Check host and port in sources.database.url, and that the server runs. {ask}",
    ),
    Cause(
        ("connection timeout expired", "timeout expired", "timed out"),
        (),
        "The database at {place} did not answer in time (source {name}).",
        "Check that this machine may reach it (firewall, VPN). {ask}",
    ),
    Cause(
        ("password authentication failed", "no password supplied", "access denied for user"),
        ("28P01", "28000"),
        "The database at {place} refuses the login of source {name}.",
        'Check the user in sources.database.url, and the password that secret = "env:NAME" names. {ask}',
    ),
    Cause(
        ("unable to open database file",),
        (),
        "The file of source {name} cannot be opened: {place}.",
        "Check its permissions and those of its folder.",
    ),
    Cause(
        ("is not a database", "malformed"),
        (),
        "The file of source {name} is no whole SQLite database: {place}.",
        "Copy it again while nobody writes to it, or name another file. {ask}",
    ),
    Cause(
        ("database is locked", "database table is locked"),
        (),
        "Somebody else kept the database of source {name} locked for too long: {place}.",
        "Fetch again when the other program is done. {ask}",
    ),
    Cause(
        ("could not decode to utf-8",),
        (),
        "The source {name} holds text that is not UTF-8 ({what}).",
        "Repair it there, or convert the column in sources.database.query. {ask}",
    ),
    Cause(
        ("statement timeout", "query was canceled"),
        ("57014",),
        "The database stopped the query of source {name}: it took longer than it allows.",
        "Fetch fewer rows or an indexed part (sources.database.query), or have the limit raised. {ask}",
    ),
    Cause(
        (
            "read-only transaction",
            "readonly database",
            "read only sql-transaction",
            "data-modifying statement",
        ),
        ("25006",),
        "The query of source {name} would change data, and a source only reads: nothing was changed.",
        "Write a query that only selects, in sources.database.query.",
    ),
    Cause(
        ("permission denied",),
        ("42501",),
        "The login of source {name} may not read that: {what}.",
        "Have the right to read granted: GRANT SELECT ON … TO …. {ask}",
    ),
    Cause(
        (
            "terminating connection",
            "server closed the connection",
            "connection is lost",
            "connection has been closed",
            "consuming input failed",
            "eof detected",
            "connection reset",
        ),
        ("57P01", "57P02", "57P03", "08006", "08003"),
        "The connection to the database of source {name} broke off: {place}. Nothing of this load is kept.",
        "Fetch again; what was fetched before stays in use until then. {ask}",
    ),
    Cause(
        ("too large (after year 10k)", "too small (before year 1)"),
        (),
        "The source {name} holds a time or date that no calendar has: {what}.",
        "Make it missing in sources.database.query: NULLIF(valid_until, 'infinity').",
    ),
    Cause(
        ("multiple commands", "one statement at a time"),
        (),
        "The query of source {name} holds several statements; a source is one SELECT.",
        "Keep one SELECT in sources.database.query; a view may hold what comes before it.",
    ),
    Cause(
        ("syntax error", "incomplete input"),
        ("42601",),
        "The database does not understand the query of source {name}: {what}.",
        "Try the query in the database's own tool, then correct sources.database.query.",
    ),
)
_TABLE = ("no such table", "undefinedtable", "42p01", "no such view")
_COLUMN = ("no such column", "42703")
_QUOTED = re.compile(r"no such (?:table|column): ([\w.\" ]+)|(?:relation|column) \"?([\w.]+)\"?")

FAILURES = (sa.exc.SQLAlchemyError, OSError, UnicodeError)
"""What a load may end with; an `OSError` is of this machine's disk, for drivers wrap their own."""


def in_words(
    error: Exception,
    source: Source,
    place: str,
    secrets: Sequence[Secret],
    known: Callable[[], Sequence[str]],
) -> AirworthyError:
    """A driver's error as one that a person can act on; it quotes no secret.

    Parameters
    ----------
    known : names of the tables there, asked for only where one is unknown.
    """
    if isinstance(error, OSError):
        return storage_error(error, Path(".airworthy", "landing", source.name))
    told = scrubbed(_first_line(error), secrets)
    state = str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")
    ask = f"Ask {source.owner}." if source.owner else ""
    about = {"name": source.name, "place": place, "what": told, "ask": ask}
    low = f"{told} {state}".lower()
    if any(text in low for text in (*_TABLE, *_COLUMN)):
        return _unknown(told, source, low, known)
    for cause in CAUSES:
        if state in cause.states or any(text in low for text in cause.texts):
            remedy = cause.remedy.format(**about).strip()
            return InputError(cause.said.format(**about), value=source.name, remedy=remedy)
    return InputError(
        f"The database of source {source.name} says: {told}.",
        value=source.name,
        remedy=f"Check sources.database in airworthy.toml. {ask}".strip(),
    )


def _first_line(error: Exception) -> str:
    text = str(getattr(error, "orig", None) or error).strip()
    return (text.splitlines() or [type(error).__name__])[0].rstrip(".").strip()


def _unknown(told: str, source: Source, low: str, known: Callable[[], Sequence[str]]) -> InputError:
    found = _QUOTED.search(told)
    name = next((group for group in found.groups() if group), told) if found else told
    owner = f" Or ask {source.owner}." if source.owner else ""
    if any(text in low for text in _COLUMN):
        message = f'The source {source.name} has no column "{name}".'
        remedy = f"Check the names in sources.database (query, key, cursor).{owner}"
        return InputError(message, value=name, remedy=remedy)
    try:
        tables = list(known())
    except sa.exc.SQLAlchemyError:
        tables = []
    remedy = did_you_mean(name, tables, "Check sources.database.table, and its schema: schema.table.") + owner
    return InputError(
        f"The database of source {source.name} has no table {name} that this login can see.",
        value=name,
        remedy=remedy,
    )
