"""Where scores go back to: a table, a file that somebody picks up, or an interface over HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from airworthy.charter.connecting import Auth

GIVEN = (
    "score",
    "decision",
    "probability",
    "prediction",
    "reason",
    "version",
    "decided_at",
    "expires",
)
"""What can be delivered of a scored row, under our own names."""

FILE_KINDS = (".csv", ".parquet", ".jsonl", ".xlsx")
PLACES = ("{date}", "{version}")
"""What may stand in the name of a file: the day (UTC) of its delivery, and the version that decided."""

_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*(s|m|h)")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def per_second(rate: str) -> float:
    """Requests a second of `rate`. Raises `ValueError` where it is not written so, or is zero.

    >>> per_second("5/s"), per_second("30/m")
    (5.0, 0.5)
    """
    match = _RATE.fullmatch(rate.strip())
    if not match or not float(match[1]):
        raise ValueError(rate)
    return float(match[1]) / _SECONDS[match[2]]


class Method(StrEnum):
    """How rows are sent."""

    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"


@dataclass(frozen=True)
class SinkDatabase:
    """A table that has a row for each key; rows that are there are changed, others are added."""

    url: str  # SQLAlchemy URL of SQLite or PostgreSQL, without a password
    table: str  # may name a schema: `sales.scores`; a unique key or index has to be on the key's columns


@dataclass(frozen=True)
class SinkFile:
    """A file that is replaced whole, with a manifest beside it that is written last."""

    path: str  # .csv, .parquet, .jsonl or .xlsx, relative to the charter; may hold {date} and {version}


@dataclass(frozen=True)
class SinkApi:
    """An interface that takes JSON over HTTP, several rows a request."""

    url: str  # where rows are sent, without a secret
    batch: int = 100  # rows of one request at most; halved where the server finds it too much
    method: Method = Method.POST  # how they are sent
    rows_at: str | None = None  # field of a request that holds the list of rows; when absent, it is the list
    rate: str | None = None  # most requests: in a second, minute or hour
    refused_at: str | None = None  # path of the list of refused rows in an answer; other rows were taken
    place_at: str | None = None  # field of a refusal that counts its row in the request, from 0
    id_at: str | None = None  # field of a refusal that names its row's key; with neither, all are in order
    reason_at: str = "error"  # field of a refusal that says why; where it is empty, the row was taken
    again_at: str | None = None  # field of a refusal that is true where the same row may be sent again
    read_url: str | None = None  # where rows are read back; holds `{keys}`, `{key}`, or `{page}` from 1 on
    read_at: str | None = None  # path of the row, or of the list of rows, in what is read back
    delete_url: str | None = None  # where a dummy row is deleted; `{key}` stands for its key
    key_header: str = "Idempotency-Key"  # header that names a request, so that it is carried out once
    row_key: str | None = None  # field of each row that names it for good, where the interface has one
    auth: Auth = Auth.BEARER  # how the secret is sent
    auth_header: str = "Authorization"  # header that carries it, with auth = "header"
    timeout: float = 30.0  # seconds without an answer after which a request is given up and sent again
    retries: int = 6  # attempts of one request
    min_wait: float = 0.5  # seconds between two attempts at least, also where the server says 0
    max_wait: float = 60.0  # longest wait that the server may ask for


@dataclass(frozen=True)
class Sink:
    """Where people work with the scores. `airworthy sinks check` tries it before training."""

    name: str  # short name that `airworthy deliver --to` refers to
    key: tuple[tuple[str, str], ...]  # columns that name a row: of ours, and as they are called there
    columns: Mapping[str, str]  # what is delivered, and what it is called there
    owner: str | None = None  # who answers for this target
    secret: str | None = None  # where its password or token is kept: `env:NAME` or `keyring:SERVICE/USER`
    sandbox: str | None = None  # table, path or address for dummy scores; without it none are written
    sandbox_keys: tuple[str, ...] = ()  # keys that the sandbox knows; when absent, made-up ones
    digits: int | None = None  # decimals that numbers are rounded to before they are sent
    expires: float | None = None  # from the decision until a score is stale, and is no longer sent
    database: SinkDatabase | None = None
    file: SinkFile | None = None
    api: SinkApi | None = None

    @property
    def kind(self) -> str:
        return "database" if self.database else "file" if self.file else "api"

    @property
    def place(self) -> str:
        """Where the scores go, as the charter writes it."""
        if self.database is not None:
            return f"{self.database.url} ({self.database.table})"
        return self.file.path if self.file is not None else self.api.url if self.api is not None else ""
