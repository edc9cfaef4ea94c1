"""One scored row on its way, and what every target can be asked to do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from airworthy.kernel.canonical import Json
from airworthy.kernel.digest import digest_json
from airworthy.kernel.errors import AirworthyError

Cell = str | float | None
"""A number, a text, or an instant as RFC 3339 text in UTC."""

Key = tuple[str, ...]
"""The texts that name a row, one for each column of the sink's key."""

NUMBERS = ("score", "probability", "prediction")
INSTANTS = ("decided_at", "expires")


@dataclass(frozen=True)
class Letter:
    """One row to deliver: `values` by our own names, `once` the same at every attempt and never again."""

    key: Key
    values: Mapping[str, Cell]
    once: str
    version: str
    decided_at: str
    attempts: int = 0


def once_of(sink: str, version: str, key: Key, values: Mapping[str, Cell], decided_at: str) -> str:
    """The idempotency key of one row: another version, value or time of decision gives another.

    >>> once_of("crm", "v1", ("7",), {"score": 0.5}, "2026-01-01") == once_of(
    ...     "crm", "v1", ("7",), {"score": 0.25}, "2026-01-01"
    ... )
    False
    """
    told: Json = [sink, version, list(key), exact(values), decided_at]
    return digest_json(told).removeprefix("sha256:")[:40]


def exact(values: Mapping[str, Cell]) -> dict[str, Json]:
    """Values for canonical JSON without floats: a number as the shortest text that reads back the same."""
    return {
        name: {"number": repr(cell)} if isinstance(cell, float) else cell for name, cell in values.items()
    }


@dataclass(frozen=True)
class Refusal:
    """A row that the target did not take: why, and whether the same row may be sent again."""

    key: Key
    reason: str
    again: bool = False


class Unanswered(AirworthyError):
    """The target was busy, broken or silent: whether it took the rows is not known. They may be sent again.

    `wait` is how many seconds it asked for, None where it did not; `away` that no row can be at fault.
    """

    code = "unanswered"

    def __init__(self, message: str, *, wait: float | None = None, away: bool = False) -> None:
        super().__init__(message, remedy="Run the same command again later: it goes on where it stopped.")
        self.wait, self.away = wait, away


class TooLarge(AirworthyError):
    """The target takes fewer rows at once."""

    code = "too-large"


class RowsRefused(AirworthyError):
    """The target takes these rows not together; one of them alone may be at fault."""

    code = "rows-refused"


class Target(Protocol):
    """A place that takes rows. It is asked to `prepare`, then to `send` and `read`, and to `close`."""

    name: str
    batch: int
    """Rows of one `send` at most."""
    keeps: bool
    """Whether rows that were delivered before have to be in this very place, and looking is cheap."""

    def prepare(self) -> None:
        """Make sure, before any row is sent, that rows can be. Raises `InputError` where they cannot."""

    def send(self, letters: Sequence[Letter]) -> Sequence[Refusal]:
        """Deliver rows; those not in the answer were taken.

        Raises `Unanswered`, `TooLarge` or `RowsRefused`, and `InputError` where no row can be sent at all.
        """

    def reads(self, rows: int) -> int:
        """How many of `rows` delivered rows can be read back; fewer than all where each costs a request."""

    def read(self, keys: Sequence[Key]) -> Mapping[Key, Sequence[Mapping[str, object]]]:
        """What the target holds of these rows, by our own names; more than one where it doubled a row.

        Raises `Unanswered`.
        """

    def remove(self, keys: Sequence[Key]) -> bool:
        """Delete rows; whether the target can."""

    def close(self) -> None:
        """Give connections back."""
