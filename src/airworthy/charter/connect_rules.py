"""What a source must say of where its rows come from, and what must never stand in a charter: a secret."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from airworthy.charter.connecting import Api, Database, Pages
from airworthy.charter.locate import Path
from airworthy.charter.model import Source
from airworthy.charter.problems import Problems

NAME = re.compile(r"\w[\w .-]*")
BEFORE_HOST = re.compile(r"[\w+.-]+://[^:/@]*:[^@]+@")
SECRET_NAME = re.compile(r"(?i)\w*(password|passwd|pwd|secret|token|api_?key|access_?key|signature)")
SECRET = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|keyring:[^/]+/.+")


def check_connection(source: Source, at: Path, problems: Problems) -> None:
    """File what is wrong with where one source's rows come from."""
    given = [name for name in ("path", "database", "api") if getattr(source, name)]
    if len(given) != 1:
        said = "no place to read from" if not given else f"several places to read from: {', '.join(given)}"
        remedy = "Write path = …, or one table [sources.database] or [sources.api] below it."
        problems.add(at, f"source {source.name} has {said}.", source.name, remedy)
    if source.remote and not NAME.fullmatch(source.name):
        problems.add(
            (*at, "name"),
            f'"{source.name}" cannot name the folder in which its rows land.',
            source.name,
            "Use letters, digits, spaces, dots, - and _; begin with a letter or digit.",
        )
    if source.secret is not None and not SECRET.fullmatch(source.secret):
        # What stands there may be the secret itself: it is not repeated.
        problems.add(
            (*at, "secret"),
            f"secret of {source.name} does not say where the secret is kept.",
            "(not shown)",
            'Write "env:NAME" for a variable, or "keyring:SERVICE/USER". Never the secret itself.',
        )
    _refuse_password(source, at, problems)
    if source.database is not None:
        _database(source.database, (*at, "database"), problems)
    if source.api is not None:
        _api(source.api, (*at, "api"), problems)


def _refuse_password(source: Source, at: Path, problems: Problems) -> None:
    table = "database" if source.database else "api" if source.api else None
    within = (table, "url") if table else ("path",)
    for where, address in ((within, source.place), (("endpoint",), source.endpoint or "")):
        if _holds_password(address):
            problems.add(
                (*at, *where),
                f"the address of {source.name} holds a password.",
                "(not shown)",
                'Take it out, change it, and name where it is kept: secret = "env:NAME" in [[sources]].',
            )
    for name in source.api.parameters if source.api else ():
        if SECRET_NAME.fullmatch(name):
            problems.add(
                (*at, "api", "parameters", name),
                f"the parameter {name} of {source.name} holds a secret.",
                "(not shown)",
                'Take it out, change it, and send it with auth = "header" and secret = "env:NAME".',
            )


def _holds_password(address: str) -> bool:
    """Whether a password stands in an address, before its host or among its parameters.

    >>> _holds_password("postgresql://ann:pa/ss@db.example/shop"), _holds_password("s3://bucket/a@b.csv")
    (True, False)
    """
    if "://" not in address:
        return False
    before, _, parameters = address.partition("?")
    if any(SECRET_NAME.fullmatch(part.partition("=")[0]) for part in re.split("[&;]", parameters)):
        return True
    if not before.startswith("http"):  # there a password may hold a slash
        return BEFORE_HOST.match(address) is not None
    try:
        return bool(urlsplit(address).password)
    except ValueError:
        return False  # whoever opens it says what is wrong with the address


def _database(database: Database, at: Path, problems: Problems) -> None:
    if (database.table is None) == (database.query is None):
        remedy = 'Write table = "schema.name", or query = "select …".'
        problems.add(at, "a database needs either a table or a query.", database.table, remedy)
    if database.cursor is not None and not database.key:
        message = "cursor needs a key: a row that changed takes the place of the one fetched before."
        problems.add((*at, "cursor"), message, database.cursor, 'Write for example key = ["id"].')


def _api(api: Api, at: Path, problems: Problems) -> None:
    if urlsplit(api.url).scheme not in ("http", "https"):
        message = "the url of an interface starts with http:// or https://."
        problems.add((*at, "url"), message, api.url, "Write its whole address.")
    if api.pages is Pages.CURSOR and api.next_at is None:
        message = 'pages = "cursor" needs next_at.'
        problems.add((*at, "pages"), message, api.pages, 'Write for example next_at = "paging.next".')
    if not api.key:
        message = "key names no field, so pages that overlap could not be told apart."
        problems.add((*at, "key"), message, "[]", 'Write for example key = ["id"].')
    if api.next_at is not None and api.pages not in (Pages.CURSOR, Pages.LINK):
        message = f'next_at says nothing with pages = "{api.pages}".'
        problems.add((*at, "next_at"), message, api.next_at, 'Leave it out, or write pages = "cursor".')
    if api.since_parameter is not None and api.changed_at is None:
        message = "since_parameter needs changed_at, from which a later fetch knows where to go on."
        problems.add((*at, "since_parameter"), message, api.since_parameter, 'Write changed_at = "…".')
    _waits(api, at, problems)


def _waits(api: Api, at: Path, problems: Problems) -> None:
    for name in ("timeout", "min_wait", "deadline"):
        if getattr(api, name) <= 0:
            problems.add(
                (*at, name), f"{name} must be longer than nothing.", "0s", 'Write for example "30s".'
            )
    if api.max_wait < api.min_wait:
        message = "max_wait is shorter than min_wait."
        problems.add((*at, "max_wait"), message, api.max_wait, "Write a longer one.")
