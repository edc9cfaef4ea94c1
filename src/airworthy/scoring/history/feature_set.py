"""`features.json`: the definitions that a version was trained with, inside its artefact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import IntegrityError
from airworthy.scoring.history.definition import Definition, digest_of

FEATURES = "features.json"
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class FeatureSet(msgspec.Struct, frozen=True, kw_only=True):
    """Definitions, and the column that says as of when a row's features are, in which time zone.

    A day without a time is its local midnight.
    """

    format: int = 1
    definitions: tuple[Definition, ...]
    decision_time: str
    zone: str = "UTC"

    @property
    def digest(self) -> str:
        return digest_of(self.definitions)

    @property
    def key_columns(self) -> tuple[str, ...]:
        """Columns of a row that say whose events count, each once."""
        return tuple(dict.fromkeys(mine for one in self.definitions for mine, _ in one.key))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.definitions)

    def decided_at(self, row: Mapping[str, object], now: datetime) -> int:
        """When a row is decided, microseconds since 1970 UTC; `now` where it does not say.

        >>> one = FeatureSet(definitions=(), decision_time="day", zone="Europe/Berlin")
        >>> one.decided_at({"day": date(1970, 1, 2)}, datetime(1970, 1, 1)) / 3.6e9
        23.0
        """
        value = row.get(self.decision_time)
        if isinstance(value, date) and not isinstance(value, datetime):
            # Of a midnight that clocks pass twice the first counts, as in `data.times`.
            value = datetime(value.year, value.month, value.day, tzinfo=ZoneInfo(self.zone))
        return ((value if isinstance(value, datetime) else now) - EPOCH) // MICROSECOND


def save_features(found: FeatureSet, folder: Path) -> None:
    """Write `features.json` into an artefact; before its manifest."""
    write_atomic(folder / FEATURES, msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")


def load_features(folder: Path) -> FeatureSet | None:
    """The definitions of an artefact; None where the model uses none. Raises `IntegrityError`."""
    path = folder / FEATURES
    try:
        return msgspec.json.decode(path.read_bytes(), type=FeatureSet)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise IntegrityError(
            f"{path} cannot be read: {error}.",
            value=str(path),
            remedy="Restore the artefact, or train the version again.",
        ) from error
