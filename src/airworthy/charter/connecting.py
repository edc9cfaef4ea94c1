"""Where a source's rows come from when they lie in no local file: a database, or an interface over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class Database:
    """A table or a query of any database that SQLAlchemy has a driver for. Nothing is ever written there."""

    url: str  # SQLAlchemy URL without a password, such as `postgresql+psycopg://reader@db.example/shop`
    table: str | None = None  # read whole; may name a schema: `sales.orders`
    query: str | None = None  # SQL that selects the rows, instead of a table
    key: tuple[str, ...] = ()  # columns that together name a row; needed with cursor
    cursor: str | None = None  # column that only grows: later fetches bring rows from its last value on


class Pages(StrEnum):
    """How an interface hands out its rows."""

    ONE = "one"
    PAGE = "page"
    OFFSET = "offset"
    CURSOR = "cursor"
    LINK = "link"


class Auth(StrEnum):
    """How an interface is told the secret of its source."""

    BEARER = "bearer"
    BASIC = "basic"
    HEADER = "header"


@dataclass(frozen=True)
class Api:
    """An interface that answers with JSON over HTTP, page by page."""

    url: str  # of the first page, without a secret
    pages: Pages  # how to get the next page; never guessed
    key: tuple[str, ...]  # fields that together name a row, by which pages that overlap are told apart
    rows_at: str = ""  # path of the list of rows in an answer, such as `data.items`; when absent, the answer
    next_at: str | None = None  # path of the next cursor or address in an answer; for pages = "cursor"
    total_at: str | None = None  # path of the number of all rows in an answer, held against what was fetched
    page_parameter: str | None = None  # query parameter of page, offset or cursor; else the usual one
    size_parameter: str | None = None  # query parameter of the page's size
    page_size: int = 100  # rows asked for at once
    changed_at: str | None = None  # field that says when a row changed; of one key the latest row counts
    since_parameter: str | None = None  # query parameter for rows changed since, which later fetches bring
    auth: Auth = Auth.BEARER  # how the source's secret is sent
    auth_header: str = "Authorization"  # header that carries it, with auth = "header"
    parameters: dict[str, str] = field(default_factory=dict)  # further query parameters, sent with every page
    timeout: float = 30.0  # seconds without an answer after which a request is given up and sent again
    retries: int = 8  # attempts of one request
    min_wait: float = 0.5  # seconds between two attempts at least, also where the server says 0
    max_wait: float = 120.0  # longest wait that the server may ask for
    deadline: float = 3600.0  # seconds in which the whole load must be done
